import AWS
import Effects
import HTTP
import JSON

/// Step Functions, Batch and CloudWatch Logs as far as one execution with one job in it asks them. Everything follows from
/// the clock.
final class SimulatedAWS {
    private let clock: SimulatedClock
    private let began: Timestamp
    private let seconds: Int
    private let lines: Int
    private let events: Int
    /// In seconds after the start.
    private let outage: Range<Int>

    init(clock: SimulatedClock, seconds: Int, lines: Int, events: Int, outage: Range<Int>) {
        (self.clock, began, self.seconds, self.lines, self.events, self.outage) = (clock, clock.now, seconds, lines, events, outage)
    }

    private var now: Double { (clock.now - began).inSeconds }
    private var isOver: Bool { now >= Double(seconds) }

    func answer(_ request: Request) -> Response {
        if outage.contains(Int(now)) { return reply(#"{"__type":"ThrottlingException","message":"Rate exceeded"}"#, status: 400) }
        let asked = (try? JSONValue(parsing: request.body)) ?? .null
        let target = request.headers.first { $0.isNamed("X-Amz-Target") }?.value ?? request.path
        switch target.split(whereSeparator: { $0 == "." || $0 == "/" }).last {
        case "DescribeStateMachine": return reply(#"{"stateMachineArn":"m","name":"day","type":"STANDARD"}"#)
        case "StartExecution": return reply(#"{"executionArn":"\#(Self.arn(asked["name"]?.string ?? ""))","startDate":\#(date(0))}"#)
        case "DescribeExecution":
            let end = isOver ? #""status":"SUCCEEDED","stopDate":\#(date(Double(seconds))),"output":"{}""# : #""status":"RUNNING""#
            return reply(#"{"executionArn":"\#(asked["executionArn"]?.string ?? "")","name":"day","startDate":\#(date(0)),\#(end)}"#)
        case "GetExecutionHistory": return reply(history(asked))
        case "describejobs": return reply(job)
        case "FilterLogEvents": return reply(log(asked))
        default: return reply(#"{"__type":"UnknownOperationException","message":"\#(target)"}"#, status: 400)
        }
    }

    private func reply(_ body: String, status: Int = 200) -> Response {
        Response(status: status, headers: [Header("Content-Type", "application/x-amz-json-1.0"), Header("x-amzn-RequestId", "simulated")], body: Array(body.utf8))
    }

    private static func arn(_ name: String) -> String { "arn:aws:states:us-east-1:123456789012:execution:day:\(name)" }

    /// Seconds since 1970, of a time after the start.
    private func date(_ after: Double) -> Double { Double(began.millisecondsSinceEpoch) / 1000 + after }

    // MARK: The history

    /// The first four are there at once, the last at the end, the others evenly between them.
    private func time(of event: Int) -> Double { event <= 4 ? 0 : Double(seconds) * Double(event) / Double(events) }

    private func history(_ asked: JSONValue) -> String {
        let newest = isOver ? events : min(events - 1, max(4, Int(now * Double(events) / Double(seconds))))
        let last = asked["nextToken"]?.string.flatMap { Int($0) } ?? newest
        let first = max(1, last - (asked["maxResults"]?.int ?? 100) + 1)
        let page = stride(from: last, through: first, by: -1).map(event).joined(separator: ",")
        return #"{"events":[\#(page)]\#(first > 1 ? #","nextToken":"\#(first - 1)""# : "")}"#
    }

    private func event(_ id: Int) -> String {
        let task = #""resourceType":"batch","resource":"submitJob.sync""#
        let state = id / 2 % 100
        let (type, details) =
            switch id {
            case 1: ("ExecutionStarted", #""executionStartedEventDetails":{"input":"{}"}"#)
            case 2: ("TaskStateEntered", #""stateEnteredEventDetails":{"name":"Load"}"#)
            case 3: ("TaskScheduled", #""taskScheduledEventDetails":{\#(task),"parameters":"{}"}"#)
            case 4: ("TaskSubmitted", #""taskSubmittedEventDetails":{\#(task),"output":"{\"JobId\":\"\#(Self.jobID)\"}"}"#)
            case events: ("ExecutionSucceeded", #""executionSucceededEventDetails":{"output":"{}"}"#)
            case _ where id % 2 == 0: ("PassStateEntered", #""stateEnteredEventDetails":{"name":"Step\#(state)"}"#)
            default: ("PassStateExited", #""stateExitedEventDetails":{"name":"Step\#(state)"}"#)
            }
        return #"{"id":\#(id),"previousEventId":\#(id - 1),"timestamp":\#(date(time(of: id))),"type":"\#(type)",\#(details)}"#
    }

    // MARK: The job and its log

    private static let jobID = "6d2b1f50-0000-4000-8000-000000000001"

    private var job: String {
        let status = isOver ? #""status":"SUCCEEDED","stoppedAt":\#(Int(date(Double(seconds)) * 1000))"# : #""status":"RUNNING""#
        let container = #""container":{"logStreamName":"etl/default/1"\#(isOver ? #","exitCode":0"# : "")}"#
        let began = Int(date(0) * 1000)
        return #"{"jobs":[{"jobId":"\#(Self.jobID)","jobName":"etl","jobQueue":"q","jobDefinition":"etl:1","createdAt":\#(began),"startedAt":\#(began),\#(status),\#(container)}]}"#
    }

    /// Milliseconds since 1970.
    private func time(ofLine line: Int) -> Int { Int(began.millisecondsSinceEpoch) + line * seconds * 1000 / lines }

    private func log(_ asked: JSONValue) -> String {
        let start = asked["startTime"]?.int ?? 0
        let from = asked["nextToken"]?.string.flatMap { Int($0) } ?? max(0, (start - Int(began.millisecondsSinceEpoch)) * lines / (seconds * 1000))
        let there = min(lines, Int(now * Double(lines) / Double(seconds)))
        let through = min(there, from + 4000)
        var page = ""
        for line in from..<max(from, through) where time(ofLine: line) >= start {
            let time = time(ofLine: line)
            page += page.isEmpty ? "" : ","
            page += #"{"logStreamName":"etl/default/1","timestamp":\#(time),"message":"line \#(line)","ingestionTime":\#(time + 500),"eventId":"38750000000000\#(line)"}"#
        }
        return #"{"events":[\#(page)]\#(through < there ? #","nextToken":"\#(through)""# : "")}"#
    }
}
