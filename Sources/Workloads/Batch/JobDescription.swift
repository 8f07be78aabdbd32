import Effects
import JSON

/// One job of DescribeJobs: a single job, an array or one of its children, a multi-node job or one of its nodes.
/// https://docs.aws.amazon.com/batch/latest/APIReference/API_JobDetail.html
struct JobDescription {
    /// One container of one attempt. Each field is absent until AWS knows it, and may stay so.
    struct Container: Equatable {
        /// Nil for the only one of its job.
        var name: String?
        var exitCode: Int?
        var reason: String?
        var stream: String?
        var isEssential = true
        var log: LogDestination?
        /// Nil for the default, awslogs.
        var logDriver: String?
    }

    struct Attempt: Equatable {
        var containers: [Container]
        var started: Timestamp?
        var stopped: Timestamp?
        var statusReason: String?
    }

    let id: String
    let name: String
    let status: String
    let statusReason: String?
    let created: Timestamp?
    let started: Timestamp?
    let stopped: Timestamp?
    /// Those that have ended.
    let attempts: [Attempt]
    /// As of now: of the attempt that runs, or of the last one.
    let containers: [Container]
    let isKubernetes: Bool
    let isTerminated: Bool
    let isCancelled: Bool
    let tags: [String: String]
    /// Children of an array, nil for other jobs.
    let arraySize: Int?
    /// How many children are in each status.
    let summary: [(status: String, count: Int)]
    /// Nodes of a multi-node job, nil for other jobs.
    let nodeCount: Int?
    let mainNode: Int

    init?(_ json: JSONValue) {
        guard let id = json["jobId"]?.string, let status = json["status"]?.string else { return nil }
        (self.id, self.status, name) = (id, status, json["jobName"]?.string ?? "")
        statusReason = Self.text(json["statusReason"])
        (created, started, stopped) = (Self.time(json["createdAt"]), Self.time(json["startedAt"]), Self.time(json["stoppedAt"]))
        isKubernetes = json["eksProperties"] != nil
        containers = Self.currentContainers(json)
        let kubernetes = json["eksAttempts"]?.array ?? []
        let essential = Dictionary(containers.map { ($0.name, $0.isEssential) }) { first, _ in first }
        attempts = (kubernetes.isEmpty ? json["attempts"]?.array ?? [] : kubernetes).map { Self.attempt($0, essential: essential) }
        isTerminated = json["isTerminated"]?.bool ?? false
        isCancelled = json["isCancelled"]?.bool ?? false
        tags = Dictionary((json["tags"]?.members ?? []).compactMap { tag in tag.value.string.map { (tag.name, $0) } }) { _, last in last }
        arraySize = json["arrayProperties"]?["size"]?.count
        summary = Self.order.compactMap { status in json["arrayProperties"]?["statusSummary"]?[status]?.count.map { (status, $0) } }
        nodeCount = json["nodeProperties"]?["numNodes"]?.count
        mainNode = json["nodeProperties"]?["mainNode"]?.count ?? 0
    }

    private static let order = ["SUBMITTED", "PENDING", "RUNNABLE", "STARTING", "RUNNING", "SUCCEEDED", "FAILED"]

    var hasEnded: Bool { status == "SUCCEEDED" || status == "FAILED" }

    private static func text(_ json: JSONValue?) -> String? {
        json?.string.flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func time(_ json: JSONValue?) -> Timestamp? {
        json?.int64.flatMap { $0 > 0 ? Timestamp(millisecondsSinceEpoch: $0) : nil }
    }

    private static func currentContainers(_ json: JSONValue) -> [Container] {
        if let pod = json["eksProperties"]?["podProperties"] { return (pod["containers"]?.array ?? []).map { container($0, isNamed: true) } }
        let tasks = json["ecsProperties"]?["taskProperties"]?.array ?? []
        if !tasks.isEmpty { return tasks.flatMap { $0["containers"]?.array ?? [] }.map { container($0, isNamed: true) } }
        return json["container"].map { [container($0, isNamed: false)] } ?? []
    }

    /// `essential`: by name; attempts do not say it themselves.
    private static func attempt(_ json: JSONValue, essential: [String?: Bool]) -> Attempt {
        let tasks = json["taskProperties"]?.array ?? []
        let named = tasks.flatMap { $0["containers"]?.array ?? [] } + (json["containers"]?.array ?? []) + (json["initContainers"]?.array ?? [])
        var containers = named.isEmpty ? json["container"].map { [container($0, isNamed: false)] } ?? [] : named.map { container($0, isNamed: true) }
        for index in containers.indices { containers[index].isEssential = essential[containers[index].name] ?? true }
        return Attempt(
            containers: containers, started: time(json["startedAt"]), stopped: time(json["stoppedAt"]), statusReason: text(json["statusReason"]))
    }

    private static func container(_ json: JSONValue, isNamed: Bool) -> Container {
        Container(
            name: isNamed ? json["name"]?.string : nil, exitCode: json["exitCode"]?.int, reason: text(json["reason"]), stream: text(json["logStreamName"]),
            isEssential: json["essential"]?.bool ?? true, log: LogDestination(json["logConfiguration"]), logDriver: json["logConfiguration"]?["logDriver"]?.string)
    }
}

/// Where a container's log goes, from its log configuration.
struct LogDestination: Equatable {
    let group: String
    let region: String?
    /// Nil where Batch names the stream.
    let streamPrefix: String?

    static let standard = LogDestination(group: "/aws/batch/job", region: nil, streamPrefix: nil)

    init(group: String, region: String?, streamPrefix: String?) {
        (self.group, self.region, self.streamPrefix) = (group, region, streamPrefix)
    }

    /// Nil without a configuration, or for a driver whose logs are not in CloudWatch.
    init?(_ json: JSONValue?) {
        guard let json, json["logDriver"]?.string == "awslogs" else { return nil }
        let options = json["options"]
        self.init(
            group: options?["awslogs-group"]?.string ?? Self.standard.group, region: options?["awslogs-region"]?.string,
            streamPrefix: options?["awslogs-stream-prefix"]?.string)
    }
}
