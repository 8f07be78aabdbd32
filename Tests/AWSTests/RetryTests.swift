import AWS
import Effects
import HTTP
import JSON
import Testing

/// Standard retry mode: what is sent again, how often, after what pause, at whose cost.
@Suite struct RetryTests {
    private typealias Reply = Result<Response, TransportError>

    private static func error(_ code: String, status: Int = 400) -> Reply {
        .success(Response(status: status, body: Array(#"{"__type":"\#(code)"}"#.utf8)))
    }

    private static let success = Reply.success(Response(status: 200, body: Array("{}".utf8)))
    private static let timeout = Reply.failure(TransportError(.timeout, "timed out", mayHaveBeenSent: true))
    private static let unreachable = Reply.failure(TransportError(.connect, "refused", mayHaveBeenSent: false))

    /// A client and the requests that it sent.
    private final class Client {
        let clock = FakeClock()
        var replies: [Reply] = []
        var sentAt: [Duration] = []
        private(set) lazy var transport = FakeTransport(clock: clock) { [unowned self] _ in
            sentAt.append(clock.elapsed)
            return replies.isEmpty ? RetryTests.success : replies.removeFirst()
        }
        private var caller: Caller?

        init(_ environment: [String: String] = [:], config: String = "") throws {
            caller = try Caller.sample(transport, clock, environment: environment, config: config)
        }

        /// Performs a call with these replies, then successes; how often it was sent.
        func sent(_ replies: [Reply], _ change: (inout APICall) -> Void = { _ in }, service: Service = .stepFunctions) -> Int {
            _ = result(replies, change, service: service)
            return sentAt.count
        }

        func result(_ replies: [Reply], _ change: (inout APICall) -> Void = { _ in }, service: Service = .stepFunctions) -> Caller.Finished? {
            (self.replies, sentAt) = (replies, [])
            var call = APICall(service, "DescribeExecution", [:])
            change(&call)
            _ = caller?.start(call)
            for _ in 0..<1000 {
                if let finished = caller?.wait(until: clock.instant + .seconds(60), watching: []).first { return finished }
            }
            return nil
        }
    }

    @Test func pausesGrowToTwentySeconds() throws {
        let client = try Client(["AWS_MAX_ATTEMPTS": "8"])
        #expect(client.sent(Array(repeating: Self.error("ThrottlingException"), count: 8)) == 8)
        let pauses = zip(client.sentAt.dropFirst(), client.sentAt).map { (($0 - $1).inSeconds * 10).rounded() / 10 }
        #expect(pauses == [0.5, 1, 2, 4, 8, 10, 10], "half of 1, 2, 4 … 20 s")
    }

    @Test(arguments: [
        (["AWS_MAX_ATTEMPTS": "5"], "", 5), (["AWS_MAX_ATTEMPTS": " 3 "], "[default]\nmax_attempts = 2", 3), ([:], "[default]\nmax_attempts = 2", 2), (["AWS_MAX_ATTEMPTS": "1"], "[default]\nmax_attempts = 2", 1),
        (["AWS_RETRY_MODE": "legacy"], "", 5), (["AWS_RETRY_MODE": "adaptive"], "", 3), ([:], "[default]\nretry_mode = Standard", 3),
        (["AWS_RETRY_MODE": "legacy", "AWS_MAX_ATTEMPTS": "2"], "", 2),
    ])
    func attemptsComeFromTheSettings(environment: [String: String], config: String, attempts: Int) throws {
        let throttled = Array(repeating: Self.error("ThrottlingException"), count: 9)
        #expect(try Client(environment, config: config).sent(throttled) == attempts)
    }

    @Test(arguments: [["AWS_MAX_ATTEMPTS": "0"], ["AWS_MAX_ATTEMPTS": "1 2"], ["AWS_MAX_ATTEMPTS": "many"], ["AWS_RETRY_MODE": "eager"]])
    func settingsThatMeanNothingAreRefused(environment: [String: String]) throws {
        let client = try Client(environment)
        guard case .failure(.settings) = client.result([])?.result else {
            Issue.record("accepted: \(environment)")
            return
        }
        #expect(client.sentAt.isEmpty)
    }

    @Test func aCallsOwnBoundIsNotRaised() throws {
        let throttled = Array(repeating: Self.error("ThrottlingException"), count: 9)
        #expect(try Client(["AWS_MAX_ATTEMPTS": "9"]).sent(throttled, { $0 = $0.asPoll }) == 1)
        #expect(try Client(["AWS_MAX_ATTEMPTS": "2"]).sent(throttled, { $0.attempts = 4 }) == 2)
        #expect(try Client(["AWS_MAX_ATTEMPTS": "9"]).sent(throttled, { $0.isUrgent = true }) == 1)
    }

    @Test(arguments: [
        ("KmsThrottlingException", 400, Service.stepFunctions, true), ("KmsThrottled", 403, .sqs, true), ("TooManyRequestsException", 429, .batch, true),
        ("IDPCommunicationError", 400, .sts, true), ("IDPCommunicationError", 400, .stepFunctions, false),
        ("ReplicatedWriteConflictException", 409, .dynamoDB, true), ("ModelNotReadyException", 424, .bedrockRuntime, true),
        ("RequestTimeout", 400, .logs, true), ("TransactionInProgressException", 400, .dynamoDB, true), ("Whatever", 502, .batch, true),
        ("Whatever", 501, .batch, false), ("ValidationException", 400, .logs, false), ("AccessDeniedException", 400, .logs, false),
        ("ExecutionAlreadyExists", 400, .stepFunctions, false), ("InvalidSignatureException", 403, .glue, false),
    ])
    func failures(code: String, status: Int, service: Service, isRetried: Bool) throws {
        #expect(try Client().sent([Self.error(code, status: status)], service: service) == (isRetried ? 2 : 1), "\(code)")
    }

    /// 500 tokens: 10 for each retry after a timeout, 5 for others; the last one's cost comes back with success, else 1.
    @Test func theQuotaRunsOutAndComesBack() throws {
        let client = try Client(["AWS_MAX_ATTEMPTS": "1000"])
        let down = Array(repeating: Self.timeout, count: 1000)
        #expect(client.sent(down) == 51, "50 retries of 10")
        #expect(client.sent([Self.unreachable]) == 1, "nothing is left")
        #expect(client.sent([Self.unreachable], service: .batch) == 2, "each service has its own")
        for _ in 0..<4 { _ = client.sent([]) }
        #expect(client.sent([Self.unreachable]) == 1, "4 successes bring 4")
        _ = client.sent([])
        #expect(client.sent([Self.unreachable]) == 2, "the fifth makes it enough")
        #expect(client.sent([Self.unreachable]) == 2, "and success gave the 5 back")
        #expect(client.sent([Self.unreachable, Self.unreachable, Self.unreachable]) == 2)
    }

    @Test func legacyModeHasNoQuota() throws {
        let client = try Client(["AWS_MAX_ATTEMPTS": "200", "AWS_RETRY_MODE": "legacy"])
        #expect(client.sent(Array(repeating: Self.timeout, count: 300)) == 200)
    }

    /// A second request would do it a second time.
    @Test func whatMayHaveHappenedIsNotSentAgain() throws {
        func once(_ call: inout APICall) { call.isRepeatable = false }
        for reply in [Self.timeout, Self.error("InternalError", status: 500), .success(Response(status: 503, body: Array("<html>".utf8))), .success(Response(status: 200))] {
            let client = try Client()
            let finished = client.result([reply], once)
            #expect(client.sentAt.count == 1 && finished?.mayHaveBeenProcessed == true, "\(reply)")
        }
        for reply in [Self.unreachable, Self.error("TooManyRequestsException", status: 429), Self.error("ThrottlingException")] {
            let client = try Client()
            let finished = client.result([reply], once)
            #expect(client.sentAt.count == 2 && finished?.mayHaveBeenProcessed == false, "\(reply)")
        }
        #expect(try Client().sent([Self.unreachable, Self.timeout], once) == 2, "not after the second, which may have been sent")
    }

    @Test func headersTellAttemptsOfOneCallFromOtherCalls() throws {
        let client = try Client()
        let dated = Reply.success(Response(status: 503, headers: [Header("Date", "Sat, 21 Nov 2026 01:10:00 GMT")], body: Array("{}".utf8)))
        _ = client.sent([dated, Self.timeout])
        let requests = client.transport.requests
        func header(_ name: String) -> [String?] { requests.map { request in request.headers.first { $0.name == name }?.value } }
        #expect(header("amz-sdk-invocation-id") == Array(repeating: "77777777-7777-4777-b777-777777777777", count: 3))
        #expect(header("amz-sdk-request")[0] == "attempt=1; max=3")
        #expect(header("amz-sdk-request")[1]?.hasPrefix("ttl=20261121T0110") == true && header("amz-sdk-request")[1]?.hasSuffix("Z; attempt=2; max=3") == true)
        #expect(header("amz-sdk-request")[2]?.hasSuffix("Z; attempt=3; max=3") == true)
        #expect(Set(header("Authorization")).count == 3, "each is signed anew")
        #expect(header("Authorization").allSatisfy { $0?.contains("amz-sdk-invocation-id;amz-sdk-request;") == true })
    }
}
