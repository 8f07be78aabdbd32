import Diagnosis

/// What is recommended after an answer: the most careful of what the rules say, what the model says, and what the catalogue says
/// of the model's class. So an answer makes no recommendation quicker, whether the rules know a cause or not.
struct Decision: Equatable {
    let action: Action
    let reason: String
    let confidence: Confidence

    init(_ answer: Answer, _ question: Question) {
        let rules = question.verdict
        confidence = Self.confidence(answer, question)
        guard question.orders == 0 else {
            // Somebody speaks to the reader from inside the log: the model may have listened.
            (action, reason) = (rules.action, "The log gives orders to its reader, so the rules decide. \(rules.reason)")
            return
        }
        let usual = answer.failure?.fix ?? "The cause is not known."
        let most = [answer.action, answer.failure?.action ?? .manual].reduce(rules.action, Self.moreCareful)
        let isVetoed = [answer.failure, rules.failure].contains { $0?.veto != nil }
        action = most == .immediate && isVetoed ? .delayed : most
        reason = !question.isCause ? usual : action == rules.action ? rules.reason : "More careful than the rules, which say \(rules.action.rawValue). \(usual)"
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
