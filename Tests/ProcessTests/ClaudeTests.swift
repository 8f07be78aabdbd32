import Foundation
import JSON
import Testing
import TestSupport

/// `awsjob explain --advice claude` against a Messages API that refuses what the real one refuses.
@Suite struct ClaudeTests {
    let api: MessagesAPI
    let folder: URL
    var environment: [String: String]
    private static let log = "INFO start\nINFO db password=Sup3rS3cretX1 user=batch\nERROR frobnicator could not align the phase: lattice 7\nERROR job failed\n"
    private static let answer = #"""
        {"answer":{"class":"NET_TIMEOUT","action":"delayed","summary":"The phase could not be aligned.","evidence":[{"line":3,"quote":"could not align the phase"}],"impact":"Nothing was written.","next_steps":["Ask its owner."]}}
        """#

    init() throws {
        api = try MessagesAPI()
        folder = try Scratch.folder()
        environment = [
            "PATH": "/usr/bin:/bin", "AWSJOB_STATE_DIR": folder.appending(path: "state").path, "AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null", "ANTHROPIC_BASE_URL": api.endpoint, "ANTHROPIC_API_KEY": MessagesAPI.key,
        ]
        try api.answers(Self.answer)
    }

    private func explain(_ words: [String] = ["--advice", "claude"], log: String = log, _ change: [String: String?] = [:]) throws -> ChildRun {
        var variables = environment
        for (name, value) in change { variables[name] = value }
        let run = try ChildRun([Repository.awsjob, "explain", "--log", "-"] + words, environment: variables, input: log)
        #expect(try run.wait(limit: 90) == .exited(0), "\(run.stderr)")
        return run
    }

    private func json(_ words: [String] = ["--advice", "claude"], _ change: [String: String?] = [:]) throws -> (answer: JSONValue, stderr: String) {
        let run = try explain(words + ["--json"], change)
        return (try JSONValue(parsing: run.stdout), run.stderr)
    }

    @Test func anAnswerThatHoldsIsShown() throws {
        let (answer, stderr) = try json()
        #expect(answer["class"]?.string == "NET_TIMEOUT" && answer["action"]?.string == "manual" && answer["rules"]?["class"]?.string == "UNKNOWN" && answer["source"]?.string == "claude-sonnet-5-5" && answer["confidence"]?.string == "medium")
        #expect(answer["evidence"]?.array?.first?["quote"]?.string == "could not align the phase" && answer["evidence"]?.array?.first?["line"]?.int == 3)
        #expect(stderr == "")
        let text = try explain().stdout
        #expect(text.contains("root cause: The phase could not be aligned.") && text.contains("by claude-sonnet-5-5") && text.contains("line 3:     could not align the phase"))
    }

    @Test func aKeyThatHappensToBeThereIsNoConsent() throws {
        for words in [[], ["--advice", "rules"], ["--advice", "off"]] { #expect(try explain(words).stdout.contains("UNKNOWN")) }
        #expect(try api.calls().isEmpty)
        #expect(try json([], ["AWSJOB_ADVICE": "claude"]).answer["source"]?.string == "claude-sonnet-5-5")
    }

    /// The log without its secrets, and nothing beside it; the key in no body, stream or file.
    @Test func nothingSecretLeavesOrStays() throws {
        let run = try explain(["--advice", "claude", "-v", "--reason", "token=ghp_16C7e42F292c6912E7710c838347Ae178B4a failed"], log: Self.log + "key \(MessagesAPI.key) used\n")
        for text in [run.stdout, run.stderr] { #expect(!text.contains("planted") && !text.contains("Sup3rS3cretX1")) }
        let bodies = try api.calls().compactMap { $0["body"]?.string }
        #expect(bodies.count == 1)
        for body in bodies {
            for secret in ["planted", "Sup3rS3cretX1", "ghp_16C7", "secret-of-the-test"] { #expect(!body.contains(secret), "\(secret)") }
            #expect(body.contains("password=<PASSWORD_1> user=batch") && body.contains("frobnicator"))
        }
        for file in FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?.compactMap({ $0 as? URL }) ?? [] {
            guard let data = try? Data(contentsOf: file) else { continue }
            #expect(data.range(of: Data("planted".utf8)) == nil)
            #expect(try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int == 0o600)
        }
    }

    // MARK: Every failure leaves the offline notes

    @Test(arguments: [
        (#"{"kind":"error","type":"authentication_error"}"#, "check the key"), (#"{"kind":"error","type":"permission_error"}"#, "workspace"), (#"{"kind":"error","type":"not_found_error"}"#, "claude-model"),
        (#"{"kind":"error","type":"billing_error"}"#, "spend limit"), (#"{"kind":"error","type":"invalid_request_error","times":-1}"#, "invalid_request_error"),
        (#"{"kind":"error","type":"request_too_large"}"#, "request_too_large"), (#"{"kind":"error","type":"rate_limit_error","headers":{"retry-after":"120"},"times":-1}"#, "rate_limit_error"),
        (#"{"kind":"error","type":"rate_limit_error","code":"contract_spend_limit_reached"}"#, "contract_spend_limit_reached"),
        (#"{"kind":"error","type":"overloaded_error","times":-1}"#, "overloaded_error"), (#"{"kind":"error","type":"api_error","times":-1}"#, "api_error"), (#"{"kind":"reset","times":-1}"#, "network"),
        (#"{"kind":"hang","times":-1}"#, "no answer within the time"), (#"{"kind":"html","times":-1}"#, "proxy"), (#"{"kind":"html","status":502,"times":-1}"#, "HTTP 502"),
        (#"{"kind":"empty","times":-1}"#, "empty body"), (#"{"kind":"garbage","times":-1}"#, "no message"), (#"{"kind":"truncate","times":-1}"#, "network"), (#"{"kind":"drip","seconds":0.5,"times":-1}"#, "within the time"),
        (#"{"kind":"body","body":"{\"Output\":{\"__type\":\"com.amazon.coral.service#UnknownOperationException\"}}"}"#, "UnknownOperationException"),
        (#"{"kind":"body","body":"{\"type\":\"message\"}"}"#, "no message"),
    ])
    func faultsOfTheServiceLeaveTheOfflineNotes(_ fault: String, _ words: String) throws {
        let offline = try explain([]).stdout
        try api.fault(fault)
        let run = try explain(["--advice", "claude", "--claude-timeout", "3"])
        #expect(run.stdout == offline.replacing("Sup3rS3cretX1", with: "<PASSWORD_1>"))
        #expect(run.stderrLines.count == 1 && run.stderr.hasPrefix("awsjob: notes without Claude: ") && run.stderr.contains(words) && run.stderr.utf8.count <= 301, "\(run.stderr)")
    }

    @Test(arguments: [
        (#"{"text":"I cannot say."}"#, "did not hold"), (#"{"text":"","stop_reason":"refusal","stop_details":{"type":"refusal","category":"cyber","explanation":null}}"#, "declined (cyber)"),
        (#"{"answer":{},"stop_reason":"max_tokens"}"#, "cut off (max_tokens)"), (#"{"answer":{},"stop_reason":"pause_turn"}"#, "cut off (pause_turn)"), (#"{"text":"","thinking":true}"#, "did not hold"),
        (#"{"answer":{"class":"DISK_FULL"}}"#, "did not hold"), (#"{"instead":{"type":"error","error":{"type":"overloaded_error","message":"busy"}}}"#, "overloaded_error"),
    ])
    func answersThatDoNotHoldLeaveThemToo(_ script: String, _ words: String) throws {
        let offline = try json([]).answer
        try api.answers(script)
        let (answer, stderr) = try json()
        #expect(answer == offline && stderr.contains(words), "\(stderr)")
    }

    @Test func whatCannotBeSetUpLeavesThemToo() throws {
        let offline = try json([]).answer
        let cases: [([String], [String: String?], String)] = [
            ([], ["ANTHROPIC_API_KEY": nil], "ANTHROPIC_API_KEY is not set"), ([], ["ANTHROPIC_BASE_URL": "nonsense"], "ANTHROPIC_BASE_URL"), ([], ["ANTHROPIC_BASE_URL": "http://127.0.0.1:9"], "127.0.0.1:9"),
            (["--claude-key-file", "/nowhere"], [:], "key file"), (["--claude-model", "claude-nobody"], [:], "claude-model"), (["--claude-provider", "aws"], ["AWS_REGION": "eu-west-1"], "ANTHROPIC_AWS_WORKSPACE_ID"),
            (["--claude-provider", "bedrock"], ["AWS_REGION": "eu-west-1", "ANTHROPIC_BEDROCK_BASE_URL": api.endpoint], "no AWS credentials"), (["--claude-provider", "bedrock"], [:], "no region"),
            (["--claude-daily-tokens", "100"], [:], "100 tokens are used up"), (["--claude-daily-cost", "0"], [:], "US dollars is used up"), ([], ["AWSJOB_STATE_DIR": "/proc/nowhere"], "budget cannot be kept"),
        ]
        for (words, change, reason) in cases {
            let (answer, stderr) = try json(["--advice", "claude"] + words, change)
            #expect(answer == offline && stderr.contains(reason) && stderr.utf8.count <= 301, "\(words) \(change): \(stderr)")
        }
    }

    @Test func aLogThatStillHoldsASecretIsNotSent() throws {
        // Masked is what the rules find; a rule that fails at the last look stands for what they might miss.
        let rules = folder.appending(path: "rules")
        try Data("CODENAME: on call why a batch (job)\n".utf8).write(to: rules)
        let (answer, stderr) = try json(["--advice", "claude", "--redaction-rules", rules.path])
        #expect(answer["source"]?.string == "rules" && stderr.contains("nothing was sent") && stderr.contains("CODENAME"))
        #expect(try api.calls().isEmpty)
    }

    // MARK: Routes

    private let aws = ["AWS_ACCESS_KEY_ID": "AKIDTEST", "AWS_SECRET_ACCESS_KEY": "secret-of-the-test", "AWS_REGION": "eu-west-1", "ANTHROPIC_API_KEY": nil, "ANTHROPIC_BASE_URL": nil]

    @Test func rolesOnBedrock() throws {
        let change = aws.merging(["ANTHROPIC_BEDROCK_BASE_URL": api.endpoint]) { $1 }
        #expect(try json(["--advice", "claude", "--claude-provider", "bedrock"], change).answer["source"]?.string == "eu.anthropic.claude-sonnet-5-5")
        #expect(try api.calls().compactMap { $0["status"]?.int } == [400, 400, 200])
        // The rung is remembered.
        _ = try json(["--advice", "claude", "--claude-provider", "bedrock"], change)
        #expect(try api.calls().count == 4)
        let profile = "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.anthropic.claude-haiku-5-5"
        #expect(try json(["--advice", "claude", "--claude-provider", "bedrock", "--claude-model", profile], change).answer["source"]?.string == profile)
        #expect(try api.calls().allSatisfy { $0["entrance"]?.string == "signature" })
        let wrong = change.merging(["AWS_SECRET_ACCESS_KEY": "wrong"]) { $1 }
        #expect(try json(["--advice", "claude", "--claude-provider", "bedrock"], wrong).stderr.contains("InvalidSignatureException"))
    }

    @Test func rolesOnClaudePlatform() throws {
        let change = aws.merging(["ANTHROPIC_AWS_BASE_URL": api.endpoint, "ANTHROPIC_AWS_WORKSPACE_ID": "wrkspc_1"]) { $1 }
        #expect(try json(["--advice", "claude", "--claude-provider", "aws"], change).answer["source"]?.string == "claude-sonnet-5-5")
        try api.setClock(offset: 7200)
        #expect(try json(["--advice", "claude", "--claude-provider", "aws"], change).answer["source"]?.string == "claude-sonnet-5-5")
        #expect(try api.calls().allSatisfy { $0["entrance"]?.string == "signature" || $0["status"]?.int == 403 })
    }

    @Test func keysOfFilesAndTokens() throws {
        let file = folder.appending(path: "key")
        try Data("\(MessagesAPI.key)\n".utf8).write(to: file)
        chmod(file.path, 0o600)
        #expect(try json(["--advice", "claude", "--claude-key-file", file.path], ["ANTHROPIC_API_KEY": "wrong"]).answer["source"]?.string == "claude-sonnet-5-5")
        #expect(try json(["--advice", "claude"], ["ANTHROPIC_API_KEY": nil, "ANTHROPIC_AUTH_TOKEN": MessagesAPI.key]).answer["source"]?.string == "claude-sonnet-5-5")
        chmod(file.path, 0o644)
        let (answer, stderr) = try json(["--advice", "claude", "--claude-key-file", file.path])
        #expect(answer["source"]?.string == "rules" && stderr.contains("chmod 600"))
    }

    /// Runners side by side share one budget.
    @Test func theBudgetIsShared() throws {
        let runs = try (0..<6).map { _ in try ChildRun([Repository.awsjob, "explain", "--log", "-", "--advice", "claude"], environment: environment, input: Self.log) }
        for run in runs { #expect(try run.wait(limit: 60) == .exited(0)) }
        let ledger = try JSONValue(parsing: String(contentsOf: folder.appending(path: "state/claude.json"), encoding: .utf8))
        let one = try json().answer["cost"]?["tokens"]?.int ?? 0
        #expect(one > 0 && ledger["tokens"]?.int == one * 6)
    }

    // MARK: doctor

    @Test func doctorNamesWhoWouldAnswer() throws {
        func claude(_ words: [String], _ change: [String: String] = [:]) throws -> String {
            let run = try ChildRun([Repository.awsjob, "doctor"] + words, environment: environment.merging(["AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL": "http://127.0.0.1:9"].merging(change) { $1 }) { $1 })
            _ = try run.wait(limit: 60)
            #expect(!run.stdout.contains("planted"))
            return run.stdoutLines.filter { $0.contains(" claude ") }.joined(separator: "\n")
        }
        #expect(try claude([]).contains("not tried claude") && api.calls().isEmpty)
        let ok = try claude(["--advice", "claude"])
        #expect(ok.hasPrefix("ok ") && ok.contains("claude-sonnet-5-5 of anthropic") && ok.contains("ANTHROPIC_API_KEY"), "\(ok)")
        #expect(try claude(["--advice", "claude", "--claude-model", "claude-sonnet-4-5"]).contains("retires at 2026-11-30"))
        #expect(try claude(["--advice", "claude", "--claude-model", "claude-nobody"]).contains("FAILED"))
        #expect(try claude(["--advice", "claude"], ["ANTHROPIC_API_KEY": "wrong"]).contains("check the key"))
    }
}
