import AWS
import Effects
import JSON
import Runs

/// Follows an execution. While it runs, the newest page of its history stands for the status as well, so that a round
/// costs one call; the end comes from DescribeExecution.
struct ExecutionFollower: Follower {
    private enum Tag: Int { case history, status }

    private let id: WorkloadID
    private let options: FollowOptions
    private var pace: PollPace
    private var history = ExecutionHistory()
    private var inner: InnerWork
    private var due = Instant(sinceStart: .zero)
    /// The end and its details; the work inside may still have to be looked at.
    private var ended: Outcome?
    /// Until when work inside is looked at once the execution has ended, and until when at most.
    private var innerDeadline: Instant?
    private var innerLimit: Instant?
    private var isWaiting = false
    /// What AWS reported as the end, while details are still missing.
    private(set) var reported: Outcome?
    private var next: Tag = .history
    /// The pages of one round, newest first.
    private var pages: [HistoryEvent] = []
    private var pageSize = 1000
    private var pageToken: String?
    private var pageCount = 0
    /// A history has at most 25,000 events, 1,000 to a page.
    private static let pagesAtMost = 30
    private var historyIsDenied = false
    /// Once an end has been seen: until when its details (output, last events, status) are waited for.
    private var detailsDeadline: Instant?
    /// The work inside may show its last log streams after `ended`.
    private(set) var outcome: Outcome?

    /// `label`: nil for the work itself; the state that started it for an execution inside another.
    init(id: WorkloadID, _ options: FollowOptions, label: String?, depth: Int) {
        (self.id, self.options, pace) = (id, options, options.pace)
        inner = InnerWork(options, prefix: label, depth: depth)
    }

    var activity: String { history.current.map { "state \($0)" } ?? "running" }

    var nextDue: Instant? {
        guard outcome == nil else { return nil }
        return [isWaiting || ended != nil ? nil : due, inner.nextDue, innerDeadline].compactMap { $0 }.min()
    }

    mutating func hurry(at now: Instant) { due = min(due, now) }

    mutating func due(at now: Instant) -> [PendingCall] {
        guard outcome == nil else { return [] }
        settle(at: now)
        var calls = inner.due(at: now).map { PendingCall(tag: $0.tag + 2, request: $0.request, isAboutTheWork: false) }
        guard !isWaiting, ended == nil, now >= due else { return calls }
        isWaiting = true
        switch next {
        case .status: calls.append(PendingCall(tag: Tag.status.rawValue, request: StepFunctions.observe(id).request.asPoll))
        case .history: calls.append(PendingCall(tag: Tag.history.rawValue, request: historyPage().asPoll))
        }
        return calls
    }

    /// Work inside that still runs has ten seconds. Where it is over, and only reading about it takes longer, two minutes.
    private mutating func settle(at now: Instant) {
        guard let ended, outcome == nil else { return }
        let limit = innerLimit ?? now + .seconds(120)
        if innerLimit == nil {
            inner.hurry(at: now)
            innerDeadline = now + .seconds(10)
        }
        innerLimit = limit
        if let deadline = innerDeadline, now >= deadline, now < limit, inner.isCatchingUp { innerDeadline = min(limit, now + .seconds(1)) }
        if inner.isDone || innerDeadline.map({ now >= $0 }) ?? false { outcome = ended }
    }

    var shortfall: [News] { outcome == nil ? [] : inner.shortfall }

    /// With the data of the states only where the ids of the work inside are wanted: it can be large. Error and cause come
    /// all the same.
    private func historyPage() -> APICall {
        var parameters: [JSONValue.Member] = [
            .init("executionArn", JSONValue(id.text)), .init("reverseOrder", true), .init("maxResults", JSONValue(pageSize)),
            .init("includeExecutionData", .bool(options.logs)),
        ]
        if let pageToken { parameters.append(.init("nextToken", JSONValue(pageToken))) }
        return APICall(.stepFunctions, "GetExecutionHistory", .object(parameters))
    }

    mutating func take(_ reply: Result<JSONValue, CallError>, tag: Int, at now: Instant) -> [News] {
        if tag >= 2 {
            defer { settle(at: now) }
            return inner.take(reply, tag: tag - 2, at: now)
        }
        isWaiting = false
        defer { settle(at: now) }
        switch (Tag(rawValue: tag), reply) {
        case (.history, .success(let page)): return takeHistory(page, at: now)
        case (.history, .failure(let error)): return historyFailed(error, at: now)
        case (_, .success(let status)): takeStatus(status, at: now)
        case (_, .failure): (next, due) = (historyIsDenied ? .status : .history, now + pace.afterFailure())
        }
        return []
    }

