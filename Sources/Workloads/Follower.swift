package import AWS
package import Effects
package import JSON
package import Runs

/// What a follower asks for; `tag` comes back with the reply.
package struct PendingCall {
    package let tag: Int
    package let request: APICall

    package init(tag: Int, request: APICall) {
        self.tag = tag
        self.request = request
    }
}

/// Watches one piece of work: what to ask AWS next, and what the replies mean.
package protocol Follower {
    /// The calls to make now; none until `nextDue`, or while replies are awaited.
    mutating func due(at now: Instant) -> [PendingCall]
    /// Takes the reply of the call with that tag; returns what it tells.
    mutating func take(_ reply: Result<JSONValue, CallError>, tag: Int, at now: Instant) -> [RunEvent]
    var nextDue: Instant { get }
    /// Set once AWS has reported the end and everything about it has been read.
    var outcome: Outcome? { get }
    /// The end that AWS has reported, also while its details are still being read.
    var reported: Outcome? { get }
    /// For the status line: "state CalculatePay".
    var activity: String { get }
}
