import AWS
import Effects
import JSON
import Runs

/// Finds the log streams of an ECS task: `prefix/container/task`, from its task definition.
/// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html
struct ContainerTask: Follower {
    private let definition: String
    private let taskID: String
    private let label: String
    private var isWaiting = false
    private var due = Instant(sinceStart: .zero)
    private var failures = 0
    private(set) var isDone = false

    /// `task`: a member of RunTask's `Tasks`.
    init?(_ task: JSONValue, label: String) {
        guard let definition = task["TaskDefinitionArn"]?.string, let arn = task["TaskArn"]?.string else { return nil }
        (self.definition, self.label) = (definition, label)
        taskID = String(arn.split(separator: "/").last ?? "")
    }

    var outcome: Outcome? { nil }
    var reported: Outcome? { nil }
    var nextDue: Instant? { isWaiting || isDone ? nil : due }
    var activity: String { "running" }
    mutating func hurry(at now: Instant) { due = min(due, now) }

    mutating func due(at now: Instant) -> [PendingCall] {
        guard !isWaiting, !isDone, now >= due else { return [] }
        isWaiting = true
        return [PendingCall(tag: 0, request: APICall(.ecs, "DescribeTaskDefinition", ["taskDefinition": JSONValue(definition)]))]
    }

    mutating func take(_ reply: Result<JSONValue, CallError>, tag: Int, at now: Instant) -> [News] {
        isWaiting = false
        switch reply {
        case .success(let page):
            isDone = true
            let containers = page["taskDefinition"]?["containerDefinitions"]?.array ?? []
            return containers.compactMap { source($0, isOnly: containers.count == 1).map { .logs($0) } }
        case .failure(let error):
            failures += 1
            due = now + .seconds(5)
            isDone = failures >= 5 || !error.isTransient
            return isDone ? [.warning("the logs of its ECS task are not shown: \(error.code ?? "no reply")", next: "allow ecs:DescribeTaskDefinition, see iam/stepfunctions.json")] : []
        }
    }

    private func source(_ container: JSONValue, isOnly: Bool) -> LogSource? {
        guard let name = container["name"]?.string, let log = LogDestination(container["logConfiguration"]), let prefix = log.streamPrefix else { return nil }
        return LogSource(region: log.region, group: log.group, stream: "\(prefix)/\(name)/\(taskID)", label: isOnly ? label : "\(label) \(name)")
    }
}
