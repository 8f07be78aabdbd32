import AWS
import Effects
import Glibc
package import History
import Journal
import Runs
package import Workloads

/// One run of one piece of work: admit → launch → watch → stop or end. Knows no service's vocabulary.
package final class Supervisor<Service: WorkloadService> {
    let plan: RunPlan
    let loop: Loop
    let log: any RunLog
    let guardian: Guardian?
    var handover: Handover
    /// The work that a kill of this process has to stop.
    var current: Admission.Existing?
    /// A start that may be on its way to AWS, under an id that only AWS knows.
    var pendingStart: PendingStart?
    /// Submissions that a person has given up, recorded with the intent that takes their place.
    var givenUp: [JournalRecord] = []
    /// `--max-runtime` ended the work, not somebody else.
    var wasStoppedByLimit = false
    var hasToldOfDrain = false
    var lastWord = LastWord()
    /// Where the run is recorded when it has ended.
    let history: () -> HistoryRecorder
    let startDeadline: Instant
    private var warnedUnreachable = false

    struct PendingStart {
        let name: String
        let target: String
        let owner: String
        /// What a kill says when nothing can be looked for or stopped: its answer is its end.
        var lastWord: String?
    }

    package init(plan: RunPlan, loop: Loop, log: any RunLog, guardian: Guardian?, owner: String, history: @escaping () -> HistoryRecorder) {
        self.plan = plan
        self.loop = loop
        self.log = log
        self.history = history
        var isStoppable = true
        if case .attach(let id) = plan.work { isStoppable = Service.isStoppable(id) }
        self.guardian = plan.onSignal == .detach || !isStoppable ? nil : guardian
        if self.guardian == nil { guardian?.dismiss() }
        startDeadline = loop.clock.instant + plan.startPatience
        handover = Handover(
            journal: log.path, owner: owner, place: plan.place, service: Service.name, run: String(plan.runText.prefix(300)), runner: getpid())
        handover.state = plan.state
    }

    package func run() -> Ending {
        let began = loop.clock.instant
        let ending = runToEnd()
        remember(ending, elapsed: loop.clock.instant - began)
        return ending
    }

    private func runToEnd() -> Ending {
        do throws(Halt) {
            // From here on a kill of this process is the guardian's business: work of an earlier runner may be adopted.
            tellGuardian()
            try passGate()
            _ = log.tryLock(.live)
            beginNotes()
            let entered = try begin()
            log.unlock(.gate)
            if entered.isInvisible, let outcome = entered.known { return finish(entered.existing, outcome) }
            return finish(entered.existing, try watch(entered))
        } catch {
            log.unlock(.gate)
            switch error {
            case .signal: return endBySignal()
            case .ended(let code, let message): return end(code: code, message: message, current, outcome: nil)
            case .overtaken: return end(code: ExitCodes.nameTaken, message: overtakenForGood, current, outcome: nil)
            }
        }
    }

    /// Decides what to do, and does it. What another host has done meanwhile is looked at first.
    private func begin() throws(Halt) -> Entered {
        while true {
            _ = try catchUp()
            do throws(Halt) {
                return try enter(try admit())
            } catch {
                guard case .overtaken = error, loop.clock.instant < startDeadline else { throw error }
                (current, pendingStart, givenUp) = (nil, nil, [])
            }
        }
    }

    private var overtakenForGood: OperatorMessage {
        OperatorMessage("nothing started: other hosts have been starting this run for \(plan.startPatience.text)", next: "run the same try again, it starts nothing twice")
    }

    func catchUp() throws(Halt) -> Bool {
        do throws(FleetError) { return try log.catchUp() } catch { throw halt(error) }
    }

    func halt(_ error: FleetError) -> Halt {
        switch error {
        case .signal: .signal
        case .unreachable(let message): .ended(code: ExitCodes.notStarted, message)
        }
    }

    func tellGuardian() {
        handover.journal = log.path
        guard let guardian, !guardian.tell(handover) else { return }
        loop.console.warn("the guardian is gone; a SIGKILL of this runner would leave the work running")
    }

    /// Another process of this run decides just now: seconds at most, unless AWS is out of its reach too.
    private func passGate() throws(Halt) {
        var hasWarned = false
        while !log.tryLock(.gate) {
            if !hasWarned { loop.console.warn("another runner or guardian of this run is at work; waiting for it") }
            hasWarned = true
            guard loop.clock.instant < startDeadline else {
                throw .ended(code: ExitCodes.nameTaken, OperatorMessage("nothing started: another runner or guardian of this run has been at work for \(plan.startPatience.text)", next: "look at it with awsjob orphans"))
            }
            guard loop.sleep(.milliseconds(100)) else { throw .signal }
        }
    }

    func warnUnreachable(_ error: CallError) {
        guard !warnedUnreachable else { return }
        warnedUnreachable = true
        loop.console.warn("\(Explanation(error).reason); trying again for up to \(plan.startPatience.text)")
    }

    /// The end of a run that AWS would not let begin.
    func halt(_ error: CallError, action: String, mayHaveBeenProcessed: Bool) -> Halt {
        let words = Explanation(error)
        let target = current?.name ?? handover.name ?? ""
        let message = OperatorMessage("could not \(action) \(Service.name) \(target.isEmpty ? Service.noun : target): \(words.reason)", next: words.next)
        // Work of this run may be running, whatever it is that fails now.
        if mayHaveBeenProcessed { return .ended(code: ExitCodes.unknown, message) }
        switch error {
        case .service where !error.isTransient: return .ended(code: ExitCodes.refused, message)
        case .settings: return .ended(code: ExitCodes.usage, message)
        case .credentials: return .ended(code: ExitCodes.notStarted, OperatorMessage(words.reason, next: words.next))
        default: return .ended(code: ExitCodes.notStarted, message)
        }
    }
}
