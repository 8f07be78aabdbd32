package import Effects
package import JSON
package import Runs

/// How a run went, in one word.
package enum RunOutcome: String, CaseIterable, Sendable {
    case running
    case succeeded, failed, stopped
    case timedOut = "timed_out"
    /// A signal ended the run, or the command of `exec`.
    case killed
    /// The runner went without a word: SIGKILL, a reboot.
    case died
    /// Exit code 113: the work may still run.
    case unknown
    /// Exit codes 114 to 116: nothing was started.
    case notStarted = "not_started"
}

/// One try of a run, as it is remembered.
package struct RunRecord: Equatable, Sendable {
    package var key: RunKey
    package var box: String?
    package var machine: String
    package var service: String
    package var target: String?
    /// What the work is called in AWS, and its id there.
    package var name: String?
    package var workID: String?
    /// SHA-256 of the input's text, hexadecimal.
    package var inputDigest: String?
    package var tags: [JSONValue.Member] = []
    /// When its first runner began, by the wall clock of the machine. For people and for order; never subtracted.
    package var started: Timestamp
    package var ended: Timestamp?
    /// From AWS's own times, else from the runner's steady clock; nil when neither knows.
    package var duration: Duration?
    package var outcome: RunOutcome
    /// AWS's own word: "FAILED".
    package var status: String?
    package var exitCode: Int?
    package var signal: Int?
    package var reason: String?
    package var failureClass: String?
    /// "signal", "guardian", "max-runtime", "operator": who stopped the work.
    package var stoppedBy: String?
    package var runners = 1
    /// How many of them went without a word.
    package var lostRunners = 0
    package var log: LogVolume?
    package var calls: Int?
    package var events: [RunEvent] = []
    package var unnotedEvents = 0
    /// Of two records of one run the one with the larger revision knows more.
    package var revision: Int64

    package init(key: RunKey, machine: String, service: String, started: Timestamp, outcome: RunOutcome, revision: Int64) {
        (self.key, self.machine, self.service, self.started, self.outcome, self.revision) = (key, machine, service, started, outcome, revision)
    }

    /// Commands of `exec`: no service of AWS.
    package static var localService: String { "exec" }

    /// What became of the runner and of the work, where that is not the usual; nil otherwise.
    package var fate: String? {
        if outcome == .died {
            if service == Self.localService { return "runner died, the command with it" }
            switch (stoppedBy, status) {
            case ("guardian"?, _): return "runner died, the guardian stopped the work"
            case (let by?, _): return "runner died, the work was stopped (\(by))"
            case (nil, let status?): return "runner died, the work ended \(status)"
            case (nil, nil): return name == nil ? "runner died before it started anything" : "runner died, the work may still run"
            }
        }
        if lostRunners > 0 { return "\(lostRunners) of \(runners) runners died" + (stoppedBy.map { ", stopped by \($0)" } ?? "") }
        return nil
    }
}
