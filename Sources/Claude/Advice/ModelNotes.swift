import Diagnosis
package import JSON

/// Notes of Claude, in the form of the offline ones.
package struct ModelNotes: Sendable {
    private let answer: Answer
    private let decision: Decision
    private let model: Model
    private let background: Background
    package let cost: Cost
    /// The model's class is one after which nothing may be restarted unseen.
    package var veto: Bool { answer.failure?.veto != nil }

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
        (self.answer, self.model, self.cost, background) = (answer, model, cost, question.background)
    }

    /// The offline notes with their answer replaced; what is not of the answer stays, and `rules` keeps what theirs was.
    package func json(over offline: JSONValue) -> JSONValue {
        let failureClass = answer.failure?.id ?? Notes.unknownClass
        let ours: [(String, JSONValue)] = [
            ("class", JSONValue(failureClass)), ("title", JSONValue(answer.failure?.title)), ("action", JSONValue(decision.action.rawValue)),
            ("confidence", JSONValue(decision.confidence.rawValue)), ("summary", JSONValue(answer.summary)),
            ("evidence", .array(answer.quotes.map { ["line": JSONValue($0.line), "quote": JSONValue($0.text)] })),
            ("next_steps", .array(answer.steps.map { JSONValue($0) })), ("impact", JSONValue(background.impact(answer.impact))),
            ("restart_reason", JSONValue(background.reason(decision.reason, failureClass))), ("history", background.history(failureClass)), ("source", JSONValue(model.id)),
        ]
        let rules: [JSONValue.Member] = ["class", "action", "confidence"].map { .init($0, offline[$0] ?? .null) }
        let members = (offline.members ?? []).map { member in JSONValue.Member(member.name, ours.first { $0.0 == member.name }?.1 ?? member.value) }
        return .object(members + [.init("rules", .object(rules)), .init("cost", cost.json)])
    }
}
