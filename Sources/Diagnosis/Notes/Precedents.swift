import JSON

/// How earlier runs of the job ended, and what was decided and done about their failures. It is counted from the history and
/// the audit file; no model has a say in it.
package struct Precedents: Equatable, Sendable {
    package struct Failure: Equatable, Sendable {
        /// `197/1`.
        let run: String
        /// RFC 3339.
        let time: String
        let failureClass: String
        /// What became of the advice: `open`, `approved`, `rejected`, `allowed`; nil where none is recorded.
        let decision: String?
        /// Whether the job succeeded when it was started again; nil where it was not.
        let retryHelped: Bool?

        package init(run: String, time: String, failureClass: String, decision: String?, retryHelped: Bool?) {
            (self.run, self.time, self.failureClass, self.decision, self.retryHelped) = (run, time, failureClass, decision, retryHelped)
        }
    }

    /// That were looked at; the one that is explained is not among them.
    private let runs: Int
    /// Newest first.
    private let failures: [Failure]
    /// In the notes.
    private static let shown = 3

    package init(runs: Int, failures: [Failure]) {
        (self.runs, self.failures) = (runs, failures)
    }

    /// "Failed 4 of the last 30 runs with this class; a retry helped 3 of 4." Nil where there were no runs.
    func sentence(on failureClass: String) -> String? {
        guard runs > 0 else { return nil }
        let same = failures.filter { $0.failureClass == failureClass }
        guard !same.isEmpty else { return "None of the last \(runs) run\(runs == 1 ? "" : "s") failed with this class." }
        let retries = same.compactMap(\.retryHelped)
        let helped = retries.isEmpty ? "none was tried again" : "a retry helped \(retries.count { $0 }) of \(retries.count)"
        return "Failed \(same.count) of the last \(runs) run\(runs == 1 ? "" : "s") with this class; \(helped)."
    }

    func json(on failureClass: String) -> JSONValue {
        let same = failures.filter { $0.failureClass == failureClass }
        var members: [JSONValue.Member] = [.init("runs", JSONValue(runs))]
        members += Self.counts(same)
        members.append(.init("similar", .array(same.prefix(Self.shown).map { Self.json(of: $0) })))
        return .object(members)
    }

    /// For a reader who has to find the class yet: counts for each.
    var facts: JSONValue {
        var classes: [String] = []
        for failure in failures where !classes.contains(failure.failureClass) { classes.append(failure.failureClass) }
        let counts = classes.map { name -> JSONValue in
            let members: [JSONValue.Member] = [.init("class", JSONValue(name))]
            return .object(members + Self.counts(failures.filter { $0.failureClass == name }))
        }
        return ["runs": JSONValue(runs), "failures": .array(counts)]
    }

    private static func counts(_ failures: [Failure]) -> [JSONValue.Member] {
        let retries = failures.compactMap(\.retryHelped)
        return [
            .init("failed", JSONValue(failures.count)), .init("retried", JSONValue(retries.count)), .init("retry_helped", JSONValue(retries.count { $0 })),
            .init("approved", JSONValue(failures.count { $0.decision == "approved" || $0.decision == "allowed" })),
            .init("rejected", JSONValue(failures.count { $0.decision == "rejected" })),
        ]
    }

    private static func json(of failure: Failure) -> JSONValue {
        [
            "run": JSONValue(failure.run), "time": JSONValue(failure.time), "decision": JSONValue(failure.decision),
            "retry_helped": failure.retryHelped.map { .bool($0) } ?? .null,
        ]
    }
}
