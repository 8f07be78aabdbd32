import Diagnosis

/// What is recommended after an answer. The answer may make the rules' recommendation more careful, or give one where the rules
/// know no cause; it never makes it quicker.
struct Decision: Equatable {
    let action: Action
    let reason: String
    let confidence: Confidence

    init(_ answer: Answer, _ question: Question) {
        let rules = question.verdict
        let usual = answer.failure?.fix ?? "The cause is not known."
        var (action, reason) = (answer.action, usual)
        if question.orders > 0 {
            // Somebody speaks to the reader from inside the log: the model may have listened.
            (action, reason) = (rules.action, "The log gives orders to its reader, so the rules decide. \(rules.reason)")
        } else if question.isCause {
            action = Self.moreCareful(rules.action, action)
            reason = action == rules.action ? rules.reason : "More careful than the rules, which say \(rules.action.rawValue). \(usual)"
        } else if let failure = answer.failure, answer.quotes.contains(where: { quote in rules.lines.contains { $0.number == quote.line } }) {
            // It rests on an error that the rules saw too. Log text alone never calls for a restart at once.
            action = Self.moreCareful(action, Self.moreCareful(failure.action, .delayed))
        } else {
            action = Self.moreCareful(action, .manual)
        }
        if action == .immediate, [answer.failure?.veto, rules.failure?.veto].contains(where: { $0 != nil }) { (action, reason) = (.delayed, "Never at once. \(usual)") }
        (self.action, self.reason) = (action, reason)
        confidence = Self.confidence(answer, question)
    }

    /// From the quickest to the most careful: a person who must look first rules out every restart.
    static func moreCareful(_ a: Action, _ b: Action) -> Action {
        let order: [Action] = [.immediate, .delayed, .fallback, .manual, .verifyFirst]
        return (order.firstIndex(of: a) ?? 0) < (order.firstIndex(of: b) ?? 0) ? b : a
    }

    /// Computed: whether the rules agree, how sure they are, and how much of the evidence held.
    private static func confidence(_ answer: Answer, _ question: Question) -> Confidence {
        let rules = question.verdict
        let all: [Confidence] = [.low, .medium, .high]
        var level: Int
        if answer.failure == nil {
            level = 0
        } else if answer.failure?.id == rules.failure?.id {
            level = (all.firstIndex(of: rules.confidence) ?? 0) + (answer.quotes.isEmpty ? 0 : 1)
        } else {
            level = question.isCause || answer.quotes.isEmpty ? 0 : 1
        }
        if answer.dropped > 0 || question.orders > 0 { level -= 1 }
        return all[min(max(level, 0), all.count - 1)]
    }
}