    private mutating func takeHistory(_ page: JSONValue, at now: Instant) -> [News] {
        let events = (page["events"]?.array ?? []).compactMap(HistoryEvent.init)
        pages += events
        pageToken = page["nextToken"]?.string
        pageCount += 1
        let meetsKnown = events.map(\.id).min().map { $0 <= history.lastID + 1 } ?? false
        if !meetsKnown, pageToken != nil {
            if pageSize < 1000 || pageCount > Self.pagesAtMost {
                // More happened than a small page holds, or the pages lead nowhere: start over with the largest.
                if pageSize == 1000 { next = .status }
                due = now + (pageSize < 1000 ? .zero : pace.next())
                (pageSize, pageToken, pages, pageCount) = (1000, nil, [], 0)
            } else {
                due = now
            }
            return []
        }
        // An execution has events from its start; a reply without any says nothing, and the status is asked instead.
        let saysNothing = pages.isEmpty
        let shown = show(history.append(pages))
        (pages, pageToken, pageSize, pageCount) = ([], nil, 50, 0)
        if let reported { finish(reported, at: now) } else { scheduleAfterHistory(at: now, saysNothing: saysNothing) }
        return shown
    }

    private mutating func show(_ events: [HistoryEvent]) -> [News] {
        var shown: [News] = []
        for event in events {
            let line = history.describe(event)
            guard history.redriveCount(upTo: event.id) >= options.redrives else { continue }
            if let line { shown.append(.event(line)) }
            if options.logs, InnerWork.isWorthALook(event) { inner.note(event, state: history.state(of: event), scheduled: history.scheduled(of: event)) }
        }
        return shown
    }

    private mutating func scheduleAfterHistory(at now: Instant, saysNothing: Bool) {
        if saysNothing {
            (next, due) = (.status, now + pace.soon())
        } else if history.end != nil {
            (next, due) = (.status, now)
        } else {
            (next, due) = (historyIsDenied ? .status : .history, now + pace.next())
        }
    }

    /// The status is read instead, so that an end is not missed for want of a history.
    private mutating func historyFailed(_ error: CallError, at now: Instant) -> [News] {
        (pages, pageToken, pageCount) = ([], nil, 0)
        if let reported {
            finish(reported, at: now)
            return []
        }
        next = .status
        due = now + pace.soon()
        guard error.isAccessDenied, !historyIsDenied else { return [] }
        historyIsDenied = true
        return [.warning("this role may not call states:GetExecutionHistory, so no state changes are shown", next: "add that action from iam/stepfunctions.json")]
    }

    private mutating func takeStatus(_ reply: JSONValue, at now: Instant) {
        let isCurrent = reply["redriveCount"]?.count ?? options.redrives >= options.redrives
        guard isCurrent, let status = reply["status"]?.string, let ended = StepFunctions.outcome(reply, status: status) else {
            // Running; or, when the history has its end already, a status that is older than the history.
            next = historyIsDenied ? .status : .history
            due = now + (history.end != nil && waitsForDetails(at: now) ? pace.soon() : pace.next())
            return
        }
        let isComplete = ended.kind != .succeeded || ended.output != nil || reply["outputDetails"]?["included"]?.bool == false
        guard isComplete || !waitsForDetails(at: now) else {
            (next, due) = (.status, now + pace.soon())
            return
        }
        reported = ended
        finish(ended, at: now)
    }

    /// Half a minute from when an end was first seen.
    private mutating func waitsForDetails(at now: Instant) -> Bool {
        let deadline = detailsDeadline ?? now + .seconds(30)
        detailsDeadline = deadline
        return now < deadline
    }

    /// Ends once the history has reached its end as well, or will not in time.
    private mutating func finish(_ ended: Outcome, at now: Instant) {
        let isFirstLook = detailsDeadline == nil
        guard history.end != nil || historyIsDenied || !waitsForDetails(at: now) else {
            (next, due) = (.history, isFirstLook ? now : now + pace.soon())
            return
        }
        var ended = ended
        inner.hurry(at: now)
        if ended.kind != .succeeded {
            let failure = history.failure()
            ended.failedStates = failure.states
            ended.error = ended.error ?? failure.error
            ended.cause = ended.cause ?? failure.cause
        }
        self.ended = ended
        settle(at: now)
    }
}
