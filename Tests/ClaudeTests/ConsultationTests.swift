@testable import Claude
import Diagnosis
import Effects
import Foundation
import HTTP
import JSON
import Testing
import TestSupport

/// Every way in which a conversation can go.
@Suite struct ConsultationTests {
    private let folder: String

    init() throws { folder = try Scratch.folder().path }

    private func setting(_ answers: FakeTransport.Answer...) -> Setting { Setting(answers, folder: folder) }
    private let good = FakeTransport.Answer.success(.message(.answer()))

    private func failure(_ setting: Setting, _ question: Question = .unknown) -> ClaudeFailure? {
        do throws(ClaudeFailure) {
            _ = try setting.ask(question)
            return nil
        } catch { return error }
    }

    @Test func aGoodAnswerTakesOneRequest() throws {
        let setting = setting(good)
        let notes = try setting.json()
        #expect(notes["class"]?.string == "NET_TIMEOUT" && notes["source"]?.string == "claude-sonnet-5-5" && notes["confidence"]?.string == "medium")
        #expect(setting.transport.requests.count == 1)
        let request = setting.transport.requests[0]
        #expect(request.url == "https://api.anthropic.com/v1/messages" && request.limits.connect == .seconds(5))
        let headers = Dictionary(request.headers.map { ($0.name.lowercased(), $0.value) }) { $1 }
        #expect(headers["anthropic-version"] == "2026-10-21" && headers["x-api-key"] == "sk-ant-planted" && headers["authorization"] == nil)
        #expect(!String(decoding: request.body, as: UTF8.self).contains("sk-ant-planted"))
    }

    // MARK: Ladder and repair

    @Test func aRefusedFormLeadsOneRungDownAndIsRemembered() throws {
        let refused = FakeTransport.Answer.success(.error(400, "invalid_request_error"))
        let first = setting(refused, refused, good)
        _ = try first.ask()
        #expect(first.transport.bodies.map { $0["output_config"] != nil ? "format" : $0["tools"] != nil ? "tool" : "plain" } == ["format", "tool", "plain"])
        let second = setting(good)
        _ = try second.ask()
        #expect(second.transport.bodies.count == 1 && second.transport.bodies[0]["output_config"] == nil && second.transport.bodies[0]["tools"] == nil)
        #expect(failure(setting(refused)) == .refused(APIError(status: 400, type: "invalid_request_error", code: nil, message: "in words", requestID: nil)))
    }

    @Test func aToolsCallIsAnAnswer() throws {
        let call: JSONValue = ["type": "tool_use", "id": "toolu_1", "name": "explain_failure", "input": .answer()]
        let setting = setting(.success(.error(400, "invalid_request_error")), .success(.message(content: [call], stop: "tool_use")))
        #expect(try setting.json()["class"]?.string == "NET_TIMEOUT")
    }

    @Test func oneRepairAndNoMore() throws {
        let bad = FakeTransport.Answer.success(.message(.answer(["action": "explode"])))
        let mended = setting(bad, good)
        #expect(try mended.json()["class"]?.string == "NET_TIMEOUT")
        #expect(mended.transport.bodies[1]["messages"]?.array?.count == 3)
        let never = setting(bad)
        guard case .invalidAnswer(let errors) = failure(never) else { throw TestFailure("an answer that does not hold was taken") }
        #expect(errors.first?.contains("action is none of") == true && never.transport.requests.count == 2)
    }

