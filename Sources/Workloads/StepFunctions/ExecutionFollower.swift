import AWS
import Effects
import JSON
import Runs

/// Follows an execution. While it runs, the newest page of its history stands for the status as well, so that a round
/// costs one call; the end comes from DescribeExecution.
struct ExecutionFollower: Follower {
    private enum Tag: Int { case history, status }

    private let id: WorkloadID
    private var pace: PollPace
    private var history = ExecutionHistory()
    private(set) var nextDue: Instant
    private(set) var outcome: Outcome?
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
    /// Redrives that an end has to come after; events before the last of them are not shown.
    private let redrives: Int

    init(id: WorkloadID, pace: PollPace, redrives: Int) {
        self.id = id
        self.pace = pace
        self.redrives = redrives
        nextDue = Instant(sinceStart: .zero)
    }

    var activity: String { history.current.map { "state \($0)" } ?? "running" }

    mutating func due(at now: Instant) -> [PendingCall] {
        guard !isWaiting, outcome == nil, now >= nextDue else { return [] }
        isWaiting = true
        switch next {
        case .status: return [PendingCall(tag: Tag.status.rawValue, request: Self.once(StepFunctions.observe(id).request))]
        case .history: return [PendingCall(tag: Tag.history.rawValue, request: Self.once(historyPage()))]
        }
    }

    /// A read that fails is not repeated at once: the other kind of read is tried, and the next round comes anyway.
    private static func once(_ call: APICall) -> APICall {
        var call = call
        (call.attempts, call.timeout) = (1, .seconds(20))
        return call
    }

    /// Without the data of the states: it can be large, and nobody reads it here. Error and cause come all the same.
    private func historyPage() -> APICall {
        var parameters: [JSONValue.Member] = [
            .init("executionArn", JSONValue(id.text)), .init("reverseOrder", true), .init("maxResults", JSONValue(pageSize)),
            .init("includeExecutionData", false),
        ]
        if let pageToken { parameters.append(.init("nextToken", JSONValue(pageToken))) }
        return APICall(.stepFunctions, "GetExecutionHistory", .object(parameters))
    }

    mutating func take(_ reply: Result<JSONValue, CallError>, tag: Int, at now: Instant) -> [RunEvent] {
        isWaiting = false
        switch (Tag(rawValue: tag), reply) {
        case (.history, .success(let page)): return takeHistory(page, at: now)
        case (.history, .failure(let error)): return historyFailed(error, at: now)
        case (_, .success(let status)): takeStatus(status, at: now)
        case (_, .failure): (next, nextDue) = (historyIsDenied ? .status : .history, now + pace.afterFailure())
        }
        return []
    }

    private mutating func takeHistory(_ page: JSONValue, at now: Instant) -> [RunEvent] {
        let events = (page["events"]?.array ?? []).compactMap(HistoryEvent.init)
        pages += events
        pageToken = page["nextToken"]?.string
        pageCount += 1
        let meetsKnown = events.map(\.id).min().map { $0 <= history.lastID + 1 } ?? false
        if !meetsKnown, pageToken != nil {
            if pageSize < 1000 || pageCount > Self.pagesAtMost {
                // More happened than a small page holds, or the pages lead nowhere: start over with the largest.
                if pageSize == 1000 { next = .status }
                nextDue = now + (pageSize < 1000 ? .zero : pace.next())
                (pageSize, pageToken, pages, pageCount) = (1000, nil, [], 0)
            } else {
                nextDue = now
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

    private mutating func show(_ events: [HistoryEvent]) -> [RunEvent] {
        var shown: [RunEvent] = []
        for event in events {
            let line = history.describe(event)
            if let line, history.redriveCount(upTo: event.id) >= redrives { shown.append(line) }
        }
        return shown
    }

    private mutating func scheduleAfterHistory(at now: Instant, saysNothing: Bool) {
        if saysNothing {
            (next, nextDue) = (.status, now + pace.soon())
        } else if history.end != nil {
            (next, nextDue) = (.status, now)
        } else {
            (next, nextDue) = (historyIsDenied ? .status : .history, now + pace.next())
        }
    }

    /// The status is read instead, so that an end is not missed for want of a history.
    private mutating func historyFailed(_ error: CallError, at now: Instant) -> [RunEvent] {
        (pages, pageToken, pageCount) = ([], nil, 0)
        if let reported {
            finish(reported, at: now)
            return []
        }
        next = .status
        nextDue = now + pace.soon()
        guard error.isAccessDenied, !historyIsDenied else { return [] }
        historyIsDenied = true
        return [RunEvent("warning", at: Timestamp(millisecondsSinceEpoch: 0), "this role may not call states:GetExecutionHistory, so no state changes are shown. Next: add that action from iam/stepfunctions.json")]
    }

    private mutating func takeStatus(_ reply: JSONValue, at now: Instant) {
        let isCurrent = redrives == 0 || reply["redriveCount"]?.count ?? redrives >= redrives
        guard isCurrent, let status = reply["status"]?.string, let ended = StepFunctions.outcome(reply, status: status) else {
            // Running; or, when the history has its end already, a status that is older than the history.
            next = historyIsDenied ? .status : .history
            nextDue = now + (history.end != nil && waitsForDetails(at: now) ? pace.soon() : pace.next())
            return
        }
        let isComplete = ended.kind != .succeeded || ended.output != nil || reply["outputDetails"]?["included"]?.bool == false
        guard isComplete || !waitsForDetails(at: now) else {
            (next, nextDue) = (.status, now + pace.soon())
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
            (next, nextDue) = (.history, isFirstLook ? now : now + pace.soon())
            return
        }
        var ended = ended
        if ended.kind != .succeeded {
            let failure = history.failure()
            ended.failedStates = failure.states
            ended.error = ended.error ?? failure.error
            ended.cause = ended.cause ?? failure.cause
        }
        outcome = ended
    }
}
