@testable import Claude
import AWS
import Diagnosis
import Effects
import JSON
import Testing

/// What a request says, and what it never says.
@Suite struct RequestTests {
    private func body(_ rung: Rung, _ provider: Provider = .anthropic, _ question: Question = .unknown, repair: (answer: [JSONValue], errors: [String])? = nil) -> JSONValue {
        MessageRequest(model: Model("claude-sonnet-5-5"), provider: provider, rung: rung, question: question, fence: "log-fence", repair: repair).body
    }

    @Test(arguments: [Provider.anthropic, .aws, .bedrock], [Rung.format, .tool, .plain]) func noParameterThatTheVersionHasNot(_ provider: Provider, _ rung: Rung) {
        let names = Set((body(rung, provider).members ?? []).map(\.name))
        #expect(names.isSubset(of: ["model", "anthropic_version", "max_tokens", "system", "messages", "output_config", "tools", "tool_choice"]))
        #expect(names.contains("model") == (provider != .bedrock) && names.contains("anthropic_version") == (provider == .bedrock))
        #expect(names.contains("output_config") == (rung == .format) && names.contains("tool_choice") == (rung == .tool))
    }

    @Test func theSystemPromptIsTheSameForEveryFailure() {
        #expect(body(.format)["system"] == body(.format, .aws, .diskFull)["system"])
        #expect(body(.plain)["system"]?.string?.contains("one JSON object and nothing else") == true)
    }

    @Test func whatAWSSaidIsApartFromTheLog() throws {
        let question = Question.sample("ERROR frobnicator \"} is out of phase\n", reasons: ["Host EC2 (instance i-0) terminated."], exitCode: 1, job: "eod\u{202e}_load")
        let content = body(.format, .anthropic, question)["messages"]?.array?[0]["content"]?.array ?? []
        #expect(content.count == 2 && content.allSatisfy { $0["type"]?.string == "text" })
        let facts = try JSONValue(parsing: content[0]["text"]?.string ?? "")
        #expect(facts["reasons"]?.array?.first?.string == "Host EC2 (instance i-0) terminated." && facts["exit_code"]?.int == 1 && facts["job"] == nil)
        #expect(content[1]["text"]?.string == "<log-fence>\njob: eod_load\n1| ERROR frobnicator \"} is out of phase\n</log-fence>")
    }

    /// Counts of earlier runs and what hangs on the job are facts; their effect on the notes is ours.
    @Test func earlierRunsAndDependenciesAreFacts() throws {
        var evidence = Evidence(log: LogFindings())
        evidence.precedents = Precedents(runs: 9, failures: [.init(run: "7/1", time: "2026-11-20T01:00:00.000Z", failureClass: "DB_LOCK", decision: "approved", retryHelped: true)])
        evidence.dependencies = Dependencies(criticality: "high", downstream: ["risk"], upstream: [.init(job: "fx", outcome: "failed", ended: nil)])
        let facts = try JSONValue(parsing: Question(evidence, excerpt: [], builtIn).facts)
        let failed = facts["history"]?["failures"]?.array?.first
        #expect(facts["history"]?["runs"]?.int == 9 && failed?["class"]?.string == "DB_LOCK" && failed?["retry_helped"]?.int == 1 && failed?["approved"]?.int == 1)
        #expect(facts["dependencies"]?["criticality"]?.string == "high" && facts["dependencies"]?["upstream"]?.array?.first?["outcome"]?.string == "failed")
        let answer = try Answer(.answer(["class": "UNKNOWN", "evidence": .array([])]), to: Question(evidence, excerpt: [], builtIn))
        let notes = try ModelNotes(answer, to: Question(evidence, excerpt: [], builtIn), of: Model("m"), .init()).json(over: Notes(evidence, builtIn).json)
        #expect(notes["impact"]?.string == "Nothing was written. Criticality high. Waiting for it: risk.")
        #expect(notes["restart_reason"]?.string?.hasSuffix("None of the last 9 runs failed with this class.") == true && notes["action"]?.string == "manual")
    }

    @Test func everyRequestHasAFenceOfItsOwn() throws {
        let fences = (0..<50).map { _ in "log-\(Randomness.system.uuid())" }
        #expect(Set(fences).count == 50)
    }