    @Test(arguments: ["no JSON at all", "{\"class\": \"NET_TIMEOUT\"", "", "[]", "null"]) func textThatIsNoAnswer(_ text: String) {
        let setting = setting(.success(.message(content: [["type": "text", "text": JSONValue(text)]])))
        guard case .invalidAnswer = failure(setting) else { return #expect(Bool(false), "taken: \(text)") }
    }

    @Test func wordsAroundTheObjectDoNotMatter() throws {
        let text = "Here it is:\n```json\n\(JSONValue.answer().text)\n```"
        #expect(try setting(.success(.message(content: [["type": "text", "text": JSONValue(text)]]))).json()["action"]?.string == "manual")
    }

    // MARK: Stops, and what is no message

    @Test(arguments: ["max_tokens", "pause_turn", "model_context_window_exceeded", "something_new"]) func answersThatWereCutOff(_ stop: String) {
        let setting = setting(.success(.message(.answer(), stop: stop)))
        #expect(failure(setting) == .stopped(stop) && setting.transport.requests.count == 1)
    }

    @Test func aRefusal() {
        #expect(failure(setting(.success(.message(content: [], stop: "refusal")))) == .refusal(category: nil))
    }

    @Test func a200ThatIsNoMessage() {
        let coral = Response(status: 200, body: Array(#"{"Output":{"__type":"com.amazon.coral.service#UnknownOperationException"},"Version":"1.0"}"#.utf8))
        guard case .refused(let error) = failure(setting(.success(coral))) else { return #expect(Bool(false)) }
        #expect(error.type == "UnknownOperationException")
        for body in ["", "<html>", "{}", "[]", #"{"type":"message"}"#, #"{"type":"message","content":[],"stop_reason":null}"#] {
            guard case .unreadable(200, _) = failure(setting(.success(Response(status: 200, body: Array(body.utf8))))) else { return #expect(Bool(false), "\(body)") }
        }
    }

    // MARK: Retries and time

    @Test func whatSDKsRetryIsRetriedTwice() {
        let timeout = TransportError(.brokenConnection, "reset", mayHaveBeenSent: true)
        for answer in [408, 409, 429, 500, 503, 529].map({ FakeTransport.Answer.success(.error($0, "api_error")) }) + [.failure(timeout)] {
            let setting = setting(answer)
            #expect(failure(setting) != nil && setting.transport.requests.count == 3)
        }
        for answer in [401, 402, 403, 404, 413, 422].map({ FakeTransport.Answer.success(.error($0, "some_error")) }) + [.failure(TransportError(.untrustedCertificate, "no", mayHaveBeenSent: false))] {
            let setting = setting(answer)
            #expect(failure(setting) != nil && setting.transport.requests.count == 1)
        }
    }

    @Test func theServersWishesAreFollowed() throws {
        func elapsed(_ headers: [Header], status: Int = 503) throws -> (Double, Int) {
            let setting = setting(.success(.error(status, "api_error", headers: headers)), good)
            _ = try? setting.ask()
            return (setting.clock.elapsed.inSeconds, setting.transport.requests.count)
        }
        #expect(try elapsed([Header("retry-after", "7")]).0 > 6.9)
        #expect(try elapsed([Header("retry-after-ms", "1500"), Header("retry-after", "7")]).0 < 2)
        #expect(try elapsed([Header("retry-after", "Sat, 21 Nov 2026 01:00:20 GMT")]).0 > 19)
        #expect(try elapsed([Header("retry-after", "-3")]).0 < 1)
        #expect(try elapsed([Header("retry-after", "61")]).1 == 1)
        #expect(try elapsed([Header("x-should-retry", "false")]).1 == 1)
        #expect(try elapsed([Header("x-should-retry", "true")], status: 404).1 == 2)
    }

    @Test func theTotalTimeHolds() {
        var setting = setting(.success(.error(529, "overloaded_error", headers: [Header("retry-after", "20")])))
        setting.settings.totalTime = .seconds(30)
        #expect(failure(setting) != nil && setting.clock.elapsed <= .seconds(30) && setting.transport.requests.count == 2)
        #expect(setting.transport.requests.allSatisfy { $0.limits.total <= .seconds(30) })
    }

    // MARK: Budget, consent to bytes

    @Test func theDaysBudgetHolds() throws {
        var setting = setting(good)
        setting.settings.dailyTokens = 12_000
        _ = try setting.ask()
        _ = try setting.ask()
        #expect(failure(setting) == .budget("the day's 12000 tokens are used up"))
        let used = try Ledger(folder: folder, setting.settings, clock: setting.clock).used()
        #expect(used.tokens == 2500 * setting.transport.requests.count && used.microdollars == 8200 * setting.transport.requests.count)
        setting.settings.dailyTokens = used.tokens + 1000
        guard case .budget = failure(setting) else { throw TestFailure("over the tokens") }
        (setting.settings.dailyTokens, setting.settings.dailyCents) = (1_000_000, 1)
        guard case .budget = failure(setting) else { throw TestFailure("over the money") }
        let requests = setting.transport.requests.count
        setting.clock.elapsed += .seconds(24 * 3600)
        setting.settings.dailyCents = 500
        _ = try setting.ask()
        #expect(setting.transport.requests.count == requests + 1)
        #expect(try Ledger(folder: folder, setting.settings, clock: setting.clock).used().tokens == 2500)
    }

    @Test func refusedRequestsCostNothingAndLostOnesMayHave() throws {
        let setting = setting(.success(.error(401, "authentication_error")))
        _ = failure(setting)
        #expect(try Ledger(folder: folder, setting.settings, clock: setting.clock).used().tokens == 0)
        let lost = self.setting(.failure(TransportError(.brokenConnection, "reset", mayHaveBeenSent: true)))
        _ = failure(lost)
        #expect(try Ledger(folder: folder, lost.settings, clock: lost.clock).used().tokens > 6000)
    }

    @Test(arguments: ["enforced_spend_limit_reached", "contract_spend_limit_reached"]) func aSpendLimitClosesTheDay(_ code: String) {
        let setting = setting(.success(.error(429, "rate_limit_error", code: code, headers: [Header("retry-after", "1")])), good)
        #expect(failure(setting) != nil && failure(setting) == .budget("not asked again today: \(code)"))
        #expect(setting.transport.requests.count == 1)
    }

    @Test func whatMustNotLeaveIsNotSent() {
        var setting = setting(good)
        setting.mustNotLeave = { $0.count > 10 ? "a PASSWORD" : nil }
        #expect(failure(setting) == .wouldLeak("a PASSWORD") && setting.transport.requests.isEmpty)
    }

    @Test func aLedgerThatCannotBeKeptMeansNoQuestion() throws {
        try Data("garbage".utf8).write(to: URL(filePath: folder + "/claude.json"))
        chmod(folder + "/claude.json", 0o600)
        for broken in [setting(good), Setting([good], folder: "/proc/nowhere")] {
            guard case .ledger = failure(broken) else { throw TestFailure("asked without a budget") }
            #expect(broken.transport.requests.isEmpty)
        }
    }

    // MARK: Roles

    @Test func rolesSignForTheirService() throws {
        var bedrock = setting(good)
        (bedrock.settings.provider, bedrock.environment) = (.bedrock, [:])
        bedrock.settings.model = "arn:aws:bedrock:eu-west-1:1:application-inference-profile/x"
        _ = try bedrock.ask()
        let request = bedrock.transport.requests[0]
        #expect(request.url == "https://bedrock-runtime.eu-west-1.amazonaws.com/model/arn%3Aaws%3Abedrock%3Aeu-west-1%3A1%3Aapplication-inference-profile%2Fx/invoke")
        #expect(request.headers.contains { $0.name == "Authorization" && $0.value.contains("/eu-west-1/bedrock/aws4_request") })
        #expect(!request.headers.contains { $0.name.lowercased() == "anthropic-version" })

        var platform = setting(good)
        (platform.settings.provider, platform.environment) = (.aws, ["ANTHROPIC_AWS_WORKSPACE_ID": "wrkspc_1"])
        _ = try platform.ask()
        #expect(platform.transport.requests[0].url == "https://aws-external-anthropic.eu-west-1.api.aws/v1/messages")
        #expect(platform.transport.requests[0].headers.contains { $0.value.contains("SignedHeaders=anthropic-version;anthropic-workspace-id;content-type;host;x-amz-date") })
        platform.environment = [:]
        guard case .settings = failure(platform) else { throw TestFailure("asked without a workspace") }
    }

    @Test func expiredKeysAndAClockThatIsOffAreSignedAgainOnce() throws {
        func refusal(_ type: String, _ date: String) -> FakeTransport.Answer {
            .success(Response(status: 403, headers: [Header("x-amzn-errortype", type), Header("date", date)], body: Array(#"{"message":"no"}"#.utf8)))
        }
        var setting = setting(refusal("InvalidSignatureException", "Sat, 21 Nov 2026 03:00:00 GMT"), good)
        (setting.settings.provider, setting.environment) = (.bedrock, [:])
        _ = try setting.ask()
        #expect(setting.transport.requests[1].headers.contains { $0.name == "X-Amz-Date" && $0.value.hasPrefix("20261121T030") })
        var twice = self.setting(refusal("ExpiredTokenException", "Sat, 21 Nov 2026 01:00:00 GMT"))
        (twice.settings.provider, twice.environment) = (.bedrock, [:])
        #expect(failure(twice) != nil && twice.transport.requests.count == 2)
    }
}
