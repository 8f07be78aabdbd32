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

/// AWS answered 200, but without what its documentation promises, or with a refusal inside.
package struct UnexpectedReply: Error, Equatable, Sendable {
    package let detail: String
    /// Of the refusal: "EntityNotFoundException".
    package let code: String?

    package init(_ detail: String, code: String? = nil) {
        (self.detail, self.code) = (detail, code)
    }
}

extension Call {
    /// What a reply means; a refusal inside is the error that it would be elsewhere.
    package func outcome(_ reply: Result<JSONValue, CallError>) -> Result<Reply, CallError> {
        reply.flatMap { json in
            do throws(UnexpectedReply) {
                return .success(try read(json))
            } catch {
                guard let code = error.code else { return .failure(.unreadable(detail: error.detail, status: 200, requestID: nil, origin: nil)) }
                return .failure(.service(ServiceError(code: code, message: error.detail, status: 400, requestID: nil), action: request.action))
            }
        }
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
    /// AWS does not say what becomes of it.
    package var isOpaque = false

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

/// Some of the work under a name; `next` leads to more.
package struct FoundPage: Equatable, Sendable {
    package let ids: [WorkloadID]
    package let next: String?

    package init(ids: [WorkloadID], next: String?) {
        (self.ids, self.next) = (ids, next)
    }
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
    /// Where runs are started, and an operation that AWS has there.
    static var endpoint: (service: Service, operation: String) { get }
    /// The words for an end that `--exit-code` takes.
    static var terminalStatuses: Set<String> { get }
    /// Characters of a name.
    static var nameLimit: Int { get }
    /// AWS keeps an output of its work, as text.
    static var hasOutput: Bool { get }
    /// Failed work can be continued where it failed.
    static var canRedrive: Bool { get }

    /// Nil when the text is no id of this service.
    static func id(_ text: String) -> WorkloadID?
    static func isLegalName(_ name: String) -> Bool
    /// What can be known of the id before AWS has answered, from the target and the name. Nil when AWS makes ids up: then
    /// names are no protection against starting twice either, and `find` looks for work.
    static func expectedID(target: String, name: String) -> WorkloadID?
    /// A page of the work under a name, newest first; to be looked at one by one. Nil when `expectedID` tells.
    static func find(name: String, target: String, page: String?) -> Call<FoundPage>?
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
    /// False for work that AWS lets nobody stop.
    static func isStoppable(_ id: WorkloadID) -> Bool
    /// Continues failed work where it failed; nil when the service cannot.
    static func redrive(_ id: WorkloadID, token: String) -> Call<Void>?
    /// For `awsjob doctor`. `launch`: the one that is meant, if any. `account`: nil when AWS has not told.
    static func probes(_ launch: Launch?, in account: Account?) -> [Probe]
}

extension WorkloadService {
    package static var hasOutput: Bool { false }
    package static var canRedrive: Bool { false }
    package static func find(name: String, target: String, page: String?) -> Call<FoundPage>? { nil }
    package static func isStoppable(_ id: WorkloadID) -> Bool { true }
    package static func inspect(_ launch: Launch) -> Call<Launch>? { nil }
    package static func isNameTaken(_ error: CallError) -> Bool { false }
    package static func redrive(_ id: WorkloadID, token: String) -> Call<Void>? { nil }
}
