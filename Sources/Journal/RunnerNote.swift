package import Effects
package import JSON
package import Runs

/// What a runner tells of itself beside the steps that it takes: nothing is decided by it, the history is written from it.
package enum RunnerNote: Equatable, Sendable {
    case began(Runner)
    case event(owner: String, RunEvent)
    case finished(owner: String, RunnerEnd)

    package var owner: String {
        switch self {
        case .began(let runner): runner.owner
        case .event(let owner, _), .finished(let owner, _): owner
        }
    }

    package struct Runner: Equatable, Sendable {
        package var owner: String
        /// Nil for a run on a terminal.
        package var identity: RunIdentity?
        package var attempt: Int
        package var box: String?
        package var machine: String
        package var service: String
        package var target: String?
        package var inputDigest: String?
        package var tags: [JSONValue.Member]

        package init(
            owner: String, identity: RunIdentity?, attempt: Int, box: String?, machine: String, service: String, target: String?, inputDigest: String?,
            tags: [JSONValue.Member]
        ) {
            (self.owner, self.identity, self.attempt, self.box, self.machine) = (owner, identity, attempt, box, machine)
            (self.service, self.target, self.inputDigest, self.tags) = (service, target, inputDigest, tags)
        }
    }

    /// How a runner ended by itself.
    package struct RunnerEnd: Equatable, Sendable {
        package var code: Int32?
        /// That it died of.
        package var signal: Int32?
        package var outcome: Outcome?
        package var name: String?
        package var id: String?
        package var reason: String?
        /// From its beginning, by a clock that never jumps.
        package var elapsed: Duration
        /// Of the work's log, as printed; nil where nobody counted.
        package var log: LogVolume?
        /// Requests that were sent to AWS.
        package var calls: Int
        /// Events that were printed but not noted: too many.
        package var unnoted = 0

        package init(code: Int32?, signal: Int32?, elapsed: Duration, calls: Int) {
            (self.code, self.signal, self.elapsed, self.calls) = (code, signal, elapsed, calls)
        }
    }

    static func isNote(_ line: ArraySlice<UInt8>) -> Bool { line.starts(with: #"{"note":"#.utf8) }
}

/// A journal with what its runners noted, in the order of its lines.
package struct NotedJournal {
    package internal(set) var journal = RunJournal()
    package internal(set) var notes: [(note: RunnerNote, time: Timestamp)] = []
    /// Grows with every line whatever the clock does, and is near the time in milliseconds: of two readings of a run the
    /// one with the larger revision knows more.
    package private(set) var revision: Int64 = 0

    mutating func advance(to time: Timestamp?) {
        revision = max(revision + 1, time?.millisecondsSinceEpoch ?? 0)
    }
}
