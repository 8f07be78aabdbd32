package import AWS
package import Effects
package import JSON
package import Runs

/// The id of a piece of work in AWS: an execution ARN, a Batch job id, a Glue JOB/RUN.
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
    package let input: ObservedInput?
    /// How often it has been continued after a failure.
    package var redrives = 0
    /// The mark of the submission that made it, where the service keeps one.
    package var owner: String?

    package init(id: WorkloadID, name: String, status: String, started: Timestamp?, outcome: Outcome?, input: ObservedInput?) {
        self.id = id
        self.name = name
        self.status = status
        self.started = started
        self.outcome = outcome
        self.input = input
    }

    /// Whether it was started with the input of `launch`; nil when AWS does not show that.
    package func hasInput(of launch: Launch) -> Bool? { launch.hasInput(input) }
}

/// Work that AWS has accepted.
package struct Launched: Equatable, Sendable {
    package let id: WorkloadID
    /// By AWS's clock, nil when AWS does not say.
    package let started: Timestamp?
    /// The end, when AWS answered with it.
    package let outcome: Outcome?

    package init(id: WorkloadID, started: Timestamp?, outcome: Outcome? = nil) {
        self.id = id
        self.started = started
        self.outcome = outcome
    }
}

/// One AWS service that runs a unit of work to a terminal state. Pure: it describes calls and reads replies; only the
/// loop performs them. `actions` is what the agent's role needs; a test holds it against iam/.
package protocol WorkloadService {
    /// The options that an operator writes.
    associatedtype Request: WorkRequest

    /// The command's name: "stepfunctions".
    static var name: String { get }
    /// For `awsjob --help`.
    static var abstract: String { get }
    /// What one piece of work is called: "execution".
    static var noun: String { get }
    static var actions: Set<String> { get }
    /// The words for an end that `--exit-code` takes.
    static var terminalStatuses: Set<String> { get }
    /// Characters of a name.
    static var nameLimit: Int { get }

    /// Nil when the text is no id of this service.
    static func id(_ text: String) -> WorkloadID?
    static func isLegalName(_ name: String) -> Bool
    /// What can be known of the id before AWS has answered, from the target and the name. Nil when AWS makes ids up: then
    /// names are no protection against starting twice either, and `find` looks for work.
    static func expectedID(target: String, name: String) -> WorkloadID?
    /// The work under a name, newest first; to be looked at one by one. Nil when `expectedID` tells.
    static func find(name: String, target: String) -> Call<[WorkloadID]>?
    /// Asked before a start: the launch as it has to be sent. Nil when there is nothing to ask.
    static func inspect(_ launch: Launch) -> Call<Launch>?
    static func launch(_ launch: Launch, _ mark: LaunchMark) -> Call<Launched>
    /// AWS knows this name already.
    static func isNameTaken(_ error: CallError) -> Bool
    /// AWS knows no such work, or not yet.
    static func isMissing(_ error: CallError) -> Bool
    /// Nil when AWS shows no such work, or not yet.
    static func observe(_ id: WorkloadID) -> Call<Observation?>
    static func follow(_ id: WorkloadID, _ options: FollowOptions) -> any Follower
    static func stop(_ id: WorkloadID, reason: String) -> Call<Void>
    /// Continues failed work where it failed; nil when the service cannot.
    static func redrive(_ id: WorkloadID, token: String) -> Call<Void>?
    /// Said at the start of work that promise 1 does not cover; nil for none.
    static func caution(_ launch: Launch) -> String?
}

extension WorkloadService {
    package static func find(name: String, target: String) -> Call<[WorkloadID]>? { nil }
    package static func inspect(_ launch: Launch) -> Call<Launch>? { nil }
    package static func isNameTaken(_ error: CallError) -> Bool { false }
    package static func redrive(_ id: WorkloadID, token: String) -> Call<Void>? { nil }
    package static func caution(_ launch: Launch) -> String? { nil }
}
