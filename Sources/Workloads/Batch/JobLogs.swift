import AWS
import Effects

/// The log streams of a job: one for each container of each attempt.
struct JobLogs {
    /// What stands in front of the labels: a state's name, "child 3", "node 0".
    private let label: String?
    private var sources: [String: LogSource] = [:]
    private var ended: Set<String> = []
    private var hasWarned = false

    init(label: String?) {
        self.label = label
    }

    mutating func read(_ job: JobDescription) -> [News] {
        var news: [News] = []
        for (index, attempt) in job.attempts.enumerated() {
            news += attempt.containers.flatMap { open($0, in: job, attempt: index + 1) }
            news += attempt.containers.compactMap { end($0, at: attempt.stopped ?? job.stopped) }
        }
        // The attempt that runs is not among `attempts` yet; the last one stays there as `container`.
        news += job.containers.flatMap { open($0, in: job, attempt: job.hasEnded ? max(1, job.attempts.count) : job.attempts.count + 1) }
        if job.hasEnded { news += job.containers.compactMap { end($0, at: job.stopped) } }
        return news
    }

    private mutating func open(_ container: JobDescription.Container, in job: JobDescription, attempt: Int) -> [News] {
        if let driver = container.logDriver, driver != "awslogs" { return warn("its log goes to the driver \(driver), not to CloudWatch, and is not shown", "look there") }
        guard let stream = container.stream else {
            let hasRun = job.isKubernetes && (container.exitCode != nil || job.status == "RUNNING")
            return hasRun ? warn("AWS Batch names no log streams of jobs on EKS, so no log is shown", "look where the cluster ships its logs") : []
        }
        guard sources[stream] == nil else { return [] }
        let destination = container.log ?? job.containers.first { $0.name == container.name }?.log ?? .standard
        let parts = [label, container.name, attempt > 1 ? "attempt \(attempt)" : nil].compactMap { $0 }
        let source = LogSource(region: destination.region, group: destination.group, stream: stream, label: parts.isEmpty ? nil : parts.joined(separator: " "))
        sources[stream] = source
        return [.logs(source)]
    }

    private mutating func end(_ container: JobDescription.Container, at time: Timestamp?) -> News? {
        guard let time, let stream = container.stream, let source = sources[stream], ended.insert(stream).inserted else { return nil }
        return .logsEnded(source, time)
    }

    private mutating func warn(_ what: String, _ next: String) -> [News] {
        defer { hasWarned = true }
        return hasWarned ? [] : [.warning(what, next: next)]
    }
}