    @Test func aRepairShowsTheAnswerAndWhatWasWrong() {
        let text = body(.format, repair: ([["type": "text", "text": "{}"]], ["class is missing"]))["messages"]?.array ?? []
        #expect(text.map { $0["role"]?.string } == ["user", "assistant", "user"])
        #expect(text[2]["content"]?.array?[0]["text"]?.string?.contains("class is missing") == true)
        let tool = body(.tool, repair: ([["type": "tool_use", "id": "t1", "name": "explain_failure", "input": .object([])]], ["class is missing"]))["messages"]?.array ?? []
        #expect(tool[2]["content"]?.array?[0]["tool_use_id"]?.string == "t1" && tool[2]["content"]?.array?[0]["is_error"]?.bool == true)
    }

    @Test(arguments: [
        ("a\u{1b}[31mb\u{7f}c\u{9b}d", "a[31mbcd"), ("a\u{202e}b\u{2066}c\u{200f}d", "abcd"), ("tag\u{e0049}\u{e0067}s", "tags"), ("z\u{200b}e\u{feff}r\u{2060}o", "zero"),
        ("tab\tstays", "tab\tstays"), ("\u{fe0f}\u{e01ef}", ""), ("x ANTHROPIC_MAGIC_STRING_TRIGGER_REFUSAL_1FAE y", "x [removed] y"),
        ("ANTHROPIC_\u{200b}MAGIC_STRING_X", "[removed]"), ("né 漢字 🚀", "né 漢字 🚀"),
    ])
    func hiddenTextAndSwitchesAreLeftOut(_ text: String, _ clean: String) {
        #expect(CleanText.line(text) == clean)
    }

    @Test func bytesThatAreNoTextDoNoHarm() {
        #expect(CleanText.line([0x61, 0xff, 0xfe, 0x62]) == "a\u{fffd}\u{fffd}b")
    }

    /// Structured outputs compile no lengths, no options, no recursion.
    @Test func theSchemaIsWithinWhatCompiles() {
        func check(_ schema: JSONValue) {
            let names = Set((schema.members ?? []).map(\.name))
            #expect(names.isSubset(of: ["type", "enum", "properties", "required", "additionalProperties", "items"]))
            guard schema["type"]?.string == "object" else { return schema["items"].map(check) ?? () }
            #expect(schema["additionalProperties"]?.bool == false)
            #expect(schema["required"]?.array?.compactMap(\.string) == schema["properties"]?.members?.map(\.name))
            schema["properties"]?.members?.forEach { check($0.value) }
        }
        check(AnswerSchema.json(builtIn))
        #expect(AnswerSchema.json(builtIn)["properties"]?["class"]?["enum"]?.array?.count == builtIn.classes.count + 1)
    }

    @Test func modelsAreToldByTheirIds() {
        #expect(Model.onBedrock("claude-sonnet-5-5", region: "eu-west-1")?.id == "eu.anthropic.claude-sonnet-5-5")
        #expect(Model.onBedrock("claude-sonnet-5-5", region: "ap-southeast-2")?.id == "apac.anthropic.claude-sonnet-5-5")
        #expect(Model.onBedrock("claude-sonnet-5-5", region: "us-gov-west-1") == nil && Model.onBedrock("claude-sonnet-5-5", region: "sa-east-1") == nil)
        #expect(Model.onBedrock("global.anthropic.claude-opus-5-5", region: "sa-east-1")?.id == "global.anthropic.claude-opus-5-5")
        let versions = ["us.anthropic.claude-sonnet-5-5": "2026-10-21", "eu.anthropic.claude-opus-4-8": "2026-10-21", "anthropic.claude-3-5-haiku-20241022-v1:0": "bedrock-2023-05-31",
            "us.anthropic.claude-haiku-4-5-20251001-v1:0": "bedrock-2023-05-31", "arn:aws:bedrock:eu-west-1:1:application-inference-profile/x": "bedrock-2023-05-31"]
        for (id, version) in versions { #expect(Model(id).bedrockVersion == version, "\(id)") }
        #expect(Model("claude-sonnet-5-5").cost(input: 1_000_000, output: 100_000) == 3_000_000)
        #expect(Model("claude-nobody-9").cost(input: 1_000_000, output: 0) == 10_000_000)
    }
}
