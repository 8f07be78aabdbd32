import AWS
import Effects
import JSON
import Runs

/// What has been told of one job, so that each change is told once.
struct JobProgress {
    private let label: String?
    private var status: String?
    private var statusReason: String?
    private var attempts = 0
    private var summary = ""
    private var logs: JobLogs
    private(set) var last: JobDescription?

    /// `label`: nil for the job itself, "child 3" or "node 0" for a part of it.
    init(label: String?, prefix: String?) {
        self.label = label
        let parts = [prefix, label].compactMap { $0 }
        logs = JobLogs(label: parts.isEmpty ? nil : parts.joined(separator: " "))
    }

    mutating func read(_ job: JobDescription, tellsStates: Bool, logs wantsLogs: Bool) -> [News] {
        var news: [News] = []
        for (index, attempt) in job.attempts.enumerated().dropFirst(attempts) where isWorthALine(attempt, index + 1, job) {
            news.append(.event(event(attempt, index + 1)))
        }
        attempts = max(attempts, job.attempts.count)
        if tellsStates { news += states(job) }
        if wantsLogs { news += logs.read(job) }
        last = job
        return news
    }

    private mutating func states(_ job: JobDescription) -> [News] {
        var news: [News] = []
        if job.status != status || job.statusReason != statusReason {
            // The end is told when everything about it is known.
            if !job.hasEnded { news.append(.event(event(job, at: time(of: job)))) }
            if job.status == "RUNNABLE", let reason = job.statusReason, reason != statusReason {
                let advice = StuckReason.advice(reason)
                news.append(.warning("the job is \(advice.what): \(reason)", next: advice.next))
            }
            (status, statusReason) = (job.status, job.statusReason)
        }
        let counts = job.summary.filter { $0.count > 0 }.map { "\($0.count) \($0.status)" }.joined(separator: ", ")
        if counts != summary, let size = job.arraySize {
            news.append(.event(RunEvent("array", at: nil, "array of \(size): \(counts)", fields: [.init("size", JSONValue(size)), .init("summary", .object(job.summary.map { .init($0.status, JSONValue($0.count)) }))])))
            summary = counts
        }
        return news
    }

    /// AWS keeps times of three of the changes.
    private func time(of job: JobDescription) -> Timestamp? {
        switch job.status {
        case "SUBMITTED": job.created
        case "RUNNING": job.started
        default: nil
        }
    }

    private func event(_ job: JobDescription, at time: Timestamp?) -> RunEvent {
        RunEvent(
            "state", at: time, "\(label ?? "job") \(job.status)" + (job.statusReason.map { ": \($0)" } ?? ""),
            fields: [.init("status", JSONValue(job.status)), .init("reason", JSONValue(job.statusReason))])
    }

    /// Of a child or a node only what its end does not tell.
    private func isWorthALine(_ attempt: JobDescription.Attempt, _ number: Int, _ job: JobDescription) -> Bool {
        label == nil || attempt.containers.contains { $0.exitCode != 0 } && !(job.hasEnded && number == job.attempts.count)
    }

    /// It runs, and Batch has not named its log stream yet.
    var lacksStream: Bool {
        guard let last, last.status == "RUNNING", !last.isKubernetes else { return false }
        return last.containers.allSatisfy { $0.stream == nil && $0.logDriver ?? "awslogs" == "awslogs" }
    }

    private func event(_ attempt: JobDescription.Attempt, _ number: Int) -> RunEvent {
        let failed = JobDescription.deciding(among: attempt.containers)
        let reason = failed?.reason ?? attempt.statusReason.flatMap { JobDescription.saysNothing($0) ? nil : $0 }
        let parts = [failed?.exitCode.map { "exit code \($0)" } ?? "no exit code", reason].compactMap { $0 }
        return RunEvent(
            "attempt", at: attempt.stopped, "\(label.map { $0 + " " } ?? "")attempt \(number) ended: \(parts.joined(separator: ": "))",
            fields: [.init("attempt", JSONValue(number)), .init("exit_code", failed?.exitCode.map { JSONValue($0) } ?? .null), .init("reason", JSONValue(reason))])
    }
}
