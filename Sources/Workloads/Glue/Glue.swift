package import AWS
import Effects
import JSON
import Runs

/// AWS Glue job runs. An id is `JOB/RUN`.
/// https://docs.aws.amazon.com/glue/latest/webapi/API_StartJobRun.html
package enum Glue: WorkloadService {
    package typealias Request = StartJobRunRequest

    package static let name = "glue"
    package static let abstract = "Starts an AWS Glue job run, follows it to its end with its logs, exits with its outcome."
    package static let noun = "job run"
    package static let actions: Set<String> = LogTail.actions.union(["glue:StartJobRun", "glue:GetJobRun", "glue:GetJobRuns", "glue:BatchStopJobRun"])
    package static let endpoint = (service: Service.glue, operation: "GetJobRun")
    package static let terminalStatuses: Set<String> = ["SUCCEEDED", "FAILED", "ERROR", "TIMEOUT", "STOPPED", "EXPIRED"]
    package static let nameLimit = 128

    package static func id(_ text: String) -> WorkloadID? {
        guard let (job, run) = split(text), !job.isEmpty, run.hasPrefix("jr_") else { return nil }
        return WorkloadID(text)
    }

    private static func split(_ text: String) -> (job: String, run: String)? {
        guard let slash = text.lastIndex(of: "/") else { return nil }
        return (String(text[..<slash]), String(text[text.index(after: slash)...]))
    }

    private static func parameters(_ id: WorkloadID, run: String) -> [JSONValue.Member] {
        let (job, name) = split(id.text) ?? ("", id.text)
        return [.init("JobName", JSONValue(job)), .init(run, JSONValue(name))]
    }

    package static func isLegalName(_ name: String) -> Bool { (1...nameLimit).contains(name.utf8.count) && name == RunName.legal(name) }

    /// Glue makes its ids up.
    package static func expectedID(target: String, name: String) -> WorkloadID? { nil }

    /// Newest first, as Glue answers.
    package static func find(name: String, target: String, page: String?) -> Call<FoundPage>? {
        var parameters: [JSONValue.Member] = [.init("JobName", JSONValue(target)), .init("MaxResults", 200)]
        if let page { parameters.append(.init("NextToken", JSONValue(page))) }
        return Call(APICall(.glue, "GetJobRuns", .object(parameters))) { (reply) throws(UnexpectedReply) in
            guard let runs = reply["JobRuns"]?.array else { throw UnexpectedReply("GetJobRuns answered without JobRuns") }
            let named = runs.filter { RunArgument($0)?.name == name }
            return FoundPage(ids: named.compactMap { $0["Id"]?.string.map { WorkloadID("\(target)/\($0)") } }, next: reply["NextToken"]?.string)
        }
    }

    package static func launch(_ launch: Launch, _ mark: LaunchMark) -> Call<Launched> {
        var parameters = launch.parameters.filter { $0.name != "Arguments" }
        let own = launch.parameters.last { $0.name == "Arguments" }?.value.members ?? []
        let argument = RunArgument(name: mark.name, owner: mark.owner, inputDigest: launch.inputDigest)
        parameters.append(.init("Arguments", .object(own + [.init(RunArgument.key, JSONValue(argument.text))])))
        var call = APICall(.glue, "StartJobRun", .object(parameters))
        call.isRepeatable = false
        return Call(call) { (reply) throws(UnexpectedReply) in
            guard let run = reply["JobRunId"]?.string, !run.isEmpty else { throw UnexpectedReply("StartJobRun answered without JobRunId") }
            return Launched(id: WorkloadID("\(launch.target)/\(run)"), started: nil)
        }
    }

    package static func isMissing(_ error: CallError) -> Bool { error.code == "EntityNotFoundException" }

    package static func observe(_ id: WorkloadID) -> Call<Observation?> {
        Call(APICall(.glue, "GetJobRun", .object(parameters(id, run: "RunId")))) { (reply) throws(UnexpectedReply) in
            guard let run = reply["JobRun"], let status = run["JobRunState"]?.string else { throw UnexpectedReply("GetJobRun answered without JobRunState") }
            let argument = RunArgument(run)
            var seen = Observation(
                id: id, name: argument?.name ?? id.text, status: status, started: time(run["StartedOn"]), outcome: outcome(run, status),
                input: (argument?.inputDigest).map { .digest($0) })
            seen.owner = argument?.owner
            return seen
        }
    }

    private static func time(_ json: JSONValue?) -> Timestamp? { json?.double.map(Timestamp.init(secondsSinceEpoch:)) }

    /// Nil for any state that is no known end: STARTING, RUNNING, STOPPING, WAITING, and what AWS may invent.
    static func outcome(_ run: JSONValue, _ status: String) -> Outcome? {
        let kinds: [String: Outcome.Kind] = [
            "SUCCEEDED": .succeeded, "FAILED": .failed, "ERROR": .failed, "EXPIRED": .failed, "TIMEOUT": .timedOut, "STOPPED": .stopped,
        ]
        guard let kind = kinds[status] else { return nil }
        var outcome = Outcome(kind: kind, status: status)
        if kind != .succeeded { outcome.cause = run["ErrorMessage"]?.string }
        (outcome.started, outcome.ended) = (time(run["StartedOn"]), time(run["CompletedOn"]))
        return outcome
    }

    package static func follow(_ id: WorkloadID, _ options: FollowOptions) -> any Follower {
        JobRunFollower(id: id, options, label: nil)
    }

    /// Glue keeps no reason. It refuses the stop of a run that has ended, and with the same code one that it does not take
    /// yet; GetJobRun tells which.
    package static func stop(_ id: WorkloadID, reason: String) -> Call<Void> {
        let (job, run) = split(id.text) ?? ("", id.text)
        var call = APICall(.glue, "BatchStopJobRun", ["JobName": JSONValue(job), "JobRunIds": .array([JSONValue(run)])])
        call.timeout = .seconds(10)
        return Call(call) { (reply) throws(UnexpectedReply) in
            // AWS answers 200 to a stop that it refuses.
            guard let error = reply["Errors"]?.array?.first?["ErrorDetail"] else { return }
            throw UnexpectedReply(error["ErrorMessage"]?.string ?? "", code: error["ErrorCode"]?.string ?? "UnknownError")
        }
    }
}

/// What a run says about who started it. Glue has neither names nor tags of runs, and hands unknown arguments on to the
/// script, which passes them over (getResolvedOptions takes those that it is asked for).
struct RunArgument {
    static let key = "--awsjob-run"

    let name: String
    let owner: String
    let inputDigest: String

    init(name: String, owner: String, inputDigest: String) {
        (self.name, self.owner, self.inputDigest) = (name, owner, inputDigest)
    }

    init?(_ run: JSONValue) {
        let parts = run["Arguments"]?[Self.key]?.string?.split(separator: "/").map(String.init) ?? []
        guard parts.count == 3 else { return nil }
        self.init(name: parts[0], owner: parts[1], inputDigest: parts[2])
    }

    var text: String { "\(name)/\(owner)/\(inputDigest)" }
}
