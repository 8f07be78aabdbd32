import AWS
import Effects
import JSON
import Runs

/// Follows a job, with its children or nodes, by DescribeJobs for up to 100 of them in one call.
struct JobFollower: Follower {
    private let id: WorkloadID
    private let options: FollowOptions
    private let prefix: String?
    private var pace: PollPace
    private var job: JobProgress
    /// Children of an array, or nodes, by index.
    private var parts: [Int: JobProgress] = [:]
    private var partEnded: Set<Int> = []
    /// The parts to be asked for before the round is over.
    private var toAsk: [Int] = []
    private var asked: [Int] = []
    private var isWaiting = false
    private var due = Instant(sinceStart: .zero)
    private(set) var outcome: Outcome?
    private(set) var reported: Outcome?
    /// Until when what is missing about parts is waited for, once the end was seen.
    private var detailsDeadline: Instant?
    private var summary: [String] = []
    private var runnableSince: Instant?
    private var hasWarnedRunnable = false

    /// DescribeJobs takes that many ids.
    private static let idsAtMost = 100

    /// `prefix`: before the labels of its logs.
    init(id: WorkloadID, _ options: FollowOptions, label prefix: String?) {
        self.id = id
        self.options = options
        self.prefix = prefix
        pace = options.pace
        job = JobProgress(label: nil, prefix: prefix)
    }

    var nextDue: Instant? { isWaiting || outcome != nil ? nil : due }

    var activity: String { job.last.map { "job \($0.status)" } ?? "running" }

    /// A round through the children of an array can take half a minute, and the next one tells whether it is over.
    var isCatchingUp: Bool { outcome == nil && (reported != nil || !toAsk.isEmpty) }

    mutating func due(at now: Instant) -> [PendingCall] {
        guard !isWaiting, outcome == nil, now >= due else { return [] }
        isWaiting = true
        // A round begins with the job itself; what its parts need follows.
        asked = Array(toAsk.prefix(Self.idsAtMost))
        return [PendingCall(tag: 0, request: Batch.describe(askedIDs).asPoll)]
    }

    mutating func hurry(at now: Instant) { due = min(due, now) }

    /// The ids of the call that was due last.
    var askedIDs: [String] { asked.isEmpty ? [id.text] : asked.map(partID) }

    private func partID(_ index: Int) -> String { "\(id.text)\(job.last?.nodeCount == nil ? ":" : "#")\(index)" }

    mutating func take(_ reply: Result<JSONValue, CallError>, tag: Int, at now: Instant) -> [News] {
        isWaiting = false
        guard case .success(let page) = reply else {
            due = now + pace.afterFailure()
            return []
        }
        // The page may hold the jobs of others as well.
        let jobs = page["jobs"]?.array ?? []
        if asked.isEmpty { return takeJob(jobs.first { $0["jobId"]?.string == id.text }.flatMap(JobDescription.init), at: now) }
        return takeParts(Dictionary(jobs.map { ($0["jobId"]?.string ?? "", $0) }) { first, _ in first }, at: now)
    }

    // MARK: The job itself

    private mutating func takeJob(_ found: JobDescription?, at now: Instant) -> [News] {
        guard let found else {
            due = now + pace.soon()
            return [.notShown("AWS Batch shows no job \(id.text)")]
        }
        var news = job.read(found, tellsStates: true, logs: options.logs)
        news += stuck(found, at: now)
        if found.hasEnded { reported = reported ?? found.outcome }
        toAsk = partsToAsk(found)
        summary = found.summary.map { "\($0.status)\($0.count)" }
        if toAsk.isEmpty { endRound(at: now) } else { due = now }
        return news
    }

    /// Parts that may have changed. While nothing in an array's summary does, only those without a log stream are worth a call.
    private func partsToAsk(_ found: JobDescription) -> [Int] {
        let count = found.nodeCount ?? found.arraySize ?? 0
        guard count > 0 else { return [] }
        let open = (0..<count).filter { !partEnded.contains($0) }
        if found.hasEnded { return options.logs || found.status == "FAILED" || found.nodeCount != nil ? open : [] }
        let hasChanged = found.summary.map { "\($0.status)\($0.count)" } != summary
        if hasChanged || found.nodeCount != nil && found.status == "RUNNING" { return open }
        return options.logs ? open.filter { parts[$0]?.lacksStream ?? false } : []
    }

    /// Batch gives a reason only for the job at the head of its queue.
    private mutating func stuck(_ found: JobDescription, at now: Instant) -> [News] {
        guard found.status == "RUNNABLE" else {
            runnableSince = nil
            return []
        }
        let since = runnableSince ?? now
        runnableSince = since
        guard !hasWarnedRunnable, found.statusReason == nil, now - since >= .seconds(900) else { return [] }
        hasWarnedRunnable = true
        return [.warning("the job has been RUNNABLE for \((now - since).text), and AWS gives no reason", next: "look at the compute environments of the job queue, and at jobs before it")]
    }

    // MARK: Its parts

    private mutating func takeParts(_ jobs: [String: JSONValue], at now: Instant) -> [News] {
        var news: [News] = []
        for index in asked {
            guard let part = jobs[partID(index)].flatMap(JobDescription.init) else { continue }
            let label = "\(job.last?.nodeCount == nil ? "child" : "node") \(index)"
            var progress = parts[index] ?? JobProgress(label: label, prefix: prefix)
            news += progress.read(part, tellsStates: false, logs: options.logs)
            parts[index] = progress
            guard part.hasEnded, partEnded.insert(index).inserted, part.status == "FAILED" else { continue }
            news.append(.event(RunEvent("state", at: part.stopped, "\(label) FAILED: \(part.ending)", fields: [.init("status", "FAILED"), .init("part", JSONValue(index))])))
        }
        toAsk.removeFirst(min(asked.count, toAsk.count))
        asked = []
        // 10,000 children are a hundred calls: four a second.
        if toAsk.isEmpty { endRound(at: now) } else { due = now + .milliseconds(250) }
        return news
    }

    private mutating func endRound(at now: Instant) {
        due = now + pace.next()
        guard let found = job.last, found.hasEnded else { return }
        let isComplete = partsToAsk(found).isEmpty
        let deadline = detailsDeadline ?? now + .seconds(30)
        detailsDeadline = deadline
        guard isComplete || now >= deadline else {
            due = now + pace.soon()
            return
        }
        let known = parts.compactMap { index, part in part.last.map { (index: index, job: $0) } }.sorted { $0.index < $1.index }
        if found.nodeCount != nil {
            outcome = PartsOutcome.nodes(found, known)
        } else if found.arraySize != nil {
            outcome = PartsOutcome.array(found, failed: known.filter { $0.job.status == "FAILED" })
        } else {
            outcome = found.outcome
        }
        reported = outcome
    }
}
