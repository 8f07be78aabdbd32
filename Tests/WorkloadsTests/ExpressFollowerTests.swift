import AWS
import Effects
import JSON
import Runs
import Testing
import Workloads

/// The follower of Express executions against pages of a log group that others write to as well; no network, no clock.
@Suite struct ExpressFollowerTests {
    private static let id = "arn:aws:states:us-east-1:123456789012:express:quick:n:1"
    private var follower = StepFunctions.follow(
        WorkloadID(id),
        FollowOptions(pace: PollPace(first: .seconds(2), longest: .seconds(60), giveUpAfter: .seconds(1800), random: Randomness { 0.5 }), redrives: 0, logs: true,
            since: Timestamp(millisecondsSinceEpoch: 1_700_000_000_000)))
    private var now = Instant(sinceStart: .zero)
    private var shown: [String] = []

    /// The parameters of the next call, which gets `answer`; nil when there is none.
    private mutating func turn(_ answer: Result<JSONValue, CallError>) throws -> JSONValue? {
        now = max(now, follower.nextDue ?? now)
        guard let call = follower.due(at: now).first else { return nil }
        for case .event(let event) in follower.take(answer, tag: call.tag, at: now) { shown.append(event.message) }
        return try JSONValue(parsing: call.request.body)
    }

    private mutating func describeMachine() throws {
        _ = try turn(.success([
            "type": "EXPRESS", "loggingConfiguration": ["level": "ALL", "destinations": .array([["cloudWatchLogsLogGroup": ["logGroupArn": "arn:aws:logs:us-east-1:123456789012:log-group:/sfn/quick:*"]]])],
        ]))
    }

    private func page(_ number: Int, _ type: String, token: String?) -> JSONValue {
        let time = 1_700_000_100_000 + number
        let message: JSONValue = ["execution_arn": JSONValue(Self.id), "type": JSONValue(type), "details": ["name": "Work"], "event_timestamp": JSONValue("\(time)")]
        return ["events": .array([["eventId": JSONValue("\(number)"), "timestamp": .number("\(time)"), "message": JSONValue(message.text)]]), "nextToken": JSONValue(token)]
    }

    private func refusal(_ code: String) -> Result<JSONValue, CallError> {
        .failure(.service(ServiceError(code: code, message: "", status: 400, requestID: nil), action: "logs:FilterLogEvents"))
    }

    @Test mutating func thePagesOfARoundAreAskedForWithTheSameParameters() throws {
        try describeMachine()
        let first = try #require(try turn(.success(page(1, "TaskStateEntered", token: "t"))))
        let second = try #require(try turn(.success(["events": .array([])])))
        #expect(first["nextToken"] == nil)
        #expect(second["nextToken"]?.string == "t")
        #expect(second["startTime"]?.int64 == first["startTime"]?.int64)
        let third = try #require(try turn(.success(page(2, "ExecutionSucceeded", token: nil))))
        #expect(third["startTime"]?.int64 == 1_700_000_040_001)
        #expect(follower.outcome?.kind == .succeeded)
    }

    @Test mutating func aRefusedTokenBeginsTheRoundAgain() throws {
        try describeMachine()
        _ = try turn(.success(page(1, "TaskStateEntered", token: "t")))
        _ = try turn(refusal("InvalidParameterException"))
        #expect(follower.obstacle == nil)
        let again = try #require(try turn(.success(page(1, "TaskStateEntered", token: "u"))))
        #expect(again["nextToken"] == nil)
        _ = try turn(.success(page(2, "ExecutionFailed", token: nil)))
        #expect(shown == ["state Work entered"])
        #expect(follower.outcome?.kind == .failed)
    }

    @Test mutating func oneThatIsAlwaysRefusedEnds() throws {
        try describeMachine()
        for _ in 0..<10 {
            guard try turn(.success(page(1, "TaskStateEntered", token: "t"))) != nil else { break }
            _ = try turn(refusal("InvalidParameterException"))
        }
        #expect(follower.obstacle != nil)
    }
}
