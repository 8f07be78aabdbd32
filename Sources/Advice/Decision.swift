package import Effects
import JSON

/// Whether an action may be taken, and the entries that record it.
package struct Decision {
    private let policy: Policy
    private let book: AdviceBook
    private let now: Timestamp

    package init(_ policy: Policy, _ book: AdviceBook, at now: Timestamp) {
        (self.policy, self.book, self.now) = (policy, book, now)
    }

    package struct Refusal: Error, Equatable, Sendable {
        package let reason: String
        package let next: String

        init(_ reason: String, next: String) {
            (self.reason, self.next) = (reason, next)
        }
    }

    /// A person approves. `action`: nil for the one that was advised.
    package func approve(_ advice: Advice, by: String, action: Remedy.Action?) throws(Refusal) -> (entries: [AuditEntry], remedy: Remedy) {
        try undecided(advice)
        guard let job = advice.job else { throw .init("advice \(advice.number) is about no AutoSys job", next: "start the work again by hand") }
        guard let action = action ?? Self.advised(advice.action) else {
            throw .init("advice \(advice.number) is '\(advice.action)': there is nothing to carry out", next: "repair the cause first; then approve with --action restart, if the restart is to be recorded here")
        }
        let rule = policy.rule(for: advice.failureClass, job: job, action: action)
        if let rule, !rule.approvers.isEmpty, !rule.approvers.contains(by) {
            throw .init("policy '\(rule.name)' lets only \(rule.approvers.joined(separator: ", ")) approve, not \(by)", next: "ask one of them")
        }
        let remedy = try remedy(action, advice, job, rule)
        return ([AuditEntry(.approved, advice: advice.number, by: by, at: now, [.init("action", JSONValue(action.rawValue))]), acted(advice, remedy)], remedy)
    }

    package func reject(_ advice: Advice, by: String, because note: String?) throws(Refusal) -> [AuditEntry] {
        try undecided(advice)
        return [AuditEntry(.rejected, advice: advice.number, by: by, at: now, [.init("note", JSONValue(note))])]
    }

    /// What the written policy allows without a person; nil where it allows nothing. `isVetoed`: the cause is one after
    /// which nothing may be restarted unseen.
    package func allow(_ advice: Advice, isVetoed: Bool) -> (entries: [AuditEntry], remedy: Remedy, rule: Policy.Rule)? {
        guard advice.standing == .open, !isVetoed, let job = advice.job, let action = Self.advised(advice.action),
            let rule = policy.rule(for: advice.failureClass, job: job, action: action), !rule.needsPerson,
            let remedy = try? remedy(action, advice, job, rule)
        else { return nil }
        return ([AuditEntry(.allowed, advice: advice.number, at: now, [.init("rule", JSONValue(rule.name))]), acted(advice, remedy)], remedy, rule)
    }

    private func undecided(_ advice: Advice) throws(Refusal) {
        guard advice.standing != .open else { return }
        throw .init("advice \(advice.number) was \(advice.standing.rawValue) already\(advice.decidedBy.map { ", by \($0)" } ?? "")", next: "awsjob advice show \(advice.number)")
    }

    private static func advised(_ action: String) -> Remedy.Action? {
        switch action {
        case "immediate", "delayed": .restart
        case "fallback": .fallback
        default: nil
        }
    }

    private func remedy(_ action: Remedy.Action, _ advice: Advice, _ job: String, _ rule: Policy.Rule?) throws(Refusal) -> Remedy {
        if let rule, let most = rule.atMost {
            let recent = book.all.filter { $0.job == job && $0.failureClass == advice.failureClass && $0.actedAt.map { now - $0 < rule.within } ?? false }
            guard recent.count < most else {
                throw .init("policy '\(rule.name)' allows this \(most) times in \(rule.within.text); that is used up", next: "repair the cause")
            }
        }
        guard action == .fallback else { return Remedy(.restart, job: job, instance: advice.instance) }
        guard let fallback = rule?.fallbackJob else { throw .init("no policy names a fallback job for \(advice.failureClass) of \(job)", next: "add a rule with fallback_job, or --action restart") }
        return Remedy(.fallback, job: fallback, instance: advice.instance)
    }

    private func acted(_ advice: Advice, _ remedy: Remedy) -> AuditEntry {
        AuditEntry(.acted, advice: advice.number, at: now, [.init("action", JSONValue(remedy.action.rawValue)), .init("line", JSONValue(remedy.line))])
    }
}
