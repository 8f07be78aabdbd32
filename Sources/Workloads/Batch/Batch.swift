package import AWS
import Effects
import JSON
import Runs

/// AWS Batch jobs: single, array, multi-node, multi-container, EKS.
/// https://docs.aws.amazon.com/batch/latest/APIReference/Welcome.html
package enum Batch: WorkloadService {
    package typealias Request = SubmitJobRequest

    package static let name = "batch"
    package static let abstract = "Submits an AWS Batch job, follows it to its end with its logs, exits with its container's exit code."
    package static let noun = "job"
    /// SubmitJob with tags needs TagResource.
    package static let actions: Set<String> = LogTail.actions.union([
        "batch:SubmitJob", "batch:TagResource", "batch:DescribeJobs", "batch:ListJobs", "batch:TerminateJob",
    ])
    package static let endpoint = (service: Service.batch, operation: "DescribeJobs")
    package static let terminalStatuses: Set<String> = ["SUCCEEDED", "FAILED", "TIMED_OUT", "TERMINATED", "CANCELLED"]
    package static let nameLimit = 128

    /// A UUID, with `:N` for a child of an array or `#N` for a node.
    package static func id(_ text: String) -> WorkloadID? {
        let job = text.prefix { $0 != ":" && $0 != "#" }
        let groups = job.split(separator: "-", omittingEmptySubsequences: false)
        let index = text.dropFirst(job.count + 1)
        guard groups.map(\.count) == [8, 4, 4, 4, 12], job.allSatisfy({ $0 == "-" || $0.isHexDigit && $0.isASCII }) else { return nil }
        guard job.count == text.count || Int(index) != nil else { return nil }
        return WorkloadID(text)
    }

    /// SubmitJob: up to 128 letters, digits, "-" and "_", the first a letter or a digit.
    package static func isLegalName(_ name: String) -> Bool {
        (1...nameLimit).contains(name.utf8.count) && name == RunName.legal(name) && name.first != "-" && name.first != "_"
    }

    /// Batch makes its ids up.
    package static func expectedID(target: String, name: String) -> WorkloadID? { nil }

    /// `filters` looks at every status, in any case of letters.
    package static func find(name: String, target: String, page: String?) -> Call<FoundPage>? {
        let filter: JSONValue = ["name": "JOB_NAME", "values": .array([JSONValue(name)])]
        var parameters: [JSONValue.Member] = [.init("jobQueue", JSONValue(target)), .init("filters", .array([filter]))]
        if let page { parameters.append(.init("nextToken", JSONValue(page))) }
        return Call(APICall(.batch, "ListJobs", .object(parameters))) { (reply) throws(UnexpectedReply) in
            guard let jobs = reply["jobSummaryList"]?.array else { throw UnexpectedReply("ListJobs answered without jobSummaryList") }
            let named = jobs.filter { $0["jobName"]?.string == name }
            let newestFirst = named.sorted { ($0["createdAt"]?.double ?? 0) > ($1["createdAt"]?.double ?? 0) }
            return FoundPage(ids: newestFirst.compactMap { $0["jobId"]?.string.map(WorkloadID.init) }, next: reply["nextToken"]?.string)
        }
    }

    package static func launch(_ launch: Launch, _ mark: LaunchMark) -> Call<Launched> {
        var parameters: [JSONValue.Member] = [.init("jobName", JSONValue(mark.name))]
        parameters += launch.parameters.filter { $0.name != "tags" && $0.name != "propagateTags" }
        let own = launch.parameters.last { $0.name == "tags" }?.value.members ?? []
        parameters.append(.init("tags", .object(own + JobTags.members(mark, inputDigest: launch.inputDigest))))
        parameters.append(.init("propagateTags", launch.parameters.last { $0.name == "propagateTags" }?.value ?? true))
        var call = APICall(.batch, "SubmitJob", .object(parameters))
        call.isRepeatable = false
        return Call(call) { (reply) throws(UnexpectedReply) in
            guard let id = reply["jobId"]?.string, !id.isEmpty else { throw UnexpectedReply("SubmitJob answered without jobId") }
            return Launched(id: WorkloadID(id), started: nil)
        }
    }

    /// TerminateJob of an unknown job is a ClientException like any other.
    package static func isMissing(_ error: CallError) -> Bool {
        guard case .service(let error, _) = error, error.code == "ClientException" else { return false }
        let message = error.message.lowercased()
        return message.contains("does not exist") || message.contains("not found")
    }

    static func describe(_ ids: [String]) -> APICall {
        APICall(.batch, "DescribeJobs", ["jobs": .array(ids.map { JSONValue($0) })])
    }

    package static func observe(_ id: WorkloadID) -> Call<Observation?> {
        Call(describe([id.text])) { (reply) throws(UnexpectedReply) in
            guard let jobs = reply["jobs"]?.array else { throw UnexpectedReply("DescribeJobs answered without jobs") }
            guard let job = jobs.compactMap(JobDescription.init).first(where: { $0.id == id.text }) else { return nil }
            var seen = Observation(
                id: id, name: job.name, status: job.status, started: job.created, outcome: job.outcome,
                input: job.tags[JobTags.input].map { .digest($0) })
            seen.owner = job.tags[JobTags.submission]
            return seen
        }
    }

    package static func follow(_ id: WorkloadID, _ options: FollowOptions) -> any Follower {
        JobFollower(id: id, options, label: nil)
    }

    /// TerminateJob works in every state and takes children and nodes along; CancelJob answers 200 and does nothing once a
    /// job is starting. `reason` has room for 1,024 characters.
    package static func stop(_ id: WorkloadID, reason: String) -> Call<Void> {
        var call = APICall(.batch, "TerminateJob", ["jobId": JSONValue(id.text), "reason": JSONValue(String(reason.prefix(900)))])
        call.timeout = .seconds(10)
        return Call(call) { _ throws(UnexpectedReply) in () }
    }
}
