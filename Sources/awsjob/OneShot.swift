import AWS
import Effects
import Runs
import Supervision
import Workloads

/// One question to AWS, answered or refused.
struct OneShot<Service: WorkloadService> {
    private let program: Program
    private let common: CommonOptions

    init(_ program: Program, _ common: CommonOptions) {
        self.program = program
        self.common = common
    }

    /// Nil when AWS knows no such work. Throttles and broken connections are tried again for half a minute.
    func observe(_ id: WorkloadID) throws(Refusal) -> Observation? {
        guard let seen: Observation? = try answer(Service.observe(id), action: "describe") else { return nil }
        return seen
    }

    /// False when AWS knows no such work. What has ended needs no stop, which some services refuse then.
    func stop(_ id: WorkloadID, reason: String) throws(Refusal) -> Bool {
        do throws(Refusal) {
            let answer: Void? = try answer(Service.stop(id, reason: reason), action: "stop")
            return answer != nil
        } catch {
            guard error.ending == .code(ExitCodes.refused), let seen = try observe(id), seen.outcome != nil else { throw error }
            return true
        }
    }

    func answer<Reply>(_ call: Call<Reply>, action: String) throws(Refusal) -> Reply? {
        let console = program.console()
        let place = try program.place(common)
        let loop = try program.loop(place, console: console, verbose: common.verbose)
        do throws(Loop.NoAnswer) {
            return try loop.perform(call, until: program.clock.instant + .seconds(30))
        } catch {
            guard case .failed(let failure, _) = error else { throw Refusal("interrupted", next: "start again") }
            if Service.isMissing(failure) { return nil }
            let words = Explanation(failure)
            throw Refusal("could not \(action) \(Service.noun): \(words.reason)", next: words.next, code: Self.code(failure))
        }
    }

    private static func code(_ error: CallError) -> Int32 {
        switch error {
        case .service where !error.isTransient: ExitCodes.refused
        case .settings: ExitCodes.usage
        default: ExitCodes.notStarted
        }
    }
}
