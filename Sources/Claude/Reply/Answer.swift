import Diagnosis
import JSON

/// An answer whose every part was found to hold.
package struct Answer: Sendable {
    /// Nil: unknown.
    let failure: FailureClass?
    let action: Action
    let summary: String
    let impact: String
    let steps: [String]
    let quotes: [Quote]
    /// Quotes that were not what the log says.
    let dropped: Int

    struct Quote: Equatable, Sendable {
        let line: Int
        let text: String
    }

    static let bounds = (sentence: 240, step: 200, steps: 4, quotes: 4)
}

/// Why an answer cannot be used, in words that the model can mend it by.
struct AnswerErrors: Error, Equatable {
    let errors: [String]
}

extension Answer {
    /// Checks all of it against the question: nothing is believed because the model says so.
    init(_ json: JSONValue?, to question: Question) throws(AnswerErrors) {
        guard let json, json.members != nil else { throw AnswerErrors(errors: ["it is no JSON object"]) }
        var errors: [String] = []
        let strange = (json.members ?? []).map(\.name).filter { !AnswerSchema.names.contains($0) }
        if !strange.isEmpty { errors.append("it has other members than \(AnswerSchema.names.joined(separator: ", "))") }

        let failure = Self.failure(json["class"], question, &errors)
        let action = json["action"]?.string.flatMap { name in Action.allCases.first { $0.rawValue == name.lowercased() } }
        if action == nil { errors.append("action is none of \(Action.allCases.map(\.rawValue).joined(separator: ", "))") }
        let sentences = ["summary", "impact"].map { Self.sentence(json[$0], $0, &errors) }
        let steps = Self.steps(json["next_steps"], failure, &errors)
        let (quotes, dropped) = Self.quotes(json["evidence"], question, &errors)
        if failure != nil, quotes.isEmpty, !question.shown.isEmpty, !question.hasFields {
            errors.append("no quote stands exactly like that in the line that it names, and a class needs one")
        }
        guard errors.isEmpty, let action else { throw AnswerErrors(errors: errors) }
        (self.failure, self.action, self.steps, self.quotes, self.dropped) = (failure, action, steps, quotes, dropped)
        (summary, impact) = (sentences[0], sentences[1])
    }

    /// Capitals may differ; a class that only AWS can prove must have been proven by AWS's own fields.
    private static func failure(_ json: JSONValue?, _ question: Question, _ errors: inout [String]) -> FailureClass? {
        let name = json?.string?.uppercased() ?? ""
        if name == Notes.unknownClass { return nil }
        guard let failure = question.catalogue.classes.first(where: { $0.id.uppercased() == name }) else {
            errors.append("class is none of the list and not UNKNOWN")
            return nil
        }
        if failure.isOfAWS, failure.id != question.verdict.failure?.id { errors.append("\(failure.id) can be proven by the facts alone, and they do not prove it") }
        return failure
    }

    private static func sentence(_ json: JSONValue?, _ name: String, _ errors: inout [String]) -> String {
        let text = json?.string?.trimmed ?? ""
        if text.isEmpty { errors.append("\(name) is missing") }
        if text.unicodeScalars.count > bounds.sentence { errors.append("\(name) is longer than \(bounds.sentence) characters") }
        if let fault = PlainLanguage.fault(in: text) { errors.append("\(name) has \(fault)") }
        return text
    }

    /// Steps that are too long, or no plain language, are left out: the catalogue's own stand in for them. Words of the
    /// catalogue are taken as they are.
    private static func steps(_ json: JSONValue?, _ failure: FailureClass?, _ errors: inout [String]) -> [String] {
        guard let items = json?.array else {
            errors.append("next_steps is no list")
            return []
        }
        let own = failure?.steps ?? []
        let good = items.compactMap { $0.string?.trimmed }.filter { text in
            own.contains(text) || !text.isEmpty && text.unicodeScalars.count <= bounds.step && PlainLanguage.fault(in: text) == nil
        }
        return good.isEmpty ? own : Array(good.prefix(bounds.steps))
    }

    private static func quotes(_ json: JSONValue?, _ question: Question, _ errors: inout [String]) -> ([Quote], dropped: Int) {
        guard let items = json?.array else {
            errors.append("evidence is no list")
            return ([], 0)
        }
        var quotes: [Quote] = []
        var dropped = 0
        for item in items.prefix(bounds.quotes * 2) {
            guard let line = item["line"]?.int, let text = item["quote"]?.string, let quote = quote(text, line, question) else {
                dropped += 1
                continue
            }
            if !quotes.contains(quote), quotes.count < bounds.quotes { quotes.append(quote) }
        }
        return (quotes.sorted { $0.line < $1.line }, dropped)
    }

    /// Byte for byte as in the line that was shown, and long enough to be about it. In the notes stands what the log has: the whole
    /// line where hidden characters were left out for Claude. Nil for what does not hold.
    private static func quote(_ text: String, _ line: Int, _ question: Question) -> Quote? {
        guard let shown = question.shown[line], let original = question.original(line).flatMap({ String(validating: $0, as: UTF8.self) }) else { return nil }
        let isWhole = text == shown
        guard isWhole || text.utf8.count >= 8, Array(shown.utf8).firstRange(of: Array(text.utf8)) != nil else { return nil }
        return Quote(line: line, text: Array(original.utf8).firstRange(of: Array(text.utf8)) != nil ? text : original)
    }
}
