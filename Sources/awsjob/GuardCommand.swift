import ArgumentParser
import Effects
import JSON
import Supervision
import Workloads

/// What the guardian executes when its runner died without a word; the handover comes on standard input.
struct GuardCommand: ProgramCommand {
    static let configuration = CommandConfiguration(commandName: "guard", abstract: "Stops the work of a dead runner (internal).", shouldDisplay: false)

    static let layered: [LayeredOption] = []

    func run(_ program: Program) throws(Refusal) -> Ending {
        guard let line = try? SystemFiles.readAll(0, name: "handover", limit: 1 << 16), let json = try? JSONValue(parsing: line),
            let handover = Handover(json), let service = Services.named(handover.service)
        else { throw Refusal("no handover on standard input", next: "leave this command to the guardian") }
        try Self.rescue(service, handover, program)
        return .code(0)
    }

    private static func rescue<Service: WorkloadService>(_ service: Service.Type, _ handover: Handover, _ program: Program) throws(Refusal) {
        let console = program.console()
        let loop = try program.loop(handover.place, console: console)
        Rescue<Service>(loop: loop).run(handover)
    }
}
