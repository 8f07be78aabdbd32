import AWS
import Effects
import JSON
import Runs

/// The work that an execution's tasks start in other services, followed for its logs. What the tasks were answered stands
/// in the history: ids of Batch jobs, Glue runs, ECS tasks, nested executions, requests to Lambda functions.
struct InnerWork {
    static let actions: Set<String> = LogTail.actions.union(["batch:DescribeJobs", "glue:GetJobRun", "ecs:DescribeTaskDefinition"])

    private struct Part {
        let label: String
        var follower: any Follower
    }

    private let options: FollowOptions
    private let prefix: String?
    private let depth: Int
    private var parts: [Part] = []
    /// Batch jobs that one DescribeJobs asks for.
    private var jobs: [(label: String, follower: JobFollower)] = []
    private var asked: [Int: Asked] = [:]
    private var count = 0
    private var known: Set<String> = []

    private enum Asked {
        case part(Int, tag: Int)
        case jobs([Int])
    }

    /// Executions in executions are followed that deep.
    private static let deepest = 5

    /// `prefix`: the states above, for the labels of logs.
    init(_ options: FollowOptions, prefix: String?, depth: Int) {
        (self.options, self.prefix, self.depth) = (options, prefix, depth)
    }

    // MARK: Found in the history

    /// `scheduled`: the event with which the task began.
    mutating func note(_ event: HistoryEvent, state: String?, scheduled: HistoryEvent?) {
        guard options.logs, let service = event.resourceType ?? (event.type.hasPrefix("LambdaFunction") ? "lambda" : nil) else { return }
        let label = state ?? service
        let path = prefix.map { "\($0) \(label)" } ?? label
        if service == "lambda" { return noteLambda(event, label, path, scheduled) }
        guard event.type == "TaskSubmitted", event.resource?.contains(".sync") == true, let output = event.json(event.output) else { return }
        switch service {
        case "batch": if let id = output["JobId"]?.string, isNew(id) { jobs.append((label, JobFollower(id: WorkloadID(id), options, label: path))) }
        case "glue":
            let job = scheduled.flatMap { $0.json($0.parameters)?["JobName"]?.string }
            if let run = output["JobRunId"]?.string, let job { add(label, JobRunFollower(id: WorkloadID("\(job)/\(run)"), options, label: path), run) }
        case "states":
            if let arn = output["ExecutionArn"]?.string, depth < Self.deepest { add(label, ExecutionFollower(id: WorkloadID(arn), options, label: path, depth: depth + 1), arn) }
        case "ecs":
            for task in output["Tasks"]?.array ?? [] {
                if let logs = ContainerTask(task, label: path) { add(label, logs, task["TaskArn"]?.string ?? "") }
            }
        default: break
        }
    }

    private mutating func noteLambda(_ event: HistoryEvent, _ label: String, _ path: String, _ scheduled: HistoryEvent?) {
        guard event.type.hasSuffix("Succeeded") || event.type.hasSuffix("Failed"), let scheduled, let invocation = LambdaInvocation(event, scheduled, label: path) else { return }
        add(label, invocation, invocation.requestID)
    }

    private mutating func isNew(_ id: String) -> Bool { known.insert(id).inserted }

    private mutating func add(_ label: String, _ follower: some Follower, _ id: String) {
        if isNew(id) { parts.append(Part(label: label, follower: follower)) }
    }

    // MARK: Followed

    var nextDue: Instant? { (parts.map(\.follower.nextDue) + jobs.map(\.follower.nextDue)).compactMap { $0 }.min() }

    /// Everything that can be known of it is known.
    var isDone: Bool { parts.allSatisfy(\.follower.isDone) && jobs.allSatisfy(\.follower.isDone) }

    mutating func hurry(at now: Instant) {
        for index in parts.indices { parts[index].follower.hurry(at: now) }
        for index in jobs.indices { jobs[index].follower.hurry(at: now) }
    }

    mutating func due(at now: Instant) -> [PendingCall] {
        var calls: [PendingCall] = []
        for index in parts.indices {
            for call in parts[index].follower.due(at: now) { calls.append(ask(.part(index, tag: call.tag), call.request)) }
        }
        return calls + dueJobs(at: now)
    }

    /// When one is due, all that wait are asked for.
    private mutating func dueJobs(at now: Instant) -> [PendingCall] {
        guard jobs.contains(where: { $0.follower.nextDue.map { $0 <= now } ?? false }) else { return [] }
        var calls: [PendingCall] = []
        var (members, ids): ([Int], [String]) = ([], [])
        for index in jobs.indices where jobs[index].follower.nextDue != nil {
            jobs[index].follower.hurry(at: now)
            guard !jobs[index].follower.due(at: now).isEmpty else { continue }
            let wanted = jobs[index].follower.askedIDs
            if ids.count + wanted.count > 100 {
                calls.append(ask(.jobs(members), Batch.describe(ids)))
                (members, ids) = ([], [])
            }
            members.append(index)
            ids += wanted
        }
        if !members.isEmpty { calls.append(ask(.jobs(members), Batch.describe(ids))) }
        return calls
    }

    private mutating func ask(_ whom: Asked, _ request: APICall) -> PendingCall {
        count += 1
        asked[count] = whom
        var request = request
        (request.attempts, request.timeout) = (1, .seconds(20))
        return PendingCall(tag: count, request: request)
    }

    mutating func take(_ reply: Result<JSONValue, CallError>, tag: Int, at now: Instant) -> [News] {
        switch asked.removeValue(forKey: tag) {
        case .part(let index, let tag):
            return parts[index].follower.take(reply, tag: tag, at: now).compactMap { Self.labelled($0, parts[index].label) }
        case .jobs(let members):
            return members.flatMap { index in jobs[index].follower.take(reply, tag: 0, at: now).compactMap { Self.labelled($0, jobs[index].label) } }
        case nil: return []
        }
    }

    /// What is told of work inside says where it is.
    private static func labelled(_ news: News, _ label: String) -> News? {
        switch news {
        case .event(var event):
            event.source = [label, event.source].compactMap { $0 }.joined(separator: " ")
            return .event(event)
        case .warning(let what, let next): return .warning("\(label): \(what)", next: next)
        case .logs, .logsEnded: return news
        case .notShown: return nil
        }
    }
}
