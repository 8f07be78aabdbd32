import AWS
import Effects
import JSON
import Runs
import Testing
import Workloads

/// The work inside an execution that has ended, much of it: nothing of its logs is let go without a word. No network, no clock.
@Suite struct InnerWorkTests {
    /// An execution that has ended at once, and what AWS would say of the work inside.
    private struct AWSOfTests {
        var events: [JSONValue] = []
        /// What a search for these requests finds.
        var logs: ([String]) -> Result<[JSONValue], CallError> = { _ in .success([]) }
        var job: (String) -> JSONValue = { _ in .null }
        private(set) var calls: [String: Int] = [:]

        mutating func event(_ type: String, _ details: [JSONValue.Member] = []) {
            let id = events.count + 1
            events.append([
                "id": JSONValue(id), "previousEventId": JSONValue(id - 1), "timestamp": .number("1.7E9"), "type": JSONValue(type), "xEventDetails": .object(details),
            ])
        }

        mutating func invocation(_ id: String, function: String = "score") {
            event("TaskStateEntered", [.init("name", "Score")])
            event("TaskScheduled", [.init("resourceType", "lambda"), .init("parameters", JSONValue(#"{"FunctionName":"\#(function)"}"#))])
            event("TaskSucceeded", [.init("resourceType", "lambda"), .init("output", JSONValue(#"{"SdkResponseMetadata":{"RequestId":"\#(id)"}}"#))])
            event("TaskStateExited", [.init("name", "Score")])
        }

        mutating func answer(_ call: APICall) throws -> Result<JSONValue, CallError> {
            calls[call.operation, default: 0] += 1
            let body = try JSONValue(parsing: call.body)
            switch call.operation {
            case "GetExecutionHistory": return .success(["events": .array(events.reversed())])
            case "DescribeExecution": return .success(["status": "SUCCEEDED", "output": "1"])
            case "DescribeJobs": return .success(["jobs": .array((body["jobs"]?.array ?? []).compactMap(\.string).map(job))])
            case "FilterLogEvents":
                let pattern = body["filterPattern"]?.string ?? ""
                #expect(pattern.utf8.count <= 1024)
                let ids = pattern.split(separator: " ").map { String($0.dropFirst(2).dropLast()) }
                return logs(ids).map { ["events": .array($0)] }
            default: throw CallError.unreadable(detail: call.operation, status: 0, requestID: nil, origin: nil)
            }
        }
    }

    private struct Followed {
        var sources: [LogSource] = []
        var warnings: [String] = []
        var shortfall: [String] = []
        var took = Duration.zero
        var calls: [String: Int] = [:]
    }

    private func follow(_ aws: AWSOfTests) throws -> Followed {
        var aws = aws
        aws.event("ExecutionSucceeded")
        let pace = PollPace(first: .seconds(2), longest: .seconds(60), giveUpAfter: .seconds(1800), random: Randomness { 0.5 })
        var follower = StepFunctions.follow(WorkloadID("arn:e"), FollowOptions(pace: pace, redrives: 0, logs: true, since: Timestamp(millisecondsSinceEpoch: 0)))
        var (now, result) = (Instant(sinceStart: .zero), Followed())
        while follower.outcome == nil, now.sinceStart < .seconds(3600) {
            now = max(now, follower.nextDue ?? now)
            for call in follower.due(at: now) {
                for news in follower.take(try aws.answer(call.request), tag: call.tag, at: now) {
                    if case .logs(let source) = news { result.sources.append(source) }
                    if case .warning(let what, _) = news { result.warnings.append(what) }
                }
            }
        }
        for case .warning(let what, _) in follower.shortfall { result.shortfall.append(what) }
        (result.took, result.calls) = (now.sinceStart, aws.calls)
        return result
    }

    private func failure(_ code: String) -> CallError {
        .service(ServiceError(code: code, message: "", status: 400, requestID: nil), action: "logs:FilterLogEvents")
    }

    private static func id(_ number: Int) -> String { "00\(100_000 + number)-0000-0000-0000-000000000000" }

    /// START and REPORT of each of these requests, 50 ms apart, in one stream.
    private func lines(_ ids: [String], step: Int = 50) -> [JSONValue] {
        ids.flatMap { id in
            let began = 1_700_000_000_000 + (Int(id.prefix(8)) ?? 0) * step
            return [("START RequestId: \(id) Version: 1", began), ("REPORT RequestId: \(id)\tDuration: 1 ms", began + 50)].map { message, time -> JSONValue in
                ["eventId": JSONValue(message), "timestamp": .number("\(time)"), "logStreamName": "s", "message": JSONValue(message)]
            }
        }
    }

    @Test func theLogsOfManyInvocationsAreFoundInFewSearches() throws {
        var aws = AWSOfTests()
        for number in 0..<60 { aws.invocation(Self.id(number)) }
        aws.logs = { .success(lines($0, step: 60)) }
        let result = try follow(aws)
        #expect(result.sources.count == 60)
        #expect(result.warnings + result.shortfall == [])
        #expect(result.calls["FilterLogEvents"] == 3)
    }

    @Test func searchesThatAreStillQueuedAreWaitedFor() throws {
        var aws = AWSOfTests()
        for number in 0..<2000 { aws.invocation(Self.id(number)) }
        aws.logs = { .success(lines($0, step: 60)) }
        let result = try follow(aws)
        #expect(result.sources.count == 2000)
        #expect(result.shortfall == [])
        #expect(result.took > .seconds(10) && result.took < .seconds(60))
    }

    @Test func whatIsLetGoIsCounted() throws {
        var aws = AWSOfTests()
        for number in 0..<60 { aws.invocation(Self.id(number)) }
        aws.logs = { _ in .failure(failure("ThrottlingException")) }
        let result = try follow(aws)
        #expect(result.sources.isEmpty)
        #expect(result.shortfall == ["the logs of 60 invocations of Lambda function score are not shown: not found in /aws/lambda/score"])
        #expect(result.took >= .seconds(120) && result.took < .seconds(130))
    }

    @Test func aGroupThatIsMissingOrRefusedIsOneWarning() throws {
        var aws = AWSOfTests()
        for number in 0..<60 { aws.invocation(Self.id(number)) }
        aws.logs = { _ in .failure(failure("ResourceNotFoundException")) }
        let missing = try follow(aws)
        #expect(missing.warnings == [])
        #expect(missing.shortfall == ["the logs of 60 invocations of Lambda function score are not shown: not found in /aws/lambda/score"])
        #expect(missing.took < .seconds(40))
        aws.logs = { _ in .failure(failure("AccessDeniedException")) }
        let refused = try follow(aws)
        #expect(refused.warnings == ["the logs of Lambda function score are not shown: /aws/lambda/score cannot be read, AccessDeniedException"])
        #expect(refused.shortfall == [])
    }

    /// The function's first line makes the group.
    @Test func aGroupThatComesLateIsNoReasonToStopLooking() throws {
        var aws = AWSOfTests()
        aws.invocation(Self.id(1))
        nonisolated(unsafe) var looks = 0
        aws.logs = { ids in
            looks += 1
            return looks < 3 ? .failure(failure("ResourceNotFoundException")) : .success(lines(ids))
        }
        let result = try follow(aws)
        #expect(result.sources.count == 1)
        #expect(result.warnings + result.shortfall == [])
    }

    /// REPORT of one and START of the next have the same time.
    @Test func noMillisecondBelongsToTwoInvocations() throws {
        var aws = AWSOfTests()
        for number in 0..<40 { aws.invocation(Self.id(number)) }
        aws.logs = { .success(lines($0, step: 50)) }
        let spans = try follow(aws).sources.map { ($0.from!.millisecondsSinceEpoch, $0.through!.millisecondsSinceEpoch) }.sorted { $0 < $1 }
        #expect(spans.count == 40)
        for (span, next) in zip(spans, spans.dropFirst()) { #expect(span.1 + 1 == next.0) }
        #expect(spans.first?.0 == 1_700_005_000_000 as Int64)
        #expect(spans.last?.1 == 1_700_005_002_000 as Int64)
    }

    private func array(_ status: String, size: Int) -> AWSOfTests {
        var aws = AWSOfTests()
        let id = "876da822-4198-45f2-a252-6cea32512ea8"
        aws.event("TaskStateEntered", [.init("name", "Load")])
        aws.event("TaskScheduled", [.init("resourceType", "batch"), .init("resource", "submitJob.sync")])
        aws.event("TaskSubmitted", [.init("resourceType", "batch"), .init("resource", "submitJob.sync"), .init("output", JSONValue(#"{"JobId":"\#(id)"}"#))])
        aws.job = { name in
            guard name == id else { return ["jobId": JSONValue(name), "status": "SUCCEEDED", "container": ["exitCode": 0, "logStreamName": JSONValue("d/default/\(name)")]] }
            return ["jobId": JSONValue(name), "status": JSONValue(status), "arrayProperties": size > 0 ? ["size": JSONValue(size), "statusSummary": ["SUCCEEDED": JSONValue(size)]] : .null]
        }
        return aws
    }

    /// Ten thousand descriptions take longer than the ten seconds that running work is given.
    @Test func everyChildOfALargeArrayIsReadAfterTheEnd() throws {
        let result = try follow(array("SUCCEEDED", size: 10_000))
        #expect(Set(result.sources.map(\.stream)).count == 10_000)
        #expect(result.shortfall == [])
        #expect(result.took > .seconds(10) && result.took < .seconds(60))
    }

    @Test func workThatRunsOnIsLetGoWithAWord() throws {
        let result = try follow(array("RUNNING", size: 0))
        #expect(result.shortfall == ["the logs of work inside may be incomplete: that of state Load was not over when the execution was"])
        #expect(result.took >= .seconds(10) && result.took < .seconds(13))
    }
}
