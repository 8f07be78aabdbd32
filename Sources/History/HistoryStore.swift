package import Effects

/// Why a store cannot do as asked: in words for the operator, without what to do next.
package struct HistoryError: Error, Equatable, Sendable {
    package enum Kind: Equatable, Sendable {
        /// Nothing has been recorded yet.
        case missing
        /// The table does not exist.
        case noTable
        case damaged
        /// Written by a newer version of this program.
        case newer
        case locked
        case readOnly
        case other
    }

    package let kind: Kind
    package let reason: String
    package let next: String

    package init(_ kind: Kind, _ reason: String, next: String) {
        (self.kind, self.reason, self.next) = (kind, reason, next)
    }
}

/// Which runs; nil means any.
package struct HistoryQuery: Equatable, Sendable {
    package var job: String?
    package var box: String?
    package var outcome: RunOutcome?
    /// Of the start: from here on, and before there.
    package var since: Timestamp?
    package var until: Timestamp?
    package var limit: Int
    package var withEvents = false
    /// Only runs older than this one, in the order of the answer.
    package var after: RunRecord?

    package init(limit: Int) {
        self.limit = limit
    }

    package func matches(_ record: RunRecord) -> Bool {
        (job == nil || record.key.job == job) && (box == nil || record.box == box) && (outcome == nil || record.outcome == outcome)
            && (since.map { record.started >= $0 } ?? true) && (until.map { record.started < $0 } ?? true)
    }
}

/// The remembered runs, wherever they are kept.
package protocol HistoryStore: AnyObject {
    /// For messages: the file, or the table.
    var name: String { get }
    /// All of them durable, or an error. A record is replaced only by one of the same run with the same or a larger revision.
    func write(_ records: [RunRecord]) throws(HistoryError)
    /// Newest first.
    func runs(_ query: HistoryQuery) throws(HistoryError) -> [RunRecord]
    /// With its events.
    func run(_ selector: RunSelector) throws(HistoryError) -> RunRecord?
    /// Runs that started before `time`: how many. `deletes`: they are gone afterwards.
    func prune(before time: Timestamp, deletes: Bool) throws(HistoryError) -> Int
    /// Makes what is missing, or checks what is there; says what was found.
    func prepare() throws(HistoryError) -> String
}

/// How long somebody is ready to wait for a store, and how to.
package struct StorePatience {
    /// Zero or less once the patience is over.
    package let remaining: () -> Duration
    package let pause: (Duration) -> Void

    package init(remaining: @escaping () -> Duration, pause: @escaping (Duration) -> Void) {
        (self.remaining, self.pause) = (remaining, pause)
    }
}
