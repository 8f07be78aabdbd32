import AWS
import Effects
import History
import Journal
import JSON
import Runs
import Workloads

/// What the end of a run said about it, for the history.
struct LastWord {
    var existing: Admission.Existing?
    var outcome: Outcome?
    var reason: String?
    var failureClass: String?
}

extension Supervisor {
    /// From here on what this runner prints is noted in the journal.
    func beginNotes() {
        let launch: Launch? = if case .launch(_, let launch) = plan.work { launch } else { nil }
        log.begin(
            RunnerNote.Runner(
                owner: handover.owner, identity: plan.identity, attempt: plan.identity?.attempt ?? log.read().countedAttempt, box: plan.box, machine: plan.machine,
                service: Service.name, target: launch?.target, inputDigest: launch?.inputDigest,
                tags: launch?.parameters.last { $0.name == "tags" }?.value.members ?? []))
        loop.console.keep { [log] in log.note($0) }
    }

    /// The run has ended, whatever comes of this.
    func remember(_ ending: Ending, elapsed: Duration) {
        let (code, signal): (Int32?, Int32?) =
            switch ending {
            case .code(let code): (code, nil)
            case .signal(let signal): (nil, signal)
            }
        var end = RunnerNote.RunnerEnd(code: code, signal: signal, elapsed: elapsed, calls: loop.caller.requestsSent)
        let existing = lastWord.existing ?? current
        (end.outcome, end.name, end.id, end.reason) = (lastWord.outcome, existing?.name ?? handover.name, existing?.id.text, lastWord.reason)
        end.failureClass = lastWord.failureClass
        if plan.logs != nil { end.log = loop.console.logVolume }
        loop.console.keep(nil)
        log.settle()
        guard log.finish(end) else { return }
        do throws(HistoryError) {
            try history().record(handover.owner, now: loop.clock.now)
        } catch {
            loop.console.warn("this run is not in the history yet: \(error.reason)", next: error.next)
            loop.console.drain(patience: .milliseconds(200))
        }
    }
}
