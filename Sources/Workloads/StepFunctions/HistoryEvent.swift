import Effects
import JSON

/// One event of GetExecutionHistory. The API has 60 types, each with its own details member; what we need of them has the
/// same names everywhere.
struct HistoryEvent: Equatable {
    let id: Int
    let previous: Int
    let time: Timestamp
    /// "TaskStateEntered"
    let type: String
    let name: String?
    let error: String?
    let cause: String?
    /// Of tasks: "batch".
    let resourceType: String?
    /// Of tasks: "submitJob.sync"; of Lambda functions without more words, the function.
    let resource: String?
    /// JSON texts of tasks; absent when the history was asked for without data.
    let output: String?
    /// Of a task that is scheduled: the Glue job or the Lambda function that its parameters name.
    let target: String?

    init?(_ json: JSONValue) {
        guard let id = json["id"]?.count, id > 0, let type = json["type"]?.string else { return nil }
        (self.id, self.type) = (id, type)
        let isBorder = type.hasSuffix("StateEntered") || type.hasSuffix("StateExited")
        previous = json["previousEventId"]?.count ?? 0
        time = Timestamp(secondsSinceEpoch: json["timestamp"]?.double ?? 0)
        let details = json.members?.first { $0.name.hasSuffix("EventDetails") }?.value
        name = details?["name"]?.string
        error = details?["error"]?.string
        cause = details?["cause"]?.string
        (resourceType, resource) = (details?["resourceType"]?.string, details?["resource"]?.string)
        let isTask = type.hasPrefix("Task") && !isBorder || type.hasPrefix("LambdaFunction")
        output = isTask ? details?["output"]?.string : nil
        let parameters = isTask ? Self.json(details?["parameters"]?.string) : nil
        target = parameters?["JobName"]?.string ?? parameters?["FunctionName"]?.string ?? (type == "LambdaFunctionScheduled" ? details?["resource"]?.string : nil)
    }

    static func json(_ text: String?) -> JSONValue? { text.flatMap { try? JSONValue(parsing: $0) } }

    var isEntry: Bool { type.hasSuffix("StateEntered") }
    var isExit: Bool { type.hasSuffix("StateExited") }
    var isEnd: Bool { ["ExecutionSucceeded", "ExecutionFailed", "ExecutionTimedOut", "ExecutionAborted"].contains(type) }
    var isRedrive: Bool { type == "ExecutionRedriven" }

    /// Something inside the execution failed or timed out, also when it will be retried or caught.
    var isFailure: Bool {
        !isEnd && (type.hasSuffix("Failed") || type.hasSuffix("TimedOut") || type.hasSuffix("StartFailed") || type.hasSuffix("ScheduleFailed"))
    }

    /// A failure that only passes on what failed inside: "ParallelStateFailed", "MapIterationFailed".
    var isWrapper: Bool { type.hasPrefix("Parallel") || type.hasPrefix("Map") }

    /// A task that begins, with its parameters.
    var isScheduled: Bool { type == "TaskScheduled" || type == "LambdaFunctionScheduled" }

    /// Work that begins: after a failure, that is a retry.
    var isBeginning: Bool { type.hasSuffix("Scheduled") || type.hasSuffix("StateStarted") || type == "MapIterationStarted" }
}
