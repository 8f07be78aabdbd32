import AWS
import Effects
import HTTP
import JSON
import Runs
import Testing
import Workloads

/// The follower against replies in every order; no network, no clock.
@Suite struct ExecutionFollowerTests {
    private var follower = StepFunctions.follow(
        WorkloadID("arn:e"),
        FollowOptions(pace: PollPace(first: .seconds(2), longest: .seconds(60), giveUpAfter: .seconds(1800), random: Randomness { 0.5 }), redrives: 0, logs: false,
            since: Timestamp(millisecondsSinceEpoch: 0)))
    private var now = Instant(sinceStart: .zero)
    private var shown: [RunEvent] = []
    private var warnings = 0

    private static func event(_ id: Int, _ type: String, previous: Int? = nil, name: String? = nil, error: String? = nil) -> JSONValue {
        [
            "id": JSONValue(id), "previousEventId": JSONValue(previous ?? id - 1), "timestamp": .number("1.7E9"), "type": JSONValue(type),
            "xEventDetails": ["name": JSONValue(name), "error": JSONValue(error)],
        ]
    }

    private func page(_ events: [JSONValue], token: String? = nil) -> JSONValue {
        ["events": .array(events.reversed()), "nextToken": JSONValue(token)]
    }

    /// Answers the next call with `answer`, moving the clock to when it is due.
    private mutating func turn(_ answer: (APICall) -> Result<JSONValue, CallError>) {
        now = max(now, follower.nextDue ?? now)
        for call in follower.due(at: now) {
            for news in follower.take(answer(call.request), tag: call.tag, at: now) {
                if case .event(let event) = news { shown.append(event) }
                if case .warning = news { warnings += 1 }
            }
        }
    }

    @Test mutating func oneCallARoundAndNoEventTwice() {
        var asked: [String] = []
        let events = [Self.event(1, "ExecutionStarted"), Self.event(2, "TaskStateEntered", name: "A"), Self.event(3, "TaskStateExited", name: "A")]
        for count in [2, 2, 3, 3] {
            let page = page(Array(events.prefix(count)))
            turn { call in
                asked.append(call.operation)
                return .success(page)
            }
        }
        #expect(asked == Array(repeating: "GetExecutionHistory", count: 4))
        #expect(shown.map(\.message) == ["state A entered", "state A exited"])
    }

    @Test mutating func pagesAreJoinedInOrder() {
        let events = (1...10).map { Self.event($0, "TaskStateEntered", name: "S\($0)") }
        let first = page(Array(events[5...]), token: "t")
        let second = page(Array(events[..<5]))
        turn { _ in .success(first) }
        turn { call in
            #expect(String(decoding: call.body, as: UTF8.self).contains(#""nextToken":"t""#))
            return .success(second)
        }
        #expect(shown.map(\.message) == (1...10).map { "state S\($0) entered" })
    }

    @Test mutating func theEndIsReadFromTheStatusAndNamesTheDeepestState() {
        let history = page([
            Self.event(1, "ExecutionStarted"), Self.event(2, "MapStateEntered", previous: 0, name: "All"), Self.event(3, "MapStateStarted"),
            Self.event(4, "MapIterationStarted", name: "All"), Self.event(5, "PassStateEntered", name: "Prepare"), Self.event(6, "PassStateExited", name: "Prepare"),
            Self.event(7, "TaskStateEntered", name: "Charge"), Self.event(8, "TaskScheduled"), Self.event(9, "TaskFailed", error: "First"),
            Self.event(10, "TaskScheduled"), Self.event(11, "TaskTimedOut", error: "States.Timeout"), Self.event(12, "MapIterationFailed", name: "All"),
            Self.event(13, "MapStateFailed"), Self.event(14, "ExecutionFailed", error: "Outer"),
        ])
        turn { _ in .success(history) }
        #expect(shown.map(\.message).contains("state Charge retried (retry 1)"))
        #expect(shown.map(\.message).contains("state All failed"))
        turn { call in
            #expect(call.operation == "DescribeExecution")
            return .success(["status": "FAILED"])
        }
        #expect(follower.outcome?.failedStates == ["All", "Charge"])
        #expect(follower.outcome?.error == "States.Timeout")
        #expect(follower.outcome?.kind == .failed)
    }

    @Test mutating func successWaitsForItsOutput() {
        let history = page([Self.event(1, "ExecutionStarted"), Self.event(2, "ExecutionSucceeded")])
        turn { _ in .success(history) }
        turn { _ in .success(["status": "SUCCEEDED"]) }
        #expect(follower.outcome == nil)
        turn { _ in .success(["status": "SUCCEEDED", "output": "1"]) }
        #expect(follower.outcome?.output == "1")
    }

    @Test mutating func aDeniedHistoryIsOneWarningAndTheStatusServes() {
        let denied = CallError.service(ServiceError(code: "AccessDeniedException", message: "", status: 400, requestID: nil), action: "")
        for _ in 0..<4 {
            turn { call in call.operation == "GetExecutionHistory" ? .failure(denied) : .success(["status": "RUNNING"]) }
        }
        turn { _ in .success(["status": "ABORTED"]) }
        #expect(warnings == 1)
        #expect(follower.outcome?.kind == .stopped)
    }

    @Test mutating func unknownStatusesAndStaleReadsMeanRunning() {
        turn { [self] call in .success(page([Self.event(1, "ExecutionStarted"), Self.event(2, "ExecutionSucceeded")])) }
        for _ in 0..<20 { turn { [self] call in call.operation == "DescribeExecution" ? .success(["status": "MOON"]) : .success(page([])) } }
        #expect(follower.outcome == nil)
        turn { [self] call in call.operation == "DescribeExecution" ? .success(["status": "SUCCEEDED", "output": "1"]) : .success(page([])) }
        turn { [self] call in call.operation == "DescribeExecution" ? .success(["status": "SUCCEEDED", "output": "1"]) : .success(page([])) }
        #expect(follower.outcome?.kind == .succeeded)
    }

    @Test mutating func failuresOfEveryKindOnlyCostTime() {
        let broken = CallError.transport(.init(.timeout, "", mayHaveBeenSent: true), origin: nil)
        for _ in 0..<10 { turn { _ in .failure(broken) } }
        #expect(follower.outcome == nil)
        #expect(shown.isEmpty)
    }
}
