package import Effects
package import JSON

/// What was advised after one failure, and what became of it.
package struct Advice: Sendable {
    package enum Standing: String, Sendable { case open, approved, rejected, allowed }

    /// Counted from 1 in the audit file.
    package let number: Int
    package let time: Timestamp
    package let job: String?
    package let instance: String?
    /// `198/1`.
    package let run: String?
    /// The root-cause notes, as `awsjob explain --json` gives them.
    package let notes: JSONValue
    /// SHA-256 of the evidence that was asked about.
    package let evidence: String?
    package fileprivate(set) var standing = Standing.open
    package fileprivate(set) var decidedBy: String?
    /// The exact line that was given out.
    package fileprivate(set) var deed: String?
    package fileprivate(set) var actedAt: Timestamp?
    /// How the job's next run ended: AWS's word or `exit code 3`.
    package fileprivate(set) var ending: String?
    package fileprivate(set) var grade: Grade?

    package struct Grade: Equatable, Sendable {
        package let failureClass: String
        /// Nil: nobody can tell.
        package let helped: Bool?
    }

    package var failureClass: String { notes["class"]?.string ?? "UNKNOWN" }
    package var action: String { notes["action"]?.string ?? "manual" }
    package var confidence: String { notes["confidence"]?.string ?? "low" }
    package var source: String { notes["source"]?.string ?? "rules" }
    package var summary: String { notes["summary"]?.string ?? "" }

    fileprivate init?(_ entry: AuditEntry) {
        guard entry.kind == .advised, let notes = entry["notes"] else { return nil }
        (number, time, self.notes) = (entry.advice, entry.time, notes)
        (job, instance, run, evidence) = (entry["job"]?.string, entry["instance"]?.string, entry["run"]?.string, entry["evidence"]?.string)
    }

    /// What goes into the audit file when notes are given.
    package static func entry(_ number: Int, job: String?, instance: String?, run: String?, notes: JSONValue, evidence: String?, at time: Timestamp) -> AuditEntry {
        AuditEntry(
            .advised, advice: number, at: time,
            [.init("job", JSONValue(job)), .init("instance", JSONValue(instance)), .init("run", JSONValue(run)), .init("evidence", JSONValue(evidence)), .init("notes", notes)])
    }
}

/// All advice, as the audit file tells it; oldest first.
package struct AdviceBook: Sendable {
    package private(set) var all: [Advice] = []

    package init(_ entries: [AuditEntry]) {
        for entry in entries {
            if let advice = Advice(entry) {
                all.append(advice)
            } else if let index = all.lastIndex(where: { $0.number == entry.advice }) {
                Self.apply(entry, to: &all[index])
            }
        }
    }

    package func advice(_ number: Int) -> Advice? { all.last { $0.number == number } }

    private static func apply(_ entry: AuditEntry, to advice: inout Advice) {
        switch entry.kind {
        case .approved: (advice.standing, advice.decidedBy) = (.approved, entry.by)
        case .rejected: (advice.standing, advice.decidedBy) = (.rejected, entry.by)
        case .allowed: (advice.standing, advice.decidedBy) = (.allowed, entry["rule"]?.string)
        case .acted: (advice.deed, advice.actedAt) = (entry["line"]?.string, entry.time)
        case .ended: advice.ending = entry["outcome"]?.string
        case .graded: advice.grade = entry["class"]?.string.map { .init(failureClass: $0, helped: entry["helped"]?.bool) }
        case .advised: break
        }
    }

    /// The advice on a job that was acted upon and whose result is not known yet.
    package func awaitingEnd(job: String, instance: String) -> Advice? {
        all.last { $0.job == job && ($0.instance ?? "") == instance && $0.deed != nil && $0.ending == nil }
    }
}
