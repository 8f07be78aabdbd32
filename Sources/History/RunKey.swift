package import Runs

/// Which run and try of which job. A run on a terminal has no job; its runner's mark stands for the run.
package struct RunKey: Hashable, Sendable {
    package let instance: String
    /// Empty on a terminal.
    package let job: String
    package let run: String
    package let attempt: Int

    package init(instance: String, job: String, run: String, attempt: Int) {
        (self.instance, self.job, self.run, self.attempt) = (instance, job, run, attempt)
    }

    package init(_ identity: RunIdentity?, attempt: Int, owner: String) {
        self.init(instance: identity?.instance ?? "", job: identity?.job ?? "", run: identity?.run ?? owner, attempt: attempt)
    }

    /// `payroll:198/1`, `terminal:4711-0123456789abcdef`: what `RunSelector` takes.
    package var text: String { job.isEmpty ? "\(RunSelector.terminal):\(run)" : "\(job):\(run)/\(attempt)" }
}

/// `JOB[:RUN[/TRY]]`, as operators write it; the newest where several match.
package struct RunSelector: Equatable, Sendable {
    /// The job that runs on a terminal are listed under.
    package static let terminal = "terminal"

    package let job: String
    package let run: String?
    package let attempt: Int?

    /// Nil for an empty job, or a try that is no number.
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":") else {
            guard !text.isEmpty else { return nil }
            (job, run, attempt) = (text, nil, nil)
            return
        }
        let job = String(text[..<colon])
        let parts = text[text.index(after: colon)...].split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard !job.isEmpty, let run = parts.first, !run.isEmpty else { return nil }
        let attempt = parts.count > 1 ? Int(parts[1]) : nil
        guard parts.count == 1 || attempt != nil else { return nil }
        self.job = job == Self.terminal && attempt == nil ? "" : job
        (self.run, self.attempt) = (run, attempt)
    }

    package func matches(_ key: RunKey) -> Bool {
        key.job == job && (run == nil || key.run == run) && (attempt == nil || key.attempt == attempt)
    }
}
