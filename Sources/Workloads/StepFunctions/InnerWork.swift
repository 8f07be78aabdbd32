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
    /// By number, as they were found; those about which all is known are gone.
    private var parts: [Int: Part] = [:]
    private var asked: [Int: Asked] = [:]
    private var count = 0
    private var known: Set<String> = []
    private var refused: Set<String> = []
    private var functions = LambdaSearch()
    /// Of executions inside that are over.
    private var shortfalls: [News] = []

    private enum Asked {
        case part(Int, tag: Int)
        case jobs([Int])
        case functions
    }

    /// Executions in executions are followed that deep.
    private static let deepest = 5

    /// `prefix`: the states above, for the labels of logs.
    init(_ options: FollowOptions, prefix: String?, depth: Int) {
        (self.options, self.prefix, self.depth) = (options, prefix, depth)
    }

    // MARK: Found in the history

    /// Events that tell of work inside, or of its end.
    static func isWorthALook(_ event: HistoryEvent) -> Bool {
        event.type == "TaskSubmitted" || event.type == "TaskSucceeded" || event.type == "TaskFailed" || event.type == "TaskTimedOut"
            || event.type.hasPrefix("LambdaFunction")
    }

    /// `scheduled`: the event with which the task began.
    mutating func note(_ event: HistoryEvent, state: String?, scheduled: HistoryEvent?) {
        guard let service = event.resourceType ?? (event.type.hasPrefix("LambdaFunction") ? "lambda" : nil) else { return }
        let label = state ?? service
        let path = prefix.map { "\($0) \(label)" } ?? label
        if service == "lambda" { return noteLambda(event, path, scheduled) }
        guard event.type == "TaskSubmitted" else { return }
        guard event.resource?.contains(".sync") == true, let output = HistoryEvent.json(event.output) else { return }
        switch service {
        case "batch": if let id = output["JobId"]?.string { add(label, JobFollower(id: WorkloadID(id), options, label: path), id) }
        case "glue":
            if let run = output["JobRunId"]?.string, let job = scheduled?.target { add(label, JobRunFollower(id: WorkloadID("\(job)/\(run)"), options, label: path), run) }
        case "states":
            if let arn = output["ExecutionArn"]?.string, depth < Self.deepest { add(label, ExecutionFollower(id: WorkloadID(arn), options, label: path, depth: depth + 1), arn) }
        case "ecs":
            for task in output["Tasks"]?.array ?? [] {
                if let logs = ContainerTask(task, label: path) { add(label, logs, task["TaskArn"]?.string ?? "") }
            }
        default: break
        }
    }

    private mutating func noteLambda(_ event: HistoryEvent, _ path: String, _ scheduled: HistoryEvent?) {
        guard event.type.hasSuffix("Succeeded") || event.type.hasSuffix("Failed"), let scheduled, let invocation = LambdaInvocation(event, scheduled, label: path) else { return }
        if known.insert(invocation.requestID).inserted { functions.note(invocation) }
    }

    private mutating func add(_ label: String, _ follower: some Follower, _ id: String) {
        guard !id.isEmpty, known.insert(id).inserted else { return }
        parts[known.count] = Part(label: label, follower: follower)
    }

    // MARK: Followed

    var nextDue: Instant? { (parts.values.map(\.follower.nextDue) + [functions.nextDue]).compactMap { $0 }.min() }

    /// Everything that can be known of it is known.
    var isDone: Bool { parts.isEmpty && functions.isDone }

    /// It is over, and only reading about it takes time.
    var isCatchingUp: Bool { functions.isCatchingUp || parts.values.contains { $0.follower.isCatchingUp } }

    /// What is let go when no more is read.
    var shortfall: [News] {
        let states = parts.sorted { $0.key < $1.key }.map(\.value.label)
        let more = states.count > 1 ? " and \(states.count - 1) more" : ""
        let open = states.first.map {
            News.warning("the logs of work inside may be incomplete: that of state \($0)\(more) was not over when the execution was", next: "awsjob logs shows them later")
        }
        return shortfalls + functions.shortfall + [open].compactMap { $0 }
    }

    mutating func hurry(at now: Instant) {
        for number in parts.keys { parts[number]?.follower.hurry(at: now) }
    }

    mutating func due(at now: Instant) -> [PendingCall] {
        var calls: [PendingCall] = []
        for number in parts.keys.sorted() {
            guard let follower = parts[number]?.follower, !(follower is JobFollower) else { continue }
            for call in parts[number]?.follower.due(at: now) ?? [] { calls.append(ask(.part(number, tag: call.tag), call.request)) }
            removeIfDone(number)
        }
        if let search = functions.due(at: now) { calls.append(ask(.functions, search)) }
        return calls + dueJobs(at: now)
    }

    /// One DescribeJobs asks for all Batch jobs that are due, and for those that soon will be.
    private mutating func dueJobs(at now: Instant) -> [PendingCall] {
        let jobs = parts.compactMap { number, part in (part.follower as? JobFollower)?.nextDue.map { (number: number, due: $0) } }
        guard jobs.contains(where: { $0.due <= now }) else { return [] }
        var calls: [PendingCall] = []
        var (members, ids): ([Int], [String]) = ([], [])
        for number in jobs.filter({ $0.due <= now + .seconds(1) }).map(\.number).sorted() {
            guard var follower = parts[number]?.follower as? JobFollower else { continue }
            follower.hurry(at: now)
            let isDue = !follower.due(at: now).isEmpty
            parts[number]?.follower = follower
            guard isDue else { continue }
            if ids.count + follower.askedIDs.count > 100 {
                calls.append(ask(.jobs(members), Batch.describe(ids)))
                (members, ids) = ([], [])
            }
            members.append(number)
            ids += follower.askedIDs
        }
        if !members.isEmpty { calls.append(ask(.jobs(members), Batch.describe(ids))) }
        return calls
    }

    private mutating func ask(_ whom: Asked, _ request: APICall) -> PendingCall {
        count += 1
        asked[count] = whom
        return PendingCall(tag: count, request: request.asPoll)
    }

    mutating func take(_ reply: Result<JSONValue, CallError>, tag: Int, at now: Instant) -> [News] {
        switch asked.removeValue(forKey: tag) {
        case .part(let number, let tag): return take(reply, of: number, tag: tag, at: now)
        case .functions: return functions.take(reply, at: now)
        case .jobs(let members): return members.flatMap { take(reply, of: $0, tag: 0, at: now) }
        case nil: return []
        }
    }

    private mutating func take(_ reply: Result<JSONValue, CallError>, of number: Int, tag: Int, at now: Instant) -> [News] {
        guard var part = parts[number] else { return [] }
        if case .failure(let error) = reply, error.isAccessDenied, !(part.follower is ContainerTask) {
            parts[number] = nil
            return refusal(error)
        }
        let news = part.follower.take(reply, tag: tag, at: now).compactMap { Self.labelled($0, part.label) }
        parts[number] = part
        removeIfDone(number)
        return news
    }

    private mutating func removeIfDone(_ number: Int) {
        guard let part = parts[number], part.follower.isDone else { return }
        shortfalls += part.follower.shortfall.compactMap { Self.labelled($0, part.label) }
        parts[number] = nil
    }

    /// Once for each action.
    private mutating func refusal(_ error: CallError) -> [News] {
        guard case .service(_, let action) = error, refused.insert(action).inserted else { return [] }
        return [.warning("the logs of some work inside are not shown: this role may not call \(action)", next: "add that action from iam/stepfunctions.json")]
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
