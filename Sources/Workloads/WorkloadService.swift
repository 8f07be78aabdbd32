package import AWS
package import Effects
package import JSON
package import Runs

/// The id of a piece of work in AWS: an execution ARN.
package struct WorkloadID: Hashable, Sendable {
    package let text: String

    package init(_ text: String) {
        self.text = text
    }
}

/// A call together with the meaning of its reply.
package struct Call<Reply> {
    package let request: APICall
    package let read: (JSONValue) throws(UnexpectedReply) -> Reply

    package init(_ request: APICall, read: @escaping (JSONValue) throws(UnexpectedReply) -> Reply) {
        self.request = request
        self.read = read
    }
}

/// AWS answered, but without what its documentation promises.
package struct UnexpectedReply: Error, Equatable, Sendable {
    package let detail: String

    package init(_ detail: String) {
        self.detail = detail
    }
}

/// What AWS says of a piece of work at one moment.
package struct Observation: Sendable {
    package let id: WorkloadID
    package let name: String
    /// AWS's own word.
    package let status: String
    package let started: Timestamp?
    /// Nil while it runs. An unknown status means running.
    package let outcome: Outcome?
    /// The input it was started with, nil when AWS does not show it.
    package let input: JSONValue?
    /// How often it has been continued after a failure.
    package let redrives: Int

    package init(id: WorkloadID, name: String, status: String, started: Timestamp?, outcome: Outcome?, input: JSONValue?, redrives: Int) {
        self.id = id
        self.name = name
        self.status = status
        self.started = started
        self.outcome = outcome
        self.input = input
        self.redrives = redrives
    }
}

/// Work that AWS has accepted.
package struct Launched: Equatable, Sendable {
    package let id: WorkloadID
    /// By AWS's clock, nil when AWS does not say.
    package let started: Timestamp?
    /// Why AWS gives no way to follow it; nil when it can be followed.
    package let obstacle: String?

    package init(id: WorkloadID, started: Timestamp?, obstacle: String?) {
        self.id = id
        self.started = started
        self.obstacle = obstacle
    }
}

/// Work as it is to be launched: everything decided, nothing sent.
package struct Launch: Equatable, Sendable {
    /// What is run: a state machine's ARN.
    package let target: String
    package let name: String
    /// The input as it goes on the wire.
    package let input: String
    package let parameters: JSONValue

    package init(target: String, name: String, input: String, parameters: JSONValue) {
        self.target = target
        self.name = name
        self.input = input
        self.parameters = parameters
    }
}

/// One AWS service that runs a unit of work to a terminal state. Pure: it describes calls and reads replies; only the
/// loop performs them. `actions` is what the agent's role needs; a test holds it against iam/.
package protocol WorkloadService {
    /// The command's name: "stepfunctions".
    static var name: String { get }
    /// What one piece of work is called: "execution".
    static var noun: String { get }
    static var actions: Set<String> { get }
    /// The words that AWS uses at an end.
    static var terminalStatuses: Set<String> { get }
    /// Characters of a name.
    static var nameLimit: Int { get }

    /// Nil when the text is no id of this service.
    static func id(_ text: String) -> WorkloadID?
    static func isLegalName(_ name: String) -> Bool
    /// What can be known of the id before AWS has answered, from the target and the name.
    static func expectedID(target: String, name: String) -> WorkloadID?
    static func launch(_ launch: Launch) -> Call<Launched>
    /// AWS knows this name already.
    static func isNameTaken(_ error: CallError) -> Bool
    /// AWS knows no such work, or not yet.
    static func isMissing(_ error: CallError) -> Bool
    static func observe(_ id: WorkloadID) -> Call<Observation>
    /// `redrives`: an end that AWS reports before it shows that many redrives is an older one; what came before has been shown.
    static func follow(_ id: WorkloadID, pace: PollPace, redrives: Int) -> any Follower
    static func stop(_ id: WorkloadID, reason: String) -> Call<Void>
    /// Continues failed work where it failed; nil when the service cannot.
    static func redrive(_ id: WorkloadID, token: String) -> Call<Void>?
}
