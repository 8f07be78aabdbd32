import Workloads
import Effects
import Journal
import JSON
package import Runs

/// Explains failed runs. Whatever goes wrong with that is a warning, and never the job's result.
package struct Advisor {
    package struct Answer {
        /// Root-cause notes, made harmless.
        package let lines: [String]
        package let warning: OperatorMessage?
        /// An id of the failure catalogue.
        package let failureClass: String

        package init(lines: [String], warning: OperatorMessage?, failureClass: String) {
            (self.lines, self.warning, self.failureClass) = (lines, warning, failureClass)
        }
    }

    /// A run of AutoSys, as `198/1`, and how it ended; nil for a run on a terminal.
    package struct Run {
        package let service: String
        package let identity: RunIdentity?
        package let attempt: Int?
        package let exitCode: Int32
        package let outcome: Outcome

        package init(service: String, identity: RunIdentity?, attempt: Int?, exitCode: Int32, outcome: Outcome) {
            (self.service, self.identity, self.attempt, self.exitCode, self.outcome) = (service, identity, attempt, exitCode, outcome)
        }
    }

    package let log = LogCopy()
    package let explain: (Run, LogCopy) -> Answer?
    /// A run has ended, in whatever way: earlier advice may have been acted upon.
    package let noteEnd: (Run) -> Void

    package init(explain: @escaping (Run, LogCopy) -> Answer?, noteEnd: @escaping (Run) -> Void) {
        self.explain = explain
        self.noteEnd = noteEnd
    }

    /// After the exit code is fixed, and not on a kill. The class of the failure, where there is one to explain.
    package func advise(on run: Run, _ console: Console) -> String? {
        noteEnd(run)
        guard run.exitCode != 0, [.failed, .timedOut].contains(run.outcome.kind), let answer = explain(run, log) else { return nil }
        if let warning = answer.warning { console.warn(warning.what, next: warning.next) }
        for line in answer.lines { console.note(line) }
        return answer.failureClass
    }
}

extension Supervisor {
    /// Nothing is explained when somebody has stopped the work either.
    func advise(_ existing: Admission.Existing?, _ outcome: Outcome?, code: Int32) {
        guard let advisor = plan.advisor, let outcome, loop.signal == nil else { return }
        let run = Advisor.Run(service: Service.name, identity: plan.identity, attempt: existing?.attempt, exitCode: code, outcome: outcome)
        lastWord.failureClass = advisor.advise(on: run, loop.console)
    }
}
