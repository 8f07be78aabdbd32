import AWS
import Effects
import JSON
import Runs

/// Follows a Glue job run by GetJobRun.
struct JobRunFollower: Follower {
    private let id: WorkloadID
    private let options: FollowOptions
    private let label: String?
    private var pace: PollPace
    private var isWaiting = false
    private var due = Instant(sinceStart: .zero)
    private var status: String?
    private var sources: [LogSource] = []
    private(set) var outcome: Outcome?

    /// `label`: of its logs; nil for the work itself.
    init(id: WorkloadID, _ options: FollowOptions, label: String?) {
        (self.id, self.options, self.label, pace) = (id, options, label, options.pace)
    }

    var reported: Outcome? { outcome }
    var nextDue: Instant? { isWaiting || outcome != nil ? nil : due }
    var activity: String { status.map { "job run \($0)" } ?? "running" }

    mutating func hurry(at now: Instant) { due = min(due, now) }

    mutating func due(at now: Instant) -> [PendingCall] {
        guard !isWaiting, outcome == nil, now >= due else { return [] }
        isWaiting = true
        return [PendingCall(tag: 0, request: Glue.observe(id).request.asPoll)]
    }

    mutating func take(_ reply: Result<JSONValue, CallError>, tag: Int, at now: Instant) -> [News] {
        isWaiting = false
        due = now + pace.next()
        guard case .success(let page) = reply else {
            due = now + pace.afterFailure()
            return []
        }
        guard let run = page["JobRun"], let state = run["JobRunState"]?.string else { return [.notShown("AWS Glue shows no state of job run \(id.text)")] }
        var news: [News] = []
        outcome = Glue.outcome(run, state)
        if state != status {
            status = state
            if outcome == nil { news.append(.event(RunEvent("state", at: nil, "job run \(state)", fields: [.init("status", JSONValue(state))]))) }
        }
        if options.logs { news += logs(run) }
        if let ended = outcome?.ended { news += sources.map { .logsEnded($0, ended) } }
        return news
    }

    /// The driver's standard output and error, each a stream named after the run.
    private mutating func logs(_ run: JSONValue) -> [News] {
        let state = run["JobRunState"]?.string
        guard sources.isEmpty, let stream = run["Id"]?.string, state != "STARTING", state != "WAITING" else { return [] }
        let group = run["LogGroupName"]?.string ?? "/aws-glue/jobs"
        sources = ["output", "error"].map { (kind: String) in
            LogSource(group: "\(group)/\(kind)", stream: stream, label: label.map { "\($0) \(kind)" } ?? kind, mayBeMissing: kind == "error")
        }
        return sources.map { .logs($0) }
    }
}
