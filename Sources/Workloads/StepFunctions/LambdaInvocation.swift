import AWS
import Effects
import JSON
import Runs

/// One invocation of a Lambda function by a task, as the history tells of it once it has ended.
struct LambdaInvocation: Equatable {
    let requestID: String
    let group: String
    let label: String
    let began: Timestamp
    let ended: Timestamp
    /// Searches that have not found it.
    var looks = 0
    var due = Instant(sinceStart: .zero)

    /// `scheduled`: has the function's name; `event`, the end of the task, the request. Nil when one of them is not told.
    init?(_ event: HistoryEvent, _ scheduled: HistoryEvent, label: String) {
        let output = HistoryEvent.json(event.output)
        let request = output?["SdkResponseMetadata"]?["RequestId"]?.string ?? HistoryEvent.json(event.cause)?["requestId"]?.string
        // It goes into a filter pattern: a UUID, not what a function may have put there.
        guard let function = scheduled.target, let request, (1...64).contains(request.utf8.count), request == RunName.legal(request) else { return nil }
        // arn:aws:lambda:region:account:function:NAME[:ALIAS]
        let parts = function.split(separator: ":")
        let name = parts.count >= 7 ? parts[6] : parts.first ?? ""
        (requestID, group, self.label, began, ended) = (request, "\(Self.groupPrefix)\(name)", label, scheduled.time, event.time)
    }

    static let groupPrefix = "/aws/lambda/"
}

/// One look into a log group, page by page, for the first and the last line of each of some requests.
struct LambdaLook {
    let group: String
    let invocations: [LambdaInvocation]
    private var token: String?
    private var starts: [String: (stream: String, time: Int64)] = [:]
    private var reports: [String: Int64] = [:]

    /// A filter pattern has at most 1,024 characters; each request takes four more than it has.
    private static let patternAtMost = 1000

    /// Looks for as many of `wanted` as one search takes: of one group, and not far apart in time.
    init?(for wanted: some Sequence<LambdaInvocation>) {
        var (chosen, size): ([LambdaInvocation], Int) = ([], 0)
        for invocation in wanted {
            let first = chosen.first ?? invocation
            guard invocation.group == first.group, invocation.began - first.ended < .seconds(300), first.began - invocation.ended < .seconds(300) else { continue }
            size += invocation.requestID.utf8.count + 4
            guard size <= Self.patternAtMost else { break }
            chosen.append(invocation)
        }
        guard let first = chosen.first else { return nil }
        (group, invocations) = (first.group, chosen)
    }

    var isPaged: Bool { token != nil }

    var request: APICall {
        let began = invocations.map(\.began).min() ?? Timestamp(millisecondsSinceEpoch: 0)
        let ended = invocations.map(\.ended).max() ?? began
        let pattern = invocations.map { "?\"\($0.requestID)\"" }.joined(separator: " ")
        var parameters: [JSONValue.Member] = [
            .init("logGroupName", JSONValue(group)), .init("startTime", .number(String(began.millisecondsSinceEpoch))),
            .init("endTime", .number(String((ended + .seconds(60)).millisecondsSinceEpoch))), .init("filterPattern", JSONValue(pattern)),
        ]
        if let token { parameters.append(.init("nextToken", JSONValue(token))) }
        return APICall(.logs, "FilterLogEvents", .object(parameters))
    }

    /// True when there are more pages.
    mutating func take(_ page: JSONValue) -> Bool {
        for event in page["events"]?.array ?? [] {
            guard let message = event["message"]?.string, let time = event["timestamp"]?.int64, let stream = event["logStreamName"]?.string else { continue }
            if let id = Self.requestID(message, behind: "START"), starts[id] == nil { starts[id] = (stream, time) }
            if let id = Self.requestID(message, behind: "REPORT") { reports[id] = time }
        }
        token = page["nextToken"]?.string
        return token != nil
    }

    /// `REPORT RequestId: 6f1b…\tDuration: …`
    private static func requestID(_ message: String, behind word: String) -> String? {
        let prefix = "\(word) RequestId: "
        guard message.hasPrefix(prefix) else { return nil }
        return String(message.dropFirst(prefix.count).prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") })
    }

    /// Where the lines of an invocation are, in milliseconds since 1970; nil when they are not all there yet.
    func lines(of invocation: LambdaInvocation) -> (stream: String, from: Int64, through: Int64)? {
        guard let start = starts[invocation.requestID], let report = reports[invocation.requestID], report >= start.time else { return nil }
        return (start.stream, start.time, report)
    }
}
