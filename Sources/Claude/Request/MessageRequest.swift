import JSON

/// The body of one request to the Messages API. No sampling parameters: the version in use has none.
struct MessageRequest {
    let model: Model
    let provider: Provider
    var rung: Rung
    let question: Question
    let fence: String
    /// What the first answer was, and what was wrong with it.
    var repair: (answer: [JSONValue], errors: [String])?

    /// Thinking counts too. Far below what needs streaming (21,333).
    static let maxTokens = 6000
    static let toolName = "explain_failure"

    var body: JSONValue {
        var members: [JSONValue.Member] = []
        func add(_ name: String, _ value: JSONValue) { members.append(.init(name, value)) }
        // Bedrock has the model in the path, and the version in the body.
        if provider == .bedrock { add("anthropic_version", JSONValue(model.bedrockVersion)) } else { add("model", JSONValue(model.id)) }
        add("max_tokens", JSONValue(Self.maxTokens))
        add("system", JSONValue(Prompt.system(question.catalogue, rung: rung)))
        add("messages", .array(messages))
        let schema = AnswerSchema.json(question.catalogue)
        switch rung {
        case .format: add("output_config", ["effort": "medium", "format": ["type": "json_schema", "schema": schema]])
        case .tool:
            add("tools", .array([["name": JSONValue(Self.toolName), "description": "Takes the explanation of the failure.", "strict": true, "input_schema": schema]]))
            add("tool_choice", ["type": "tool", "name": JSONValue(Self.toolName)])
        case .plain: break
        }
        return .object(members)
    }

    private var messages: [JSONValue] {
        let first = Self.message("user", [Self.text(question.facts), Self.text(question.log(fence: fence))])
        guard let repair else { return [first] }
        let complaint = Prompt.repair(repair.errors)
        let calls = repair.answer.compactMap { $0["type"]?.string == "tool_use" ? $0["id"]?.string : nil }
        let reply: [JSONValue] = calls.isEmpty ? [Self.text(complaint)] : calls.map { ["type": "tool_result", "tool_use_id": JSONValue($0), "is_error": true, "content": JSONValue(complaint)] }
        return [first, Self.message("assistant", repair.answer), Self.message("user", reply)]
    }

    private static func text(_ text: String) -> JSONValue { ["type": "text", "text": JSONValue(text)] }
    private static func message(_ role: String, _ content: [JSONValue]) -> JSONValue { ["role": JSONValue(role), "content": .array(content)] }
}
