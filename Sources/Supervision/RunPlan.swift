package import AWS
import Effects
package import Journal
package import Runs
package import Workloads

/// What a new try does when the work of an earlier try cannot be told to be over.
package enum NewTry: String, CaseIterable, Sendable { case start, adopt, redrive }

/// What a kill of the job does to the work in AWS.
package enum OnSignal: String, CaseIterable, Sendable { case stop, detach }

/// Everything that a run was asked for, checked.
package struct RunPlan {
    /// Nil on a terminal: every start is then a run of its own.
    package var identity: RunIdentity?
    package var work: Work
    package var place: JournalRecord.Place
    package var pace: PollPace
    package var maxRuntime: Duration?
    package var giveUpAfter: Duration
    package var newTry: NewTry?
    package var onSignal: OnSignal
    package var exitCodes: ExitCodeTable
    package var resultFile: String?
    package var outputFile: String?
    /// Nil for no logs of the work.
    package var logs: Logs?
    /// Whether the journals of this host know the name as that of work of another run.
    package var isNameOfAnotherRun: (String) -> Bool
    /// AutoSys' box of the job, for the history.
    package var box: String?
    /// Name of this host.
    package var machine: String
    /// `--state` as it was given.
    package var state: String?

    package struct Logs: Sendable {
        /// Nothing more is printed after so many bytes; nil for no limit.
        package let maxBytes: UInt64?

        package init(maxBytes: UInt64?) {
            self.maxBytes = maxBytes
        }
    }

    package enum Work {
        /// `name`: given by the user and legal; nil to derive it from the identity.
        case launch(name: String?, Launch)
        /// Work that exists already.
        case attach(WorkloadID)
    }

    package init(
        identity: RunIdentity?, work: Work, place: JournalRecord.Place, pace: PollPace, maxRuntime: Duration?, giveUpAfter: Duration,
        newTry: NewTry?, onSignal: OnSignal, exitCodes: ExitCodeTable, resultFile: String?, outputFile: String?, logs: Logs?,
        isNameOfAnotherRun: @escaping (String) -> Bool, box: String?, machine: String, state: String?
    ) {
        self.identity = identity
        self.work = work
        self.place = place
        self.pace = pace
        self.maxRuntime = maxRuntime
        self.giveUpAfter = giveUpAfter
        self.newTry = newTry
        self.onSignal = onSignal
        self.exitCodes = exitCodes
        self.resultFile = resultFile
        self.outputFile = outputFile
        self.logs = logs
        self.isNameOfAnotherRun = isNameOfAnotherRun
        self.box = box
        self.machine = machine
        self.state = state
    }

    /// Before the start, AWS may be out of reach for at most five minutes.
    package var startPatience: Duration { min(giveUpAfter, .seconds(300)) }

    /// For the cause that AWS keeps of a stop.
    package var runText: String { identity?.text ?? RunIdentity.noneText }
}

/// How the process is to end.
package enum Ending: Equatable, Sendable {
    case code(Int32)
    case signal(Int32)
}
