import Effects
import Runs

/// How a job ended, and why: AWS scatters both over containers, attempts, children and nodes.
extension JobDescription {
    /// Of this job alone; nil while it runs. An unknown status means running.
    var outcome: Outcome? {
        guard hasEnded else { return nil }
        var outcome = Outcome(kind: kind, status: status)
        outcome.condition = condition
        outcome.exitCode = decidingContainer?.exitCode
        (outcome.started, outcome.ended) = (started ?? created, stopped)
        if outcome.kind != .succeeded, let reason { (outcome.error, outcome.cause) = Self.split(reason) }
        return outcome
    }

    private var kind: Outcome.Kind {
        switch condition {
        case "TIMED_OUT": .timedOut
        case "TERMINATED", "CANCELLED": .stopped
        default: status == "SUCCEEDED" ? .succeeded : .failed
        }
    }

    private var condition: String? {
        guard status == "FAILED" else { return nil }
        let reasons = [statusReason, attempts.last?.statusReason].compactMap { $0 }
        if reasons.contains(where: { $0.contains("duration exceeded timeout") }) { return "TIMED_OUT" }
        if isTerminated { return "TERMINATED" }
        return isCancelled || reasons.contains { $0.hasPrefix("Canceled by JobStateTimeLimit") } ? "CANCELLED" : nil
    }

    /// The container that stands for the last attempt; nil when none of them tells anything.
    var decidingContainer: Container? {
        Self.deciding(among: attempts.last?.containers ?? []) ?? Self.deciding(among: containers)
    }

    /// An essential one that failed before one that tells a reason. A container that is not essential is killed when those
    /// have ended, so its exit code says nothing; what kept it from starting does.
    static func deciding(among containers: [Container]) -> Container? {
        let marked = containers.filter(\.isEssential)
        let essential = marked.isEmpty ? containers : marked
        return essential.first { $0.exitCode.map { $0 != 0 } ?? false } ?? essential.first { $0.reason != nil } ?? essential.first { $0.exitCode != nil }
            ?? containers.first { $0.exitCode == nil && $0.reason != nil }
    }

    /// What the container says goes before what Batch says: Batch often says only that a container has ended. Of a job that
    /// was stopped, Batch tells who did it.
    var reason: String? {
        let batch = [statusReason, attempts.last?.statusReason].compactMap { $0 }.first { !Self.saysNothing($0) }
        return condition == nil ? decidingContainer?.reason ?? batch : batch ?? decidingContainer?.reason
    }

    static func saysNothing(_ reason: String) -> Bool { reason.hasPrefix("Essential container in task exited") }

    /// `OutOfMemoryError: Container killed …` is an error and its cause.
    private static func split(_ reason: String) -> (error: String?, cause: String) {
        let word = reason.prefix { $0.isASCII && ($0.isLetter || $0.isNumber) }
        let rest = reason.dropFirst(word.count)
        guard word.count >= 4, rest.hasPrefix(": "), word.hasSuffix("Error") || word.hasSuffix("Exception") else { return (nil, reason) }
        return (String(word), String(rest.dropFirst(2)))
    }

    /// `exit code 7: reason`
    var ending: String {
        let code = decidingContainer?.exitCode.map { "exit code \($0)" }
        return [condition, code, status == "FAILED" ? reason : nil].compactMap { $0 }.joined(separator: ": ")
    }
}

/// The outcome of a job that consists of others.
enum PartsOutcome {
    /// An array: `parts` are its children that did not succeed, by index. Exit code and error come from one of them: the
    /// lowest index with an exit code other than 0, else the lowest.
    static func array(_ parent: JobDescription, failed parts: [(index: Int, job: JobDescription)]) -> Outcome? {
        guard var outcome = parent.outcome, parent.status == "FAILED", !parts.isEmpty else { return parent.outcome }
        let failed = parts.filter { $0.job.outcome?.kind != .stopped }
        outcome.hasStoppedParts = failed.count < parts.count
        if outcome.kind == .stopped {
            if !failed.isEmpty { outcome.cause = [outcome.cause, text(parent, failed)].compactMap { $0 }.joined(separator: "; ") }
            return outcome
        }
        let ends = (failed.isEmpty ? parts : failed).compactMap { $0.job.outcome }
        if let first = ends.first, ends.allSatisfy({ $0.kind == first.kind }) { (outcome.kind, outcome.condition) = (first.kind, first.condition) }
        // The exit code of a child that ran out of time is not its own.
        let alike = ends.filter { $0.kind == outcome.kind }
        let deciding = alike.first { $0.exitCode.map { $0 != 0 } ?? false } ?? alike.first ?? ends.first
        (outcome.exitCode, outcome.error) = (deciding?.exitCode, deciding?.error)
        outcome.cause = text(parent, parts)
        return outcome
    }

    private static func text(_ parent: JobDescription, _ parts: [(index: Int, job: JobDescription)]) -> String {
        let shown = parts.prefix(10).map { "child \($0.index) \($0.job.ending)".trimmed }
        let more = parts.count > 10 ? ["and \(parts.count - 10) more"] : []
        let count = max(parts.count, parent.summary.first { $0.status == "FAILED" }?.count ?? 0)
        return "\(count) of \(parent.arraySize ?? parts.count) children failed: " + (shown + more).joined(separator: "; ")
    }

    /// A multi-node job: the main node decides. The exit code of another node, which AWS Batch kills when the main one is
    /// gone, counts only where neither the main node nor the job itself tells anything.
    static func nodes(_ parent: JobDescription, _ nodes: [(index: Int, job: JobDescription)]) -> Outcome? {
        guard var outcome = parent.outcome, outcome.kind != .stopped else { return parent.outcome }
        let main = nodes.first { $0.index == parent.mainNode }
        let failed = nodes.first { $0.job.outcome?.exitCode.map { $0 != 0 } ?? false }
        let mainTells = main?.job.outcome.map { ($0.exitCode ?? 0) != 0 || $0.reason != nil } ?? false
        let isMute = outcome.kind != .succeeded && !mainTells && outcome.reason == nil
        guard let deciding = isMute ? failed ?? main : main, let end = deciding.job.outcome else { return outcome }
        outcome.exitCode = end.exitCode
        guard outcome.kind != .succeeded, mainTells || isMute else { return outcome }
        if end.kind != .succeeded, outcome.condition == nil { (outcome.kind, outcome.condition) = (end.kind, end.condition) }
        let code = end.exitCode.map { "exit code \($0)" }
        let words = [end.condition, code, end.cause].compactMap { $0 }.joined(separator: ": ")
        (outcome.error, outcome.cause) = (end.error, "node \(deciding.index) \(words)".trimmed)
        return outcome
    }
}

extension String {
    fileprivate var trimmed: String { last == " " ? String(dropLast()) : self }
}
