import AWS
import Effects
import JSON
import Runs

/// Finds what Lambda invocations have logged: the lines from START to REPORT of a request, in the stream that holds them. An
/// environment serves one request at a time. One search asks for some two dozen requests of a log group.
/// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
struct LambdaSearch {
    /// In the order in which they were made.
    private var wanted: [LambdaInvocation] = []
    private var look: LambdaLook?
    private var isWaiting = false
    /// Searches are made one after the other.
    private var next = Instant(sinceStart: .zero)
    /// Milliseconds at which the lines of an invocation begin or end, by stream.
    private var borders: [String: Set<Int64>] = [:]
    /// By log group.
    private var refused: Set<String> = []
    private var found: Set<String> = []
    private var unfound: [String: Int] = [:]

    private static let pause = Duration.milliseconds(500)
    /// The lines arrive within seconds, or the function logs in another form or place.
    private static let looksAtMost = 5
    private static let pauseBetweenLooks = Duration.seconds(3)

    mutating func note(_ invocation: LambdaInvocation) {
        if !refused.contains(invocation.group) { wanted.append(invocation) }
    }

    var isDone: Bool { wanted.isEmpty && look == nil }

    /// There is more to find in groups where anything has been found, or not been looked for enough.
    var isCatchingUp: Bool { (wanted + (look?.invocations ?? [])).contains { found.contains($0.group) || unfound[$0.group] == nil } }

    var nextDue: Instant? {
        guard !isWaiting else { return nil }
        return look != nil ? next : wanted.map(\.due).min().map { max($0, next) }
    }

    mutating func due(at now: Instant) -> APICall? {
        guard let due = nextDue, due <= now else { return nil }
        if look == nil {
            look = LambdaLook(for: wanted.lazy.filter { $0.due <= now })
            let chosen = Set(look?.invocations.map(\.requestID) ?? [])
            wanted.removeAll { chosen.contains($0.requestID) }
        }
        (isWaiting, next) = (look != nil, now + Self.pause)
        return look?.request
    }

    mutating func take(_ reply: Result<JSONValue, CallError>, at now: Instant) -> [News] {
        isWaiting = false
        guard var current = look else { return [] }
        switch reply {
        case .success(let page):
            let goesOn = current.take(page)
            look = goesOn ? current : nil
            return goesOn ? [] : close(current, at: now)
        case .failure(let error): return failed(error, current, at: now)
        }
    }

    private mutating func failed(_ error: CallError, _ current: LambdaLook, at now: Instant) -> [News] {
        // The group comes into being with the function's first line; a page's token may expire.
        if error.code == "ResourceNotFoundException" || error.code == "InvalidParameterException" && current.isPaged {
            look = nil
            return close(current, at: now)
        }
        guard !error.isTransient else {
            // A throttle is no look.
            next = now + Self.pauseBetweenLooks
            return []
        }
        look = nil
        refused.insert(current.group)
        wanted.removeAll { $0.group == current.group }
        return [
            .warning(
                "the logs of Lambda function \(Self.function(current.group)) are not shown: \(current.group) cannot be read, \(error.code ?? "no reply")",
                next: "allow logs:FilterLogEvents, see iam/stepfunctions.json")
        ]
    }

    /// What was found is followed; the rest is looked for again, or given up.
    private mutating func close(_ current: LambdaLook, at now: Instant) -> [News] {
        var news: [News] = []
        for var invocation in current.invocations {
            if let lines = current.lines(of: invocation) {
                found.insert(current.group)
                news += open(lines, of: invocation)
                continue
            }
            invocation.looks += 1
            invocation.due = now + Self.pauseBetweenLooks
            if invocation.looks < Self.looksAtMost { wanted.append(invocation) } else { unfound[current.group, default: 0] += 1 }
        }
        return news
    }

    /// The last line of one invocation and the first of the next may have the same time: whichever was found first has that
    /// millisecond, so that no line is shown twice.
    private mutating func open(_ lines: (stream: String, from: Int64, through: Int64), of invocation: LambdaInvocation) -> [News] {
        let place = "\(invocation.group)\0\(lines.stream)"
        let taken = borders[place, default: []]
        let from = taken.contains(lines.from) ? lines.from + 1 : lines.from
        let through = taken.contains(lines.through) ? lines.through - 1 : lines.through
        borders[place, default: []].formUnion([lines.from, lines.through])
        guard from <= through else { return [] }
        let end = Timestamp(millisecondsSinceEpoch: through)
        let source = LogSource(
            group: invocation.group, stream: lines.stream, label: invocation.label, from: Timestamp(millisecondsSinceEpoch: from), through: end)
        return [.logs(source), .logsEnded(source, end)]
    }

    private static func function(_ group: String) -> Substring { group.dropFirst(LambdaInvocation.groupPrefix.count) }

    /// Once for each log group: how many invocations were not found, or not in time.
    var shortfall: [News] {
        var counts = unfound
        for invocation in wanted + (look?.invocations ?? []) { counts[invocation.group, default: 0] += 1 }
        return counts.sorted { $0.key < $1.key }.map { group, count in
            .warning(
                "the logs of \(count) \(count == 1 ? "invocation" : "invocations") of Lambda function \(Self.function(group)) are not shown: not found in \(group)",
                next: "look there, or let the function log as text to that group")
        }
    }
}
