import AWS
import Effects
import HTTP
import JSON
import Testing

/// Retries, clock skew, unreadable replies; in simulated time.
@Suite struct CallerTests {
    private let clock = FakeClock()

    private func perform(_ replies: [Result<Response, TransportError>]) throws -> (Caller.Finished, FakeTransport) {
        var left = replies
        let transport = FakeTransport(clock: clock) { _ in left.isEmpty ? .success(Response(status: 200, body: Array("{}".utf8))) : left.removeFirst() }
        let environment = Environment(["AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "S"])
        let shared = try SharedConfiguration.load(profile: nil, environment: environment, files: FakeFiles(), home: "/h")
        let io = CredentialIO(environment: environment, files: FakeFiles(), clock: clock, random: Randomness { 0.5 }, interrupt: nil) { transport }
        let caller = Caller(
            transport: transport, settings: ClientSettings(region: "eu-west-1", endpointURL: nil, environment: environment, shared: shared),
            credentials: CredentialCache(chain: .standard(profile: nil, home: nil), io: io), clock: clock, random: Randomness { 0.5 }, trace: nil)
        _ = caller.start(APICall(.stepFunctions, "DescribeExecution", [:]))
        for _ in 0..<100 {
            if let finished = caller.wait(until: clock.instant + .seconds(60), watching: []).first { return (finished, transport) }
        }
        throw CallError.settings(SettingsError("never ended", next: ""))
    }

    private func error(_ code: String, status: Int = 400, date: String? = nil) -> Result<Response, TransportError> {
        .success(Response(status: status, headers: date.map { [Header("Date", $0)] } ?? [], body: Array(#"{"__type":"com.amazonaws#\#(code)","message":"m"}"#.utf8)))
    }

    @Test func throttlesAndServerErrorsAreTriedThreeTimes() throws {
        let (finished, transport) = try perform([error("ThrottlingException"), error("x", status: 503)])
        #expect(try finished.result.get() == [:])
        #expect(transport.requests.count == 3)
        #expect(transport.requests[0].url == "https://states.eu-west-1.amazonaws.com/")
        let dates = transport.requests.map { $0.headers.first { $0.name == "X-Amz-Date" }?.value }
        #expect(dates[0] != dates[2], "each attempt is signed anew")
    }

    @Test func refusalsAreNot() throws {
        let (finished, transport) = try perform([error("AccessDeniedException")])
        #expect(throws: CallError.self) { try finished.result.get() }
        #expect(transport.requests.count == 1)
    }

    @Test func aLostReplyIsRemembered() throws {
        let lost = Result<Response, TransportError>.failure(TransportError(.brokenConnection, "reset", mayHaveBeenSent: true))
        let (finished, _) = try perform([lost, error("AccessDeniedException")])
        #expect(finished.mayHaveBeenProcessed)
    }

    @Test func aWrongClockIsCorrected() throws {
        let (finished, transport) = try perform([error("InvalidSignatureException", date: "Sat, 21 Nov 2026 03:00:00 GMT")])
        #expect(try finished.result.get() == [:])
        #expect(transport.requests.last?.headers.first { $0.name == "X-Amz-Date" }?.value.hasPrefix("20261121T0300") == true)
    }

    @Test func bodiesThatAreNotAWSAreNoAnswer() throws {
        let page = Result<Response, TransportError>.success(Response(status: 200, headers: [Header("Content-Type", "text/html")], body: Array("<html>".utf8)))
        let (finished, _) = try perform([page, page, page])
        guard case .failure(.unreadable(let detail, 200, _, _)) = finished.result else {
            Issue.record("\(finished.result)")
            return
        }
        #expect(detail == "no JSON (text/html)")
    }
}
