import AWS
import Effects
import HTTP
import JSON
import Testing
import TestSupport

/// The clock of AWS beside ours: when it is learned, when a refused request is signed again with it.
@Suite struct ClockSkewTests {
    /// The ten sequences that AWS SDKs share.
    @Test func sharedCases() throws {
        guard let tests = try fixture("retry/clock-skew-test-cases.json")?["tests"]?.array else { return }
        var tally = Tally()
        for test in tests {
            let name = test["description"]?.string ?? ""
            let exchange = Exchange()
            var isRight = true
            for (index, operation) in (test["operations"]?.array ?? []).enumerated() {
                let initial = Int64(operation["initialClientSkew"]?.int ?? 0)
                if index == 0, initial != 0 { exchange.learn(skew: .seconds(initial)) }
                isRight = exchange.perform(operation, name) && isRight
            }
            tally.passed += isRight ? 1 : 0
        }
        tally.report("clock skew")
        #expect(tally.passed == 10)
    }

    /// A reply to another call corrects the clock while this one is under way.
    @Test func aCallSignedBeforeTheClockWasCorrectedIsSignedAgain() throws {
        let (clock, date) = (FakeClock(), "Sat, 21 Nov 2026 03:00:00 GMT")
        let transport = FakeTransport(clock: clock) { request in
            let isRight = request.headers.first { $0.name == "X-Amz-Date" }?.value.hasPrefix("20261121T03") == true
            return .success(Exchange.response(isRight ? 200 : 400, isRight ? nil : "InvalidSignatureException", [Header("Date", date)]))
        }
        let caller = try Caller.sample(transport, clock)
        for _ in 0..<3 { _ = caller.start(APICall(.stepFunctions, "DescribeExecution", [:])) }
        var finished: [Caller.Finished] = []
        for _ in 0..<20 where finished.count < 3 { finished += caller.wait(until: clock.instant + .seconds(1), watching: []) }
        #expect(finished.count == 3)
        for call in finished { #expect(throws: Never.self) { try call.result.get() } }
        #expect(transport.requests.count == 6)
    }
}

/// One client and a server whose replies and times the case dictates.
private final class Exchange: Transport {
    private let clock = FakeClock()
    private var replies: [(receivedAt: Duration, Response)] = []
    private(set) var signedAt: [String] = []

    private lazy var caller = Result { try Caller.sample(self, clock) }

    static func response(_ status: Int, _ code: String?, _ headers: [Header]) -> Response {
        Response(status: status, headers: headers, body: Array((code.map { #"{"__type":"\#($0)"}"# } ?? "{}").utf8))
    }

    func learn(skew: Duration) {
        clock.elapsed = .seconds(-100_000_000)
        replies = [(clock.elapsed, Self.response(200, nil, [Header("Date", (clock.now + skew).httpDate)]))]
        _ = end(APICall(.stepFunctions, "DescribeExecution", [:]))
    }

    /// False, with an issue recorded, when anything differs.
    func perform(_ operation: JSONValue, _ name: String) -> Bool {
        let attempts = operation["attempts"]?.array ?? []
        replies = attempts.map { (time($0["clientTimeAtReceive"]) - clock.start, response($0["response"] ?? [:])) }
        signedAt = []
        if let first = attempts.first { clock.elapsed = time(first["clientTimeAtSend"]) - clock.start }
        var call = APICall(.stepFunctions, "DescribeExecution", [:])
        if let most = operation["maxAttempts"]?.int { call.attempts = most }
        let result = end(call)
        let outcome = if case .success? = result { "success" } else { "error" }
        let skew = (try? caller.get().serverTime).map { ($0 - clock.now).inSeconds }
        #expect(outcome == operation["expectedOutcome"]?.string, "\(name)")
        #expect(skew == operation["expectedClientSkew"]?.double, "\(name)")
        #expect(signedAt == attempts.map { time($0["expectedSigningTime"]).amzDate }, "\(name)")
        return outcome == operation["expectedOutcome"]?.string && skew == operation["expectedClientSkew"]?.double 
            && signedAt == attempts.map { time($0["expectedSigningTime"]).amzDate }
    }

    private func end(_ call: APICall) -> Result<JSONValue, CallError>? {
        guard let caller = try? caller.get() else { return nil }
        _ = caller.start(call)
        for _ in 0..<10 {
            if let finished = caller.wait(until: clock.instant, watching: []).first { return finished.result }
        }
        return nil
    }

    private func time(_ text: JSONValue?) -> Timestamp { text?.string.flatMap(Timestamp.init(iso8601:)) ?? clock.start }

    private func response(_ value: JSONValue) -> Response {
        Self.response(
            value["statusCode"]?.int ?? 0, value["errorCode"]?.string, (value["headers"]?.members ?? []).map { Header($0.name, $0.value.string ?? "") })
    }

    // MARK: Transport

    private var underWay = 0

    func start(_ request: Request) -> TransferID {
        signedAt.append(request.headers.first { $0.name == "X-Amz-Date" }?.value ?? "")
        underWay += 1
        return TransferID(number: signedAt.count)
    }

    func cancel(_ id: TransferID) -> Bool { true }

    func wait(until deadline: Instant, watching: [WatchedDescriptor]) -> [Completion] {
        guard underWay > 0, !replies.isEmpty else { return [] }
        underWay = 0
        let reply = replies.removeFirst()
        clock.elapsed = reply.receivedAt
        return [Completion(id: TransferID(number: signedAt.count), result: .success(reply.1), elapsed: .seconds(1))]
    }
}
