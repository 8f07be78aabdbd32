import AWS
import Effects
import JSON
import Runs

/// Follows an Express execution by what its state machine logs: one JSON event a line, with `execution_arn`.
/// https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
struct ExpressFollower: Follower {
    private let id: WorkloadID
    private var pace: PollPace
    private var isWaiting = false
    private var due = Instant(sinceStart: .zero)
    /// Nil until the state machine has told it.
    private var group: String?
    private var token: String?
    private var seen: Set<String> = []
    /// Where a round begins to read; a little before the newest event that belongs to it. A page token holds only for the
    /// request that it came with, so nothing changes before the round is over.
    private var from: Timestamp
    private var newest: Timestamp?
    /// How often in a row a page's token was refused.
    private var restarts = 0
    private static let restartsAtMost = 5
    private var began: Instant?
    /// An execution lasts five minutes; its log may arrive a little later.
    private static let patience = Duration.seconds(400)
    private var current: String?
    private(set) var outcome: Outcome?
    private(set) var obstacle: Obstacle?

    init(id: WorkloadID, _ options: FollowOptions) {
        (self.id, pace) = (id, options.pace)
        from = options.since + .seconds(-3600)
    }

    var reported: Outcome? { outcome }
    var nextDue: Instant? { isWaiting || outcome != nil ? nil : due }
    var activity: String { current.map { "state \($0)" } ?? "running" }
    mutating func hurry(at now: Instant) { due = min(due, now) }

    mutating func due(at now: Instant) -> [PendingCall] {
        guard !isWaiting, outcome == nil, obstacle == nil, now >= due else { return [] }
        isWaiting = true
        let call = group.map(page) ?? ExpressExecution.describeMachine(ExpressExecution.machine(of: id) ?? id.text)
        return [PendingCall(tag: 0, request: call.asPoll)]
    }

    private func page(_ group: String) -> APICall {
        var parameters: [JSONValue.Member] = [
            .init("logGroupName", JSONValue(group)), .init("startTime", .number(String(from.millisecondsSinceEpoch))), .init("filterPattern", JSONValue("{ $.execution_arn = \"\(id.text)\" }")),
        ]
        if let token { parameters.append(.init("nextToken", JSONValue(token))) }
        return APICall(.logs, "FilterLogEvents", .object(parameters))
    }

    mutating func take(_ reply: Result<JSONValue, CallError>, tag: Int, at now: Instant) -> [News] {
        isWaiting = false
        switch reply {
        case .failure(let error):
            failed(error, at: now)
            return []
        case .success(let page):
            guard group == nil else { return take(page, at: now) }
            takeMachine(page)
            due = now
            return []
        }
    }

    private mutating func failed(_ error: CallError, at now: Instant) {
        due = now + pace.afterFailure()
        if error.code == "InvalidParameterException", token != nil, restarts < Self.restartsAtMost {
            // The token is no longer taken: the round begins again.
            (token, restarts) = (nil, restarts + 1)
            return
        }
        // The group comes into being with its first line.
        guard !error.isTransient, let code = error.code, code != "ResourceNotFoundException" else { return }
        obstacle = Obstacle(reason: "AWS refuses to tell: \(code)", next: "allow states:DescribeStateMachine and logs:FilterLogEvents, see iam/stepfunctions.json")
    }

    private mutating func takeMachine(_ machine: JSONValue) {
        let logging = machine["loggingConfiguration"]
        guard machine["type"]?.string == "EXPRESS", let level = logging?["level"]?.string, level == "ALL",
            let arn = logging?["destinations"]?.array?.first?["cloudWatchLogsLogGroup"]?["logGroupArn"]?.string, let parsed = ARN(arn), parsed.resource.count > 1
        else {
            obstacle = Obstacle(reason: "its Express state machine does not log at level ALL", next: "let it, or use a Standard one")
            return
        }
        group = parsed.resource[1]
    }

    private mutating func take(_ page: JSONValue, at now: Instant) -> [News] {
        var news: [News] = []
        for event in page["events"]?.array ?? [] {
            guard let id = event["eventId"]?.string, seen.insert(id).inserted, let text = event["message"]?.string,
                let message = try? JSONValue(parsing: text), message["execution_arn"]?.string == self.id.text
            else { continue }
            if let time = event["timestamp"]?.int64 { newest = max(newest ?? from, Timestamp(millisecondsSinceEpoch: time)) }
            if let line = describe(message, event) { news.append(.event(line)) }
        }
        token = page["nextToken"]?.string
        // Two pages a second: a busy group has many, and others read too.
        due = now + (token == nil ? pace.next() : .milliseconds(500))
        if token == nil {
            restarts = 0
            from = max(from, (newest ?? from) + .seconds(-60))
        }
        let since = began ?? now
        began = since
        if outcome == nil, token == nil, now - since > Self.patience {
            obstacle = Obstacle(reason: "its end is not in the last hour of log group \(group ?? "")", next: "look there")
        }
        return news
    }

    private mutating func describe(_ message: JSONValue, _ event: JSONValue) -> RunEvent? {
        let type = message["type"]?.string ?? ""
        let details = message["details"]
        let time = (message["event_timestamp"]?.string.flatMap { Int64($0) } ?? event["timestamp"]?.int64).map(Timestamp.init(millisecondsSinceEpoch:))
        let kinds: [String: (Outcome.Kind, String)] = [
            "ExecutionSucceeded": (.succeeded, "SUCCEEDED"), "ExecutionFailed": (.failed, "FAILED"), "ExecutionTimedOut": (.timedOut, "TIMED_OUT"),
            "ExecutionAborted": (.stopped, "ABORTED"),
        ]
        if let (kind, status) = kinds[type] {
            var end = Outcome(kind: kind, status: status)
            (end.error, end.cause, end.output, end.ended) = (details?["error"]?.string, details?["cause"]?.string, details?["output"]?.string, time)
            outcome = end
            return nil
        }
        guard let name = details?["name"]?.string, type.hasSuffix("StateEntered") || type.hasSuffix("StateExited") else { return nil }
        let isEntry = type.hasSuffix("Entered")
        current = isEntry ? name : nil
        return RunEvent("state", at: time, "state \(name) \(isEntry ? "entered" : "exited")", fields: [.init("state", JSONValue(name))])
    }
}
