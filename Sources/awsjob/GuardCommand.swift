import ArgumentParser
import Effects
import Glibc
import History
import Journal
import JSON
import Supervision
import Workloads

/// What the guardian executes when its runner died without a word; the handover comes on standard input.
struct GuardCommand: ProgramCommand {
    static let configuration = CommandConfiguration(commandName: "guard", abstract: "Stops the work of a dead runner (internal).", shouldDisplay: false)

    @OptionGroup var common: CommonOptions

    // Neither options nor rules of the site come from the configuration: somebody may be editing it, and the work is running.
    static let layered: [LayeredOption] = []

    func run(_ program: Program) throws(Refusal) -> Ending {
        guard let line = try? SystemFiles.readAll(0, name: "handover", limit: 1 << 16), let json = try? JSONValue(parsing: line),
            let handover = Handover(json), let service = Services.named(handover.service)
        else { throw Refusal("no handover on standard input", next: "leave this command to the guardian") }
        nameProcess("awsjob-rescue")
        Self.rescue(service, handover, program)
        // Where that fails the next runner or reader does it.
        var there = common
        (there.region, there.endpointURL, there.profile, there.caBundle) =
            (handover.place.region, handover.place.endpointURL, handover.place.profile, handover.place.caBundle)
        let state = handover.state.flatMap(StatePlace.init(argument:))
        if let store = try? program.store(state, there, program.console()) { try? program.recorder(store).record(handover.owner, now: program.clock.now) }
        return .code(0)
    }

    /// A file that cannot be read now may be back in a minute; the work is still running.
    private static func rescue<Service: WorkloadService>(_ service: Service.Type, _ handover: Handover, _ program: Program) {
        let console = program.console()
        let deadline = program.clock.instant + Rescue<Service>.patience
        while program.clock.instant < deadline {
            if let loop = try? program.loop(handover.place, console: console) {
                return Rescue<Service>(loop: loop, mask: program.mask(loop, rules: [])).run(handover, until: deadline)
            }
            sleep(10)
        }
    }
}
