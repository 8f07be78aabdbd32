package import Journal
package import Runs

/// The journal of a run as the supervisor uses it: of this host alone (`LocalRunLog`), or shared by hosts that have nothing
/// else in common (`FleetRunLog`). The local file is the truth for the guardian and for restarts on this host.
package protocol RunLog: AnyObject {
    /// Nil once the file does not tell the truth any more.
    var path: String? { get }
    func tryLock(_ lock: JournalFile.Lock) -> Bool
    func unlock(_ lock: JournalFile.Lock)
    func read() -> RunJournal
    /// For all that is kept of a run.
    var mask: Mask { get }
    /// Together on this host, which outlives a loss of power unless it need not be `isDurable`.
    func record(_ records: [JournalRecord], isDurable: Bool)
    func syncFolder()

    // For the history
    func begin(_ runner: RunnerNote.Runner)
    func note(_ event: RunEvent)
    func finish(_ end: RunnerNote.RunnerEnd) -> Bool

    // Across hosts
    /// Takes in what other hosts have done for the run; whether that was anything new since the last time.
    func catchUp() throws(FleetError) -> Bool
    /// Records an intent, durable wherever a runner of the run may look, before it is acted upon. False when another host has
    /// done something since `catchUp`: nothing is recorded then.
    func claim(_ records: [JournalRecord]) throws(FleetError) -> Bool
    /// Where the runner is that made a submission, as far as it is known.
    func sender(_ owner: String) -> Sender
    /// The last of this runner: other hosts are told what they do not know yet, for a moment at most.
    func settle()
}

extension RunLog {
    package func record(_ records: JournalRecord...) { record(records) }
    package func record(_ records: [JournalRecord]) { record(records, isDurable: true) }
}

/// Where a runner is that may be about to send a submission.
package enum Sender: Equatable, Sendable {
    /// On this host, or nowhere: whoever holds the gate knows that it is not at work.
    case here
    /// `isLive`: it has shown life lately.
    case elsewhere(host: String, isLive: Bool)
}

/// Why a run cannot be begun with what other hosts know.
package enum FleetError: Error {
    case signal
    /// Without the table the work could be started twice; nothing was started.
    case unreachable(OperatorMessage)
}
