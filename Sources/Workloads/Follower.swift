package import AWS
package import Effects
package import JSON
package import Runs

/// What a reply tells about the work.
package enum News: Equatable, Sendable {
    case event(RunEvent)
    /// Something that a person has to know or mend.
    case warning(String, next: String)
    /// A log stream of the work.
    case logs(LogSource)
    /// Nothing more is written to that stream, by AWS's clock.
    case logsEnded(LogSource, Timestamp)
    /// AWS answered, but shows no such work: as much as no answer.
    case notShown(String)
}

/// Watches one piece of work: what to ask AWS next, and what the replies mean.
package protocol Follower {
    /// The calls to make now; none until `nextDue`, or while replies are awaited.
    mutating func due(at now: Instant) -> [PendingCall]
    /// Takes the reply of the call with that tag; returns what it tells.
    mutating func take(_ reply: Result<JSONValue, CallError>, tag: Int, at now: Instant) -> [News]
    /// Nil while it waits for replies only.
    var nextDue: Instant? { get }
    /// Set once AWS has reported the end and everything about it has been read.
    var outcome: Outcome? { get }
    /// The end that AWS has reported, also while its details are still being read.
    var reported: Outcome? { get }
    /// Nothing more will be asked.
    var isDone: Bool { get }
    /// Something has happened to the work: what is due later is due now.
    mutating func hurry(at now: Instant)
    /// Why AWS gives no way to follow the work any further, and what to do about that.
    var obstacle: Obstacle? { get }
    /// What it follows is over, and only reading about it takes time.
    var isCatchingUp: Bool { get }
    /// What was let go, once there is an outcome.
    var shortfall: [News] { get }
    /// For the status line: "state CalculatePay".
    var activity: String { get }
}

package struct Obstacle: Equatable, Sendable {
    package let reason: String
    package let next: String
}

extension Follower {
    package var obstacle: Obstacle? { nil }
    package var isDone: Bool { outcome != nil }
    package var isCatchingUp: Bool { reported != nil && outcome == nil }
    package var shortfall: [News] { [] }
}

/// How a piece of work is followed.
package struct FollowOptions {
    package let pace: PollPace
    /// An end that AWS reports before it shows that many redrives is an older one; what came before has been shown.
    package let redrives: Int
    /// Whether log streams are wanted.
    package let logs: Bool
    /// When the following begins, by AWS's clock.
    package let since: Timestamp

    package init(pace: PollPace, redrives: Int, logs: Bool, since: Timestamp) {
        self.pace = pace
        self.redrives = redrives
        self.logs = logs
        self.since = since
    }
}
