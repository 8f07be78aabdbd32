import AWS
import Effects
import JSON
import Runs

/// Finds what one invocation of a Lambda function has logged: the lines from START to REPORT of its request, in the stream
/// that holds them. An environment serves one request at a time.
/// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
struct LambdaInvocation: Follower {
    let requestID: String
    private let group: String
    private let label: String
    private let began: Timestamp
    private let ended: Timestamp
    private var isWaiting = false
    private var due = Instant(sinceStart: .zero)
    private var looks = 0
    private var token: String?
    /// Of the look that is under way.
    private var lines: [JSONValue] = []
    private(set) var isDone = false

    /// `scheduled`: has the function's name; `event`, the end of the task, the request. Nil when one of them is not told.
    init?(_ event: HistoryEvent, _ scheduled: HistoryEvent, label: String) {
        let output = HistoryEvent.json(event.output)
        let request = output?["SdkResponseMetadata"]?["RequestId"]?.string ?? HistoryEvent.json(event.cause)?["requestId"]?.string
        guard let function = scheduled.target, let request else { return nil }
        // arn:aws:lambda:region:account:function:NAME[:ALIAS]
        let parts = function.split(separator: ":")
        let name = parts.count >= 7 ? parts[6] : parts.first ?? ""
        (requestID, group, self.label, began, ended) = (request, "/aws/lambda/\(name)", label, scheduled.time, event.time)
    }

    var outcome: Outcome? { nil }
    var reported: Outcome? { nil }
    var nextDue: Instant? { isWaiting || isDone ? nil : due }
    var activity: String { "running" }
    mutating func hurry(at now: Instant) {}

    mutating func due(at now: Instant) -> [PendingCall] {
        guard !isWaiting, !isDone, now >= due else { return [] }
        isWaiting = true
        var parameters: [JSONValue.Member] = [
            .init("logGroupName", JSONValue(group)), .init("startTime", .number(String(began.millisecondsSinceEpoch))),
            .init("endTime", .number(String((ended + .seconds(60)).millisecondsSinceEpoch))), .init("filterPattern", JSONValue("\"\(requestID)\"")),
        ]
        if let token { parameters.append(.init("nextToken", JSONValue(token))) }
        return [PendingCall(tag: 0, request: APICall(.logs, "FilterLogEvents", .object(parameters)))]
    }

    mutating func take(_ reply: Result<JSONValue, CallError>, tag: Int, at now: Instant) -> [News] {
        isWaiting = false
        due = now + .seconds(3)
        guard case .success(let page) = reply else {
            // A throttle is no look.
            if case .failure(let error) = reply, !error.isTransient { isDone = true }
            return isDone ? [.warning("the log of a Lambda function is not shown: \(group) cannot be read", next: "allow logs:FilterLogEvents, see iam/stepfunctions.json")] : []
        }
        lines += page["events"]?.array ?? []
        token = page["nextToken"]?.string
        if token != nil {
            due = now
            return []
        }
        looks += 1
        // The lines arrive within seconds, or the function logs in another form or place.
        isDone = looks >= 5
        guard let found = source() else {
            lines = []
            return []
        }
        isDone = true
        return [.logs(found.0), .logsEnded(found.0, found.1)]
    }

    private func source() -> (LogSource, Timestamp)? {
        guard let start = lines.first(where: { $0["message"]?.string?.hasPrefix("START ") == true }), let stream = start["logStreamName"]?.string,
            let from = start["timestamp"]?.int64, let report = lines.last(where: { $0["message"]?.string?.hasPrefix("REPORT ") == true })?["timestamp"]?.int64
        else { return nil }
        let through = Timestamp(millisecondsSinceEpoch: report)
        return (LogSource(group: group, stream: stream, label: label, from: Timestamp(millisecondsSinceEpoch: from), through: through), through)
    }
}
