import Diagnosis
package import JSON

/// Notes of Claude, in the form of the offline ones.
package struct ModelNotes: Sendable {
    private let answer: Answer
    private let decision: Decision
    private let model: Model
    package let cost: Cost

    /// What it took.
    package struct Cost: Equatable, Sendable {
        package var requests = 0
        /// Bytes of bodies that left.
        package var bytes = 0
        package var tokens = 0
        /// Millionths of a US dollar.
        package var microdollars = 0

        var json: JSONValue {
            ["requests": JSONValue(requests), "bytes_sent": JSONValue(bytes), "tokens": JSONValue(tokens), "microdollars": JSONValue(microdollars)]
        }
    }

    /// Throws where the offline notes are better founded.
    init(_ answer: Answer, to question: Question, of model: Model, _ cost: Cost) throws(ClaudeFailure) {
        let rules = question.verdict
        if let known = rules.failure, question.isCause, answer.failure?.id != known.id {
            if question.isProvenByAWS { throw .overruled("Claude says \(answer.failure?.id ?? Notes.unknownClass), AWS itself proves \(known.id)") }
            if answer.failure == nil { throw .overruled("Claude knows no cause, the rules do") }
        }
        decision = Decision(answer, question)
        (self.answer, self.model, self.cost) = (answer, model, cost)
    }

    /// The offline notes with their answer replaced; what is not of the answer stays.
    package func json(over rules: JSONValue) -> JSONValue {
        let ours: [(String, JSONValue)] = [
            ("class", JSONValue(answer.failure?.id ?? Notes.unknownClass)), ("title", JSONValue(answer.failure?.title)), ("action", JSONValue(decision.action.rawValue)),
            ("confidence", JSONValue(decision.confidence.rawValue)), ("summary", JSONValue(answer.summary)),
            ("evidence", .array(answer.quotes.map { ["line": JSONValue($0.line), "quote": JSONValue($0.text)] })),
            ("next_steps", .array(answer.steps.map { JSONValue($0) })), ("impact", JSONValue(answer.impact)), ("restart_reason", JSONValue(decision.reason)),
            ("source", JSONValue(model.id)),
        ]
        let members = (rules.members ?? []).map { member in JSONValue.Member(member.name, ours.first { $0.0 == member.name }?.1 ?? member.value) }
        return .object(members + [.init("cost", cost.json)])
    }

    /// Lines for a terminal or a log, as `Notes.lines` has them; `visible` makes text from elsewhere harmless.
    package func lines(over rules: JSONValue, visible: (String) -> String) -> [String] {
        func row(_ label: String, _ text: String) -> String { label + String(repeating: " ", count: max(1, 12 - label.utf8.count)) + visible(text) }
        var lines = [
            row("root cause:", answer.summary),
            row("class:", "\(answer.failure.map { "\($0.id) (\($0.title))" } ?? Notes.unknownClass), confidence \(decision.confidence.rawValue), by \(model.id)"),
        ]
        if let job = rules["job"]?.string { lines.append(row("job:", job)) }
        if let field = rules["aws"]?.string { lines.append(row("AWS says:", String(field.prefix(200)))) }
        lines += answer.quotes.map { row("line \($0.line):", String($0.text.prefix(200))) }
        lines.append(row("impact:", answer.impact))
        lines += answer.steps.enumerated().map { row($0.offset == 0 ? "next:" : "", $0.element) }
        lines.append(row("restart:", "\(decision.action.rawValue): \(decision.reason)"))
        return lines
    }
}
