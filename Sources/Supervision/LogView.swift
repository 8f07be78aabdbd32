import AWS
import Effects
import JSON
import Runs
package import Workloads

/// What a piece of work has logged, without having a say in what becomes of it.
package struct LogView<Service: WorkloadService> {
    private let id: WorkloadID
    private let loop: Loop
    private var follower: any Follower
    private var printer: LogPrinter
    private var pending: [CallID: Int] = [:]
    private var lastAnswer: Instant
    private var problem: String?
    /// When AWS answered first.
    private var began: Instant?
    /// When the last log stream became known.
    private var lastStream: Instant?

    /// AWS may be out of reach for so long.
    private static var patience: Duration { .seconds(60) }
    /// A pager may be left open overnight.
    package static var readerPatience: Duration { .seconds(24 * 3600) }
    /// How long work that has ended may take to tell of its parts.
    private static var longestLook: Duration { .seconds(150) }

    /// `copy`: gets the lines instead of standard output.
    package init(_ id: WorkloadID, loop: Loop, region: String, copy: LogCopy? = nil) {
        let pace = PollPace(first: .seconds(2), longest: .seconds(30), giveUpAfter: Self.patience, random: .system)
        (self.id, self.loop, lastAnswer) = (id, loop, loop.clock.instant)
        follower = Service.follow(id, FollowOptions(pace: pace, redrives: 0, logs: true, since: loop.caller.serverTime))
        printer = LogPrinter(
            LogTail(region: region, pace: pace, random: .system, policy: Service.name), .init(maxBytes: nil), loop, readerPatience: Self.readerPatience, copy: copy,
            prints: copy == nil)
    }

    /// Prints the log as it is now, or until the work ends. False, with a message, when AWS would not tell.
    package mutating func show(follows: Bool) -> Bool {
        var end: Timestamp?
        while loop.console.isFull || loop.clock.instant - lastAnswer < Self.patience, follower.obstacle == nil {
            let now = loop.clock.instant
            // Whoever does not follow takes the work for ended once it was looked at.
            if end == nil, follower.outcome != nil || !follows && hasLooked(at: now) { end = follower.outcome?.ended ?? loop.caller.serverTime + .seconds(-60) }
            if let end, printer.finish(endedAt: end) {
                for case .warning(let what, let next) in follower.shortfall { loop.console.warn(what, next: next) }
                printer.tellShortfall(id.text)
                return !printer.isIncomplete
            }
            // A reader that has seen enough has gone.
            if loop.console.isLost { return true }
            step(at: now, asks: end == nil)
        }
        loop.console.say(OperatorMessage("the log of \(id.text) is not complete: \(follower.obstacle?.reason ?? problem ?? "no reply from AWS")", next: "try again"))
        return false
    }

    /// A round of questions is over; with work inside that is asked about at other times, ten seconds in which no other
    /// stream came up.
    private func hasLooked(at now: Instant) -> Bool {
        guard problem == nil, let began, pending.isEmpty else { return false }
        if follower.isCatchingUp, now - began < Self.longestLook { return false }
        return follower.nextDue.map { $0 - now > .milliseconds(1500) } ?? false || now - max(began, lastStream ?? began) >= .seconds(10)
    }

    private mutating func step(at now: Instant, asks: Bool) {
        if asks {
            for call in follower.due(at: now) { pending[loop.caller.start(call.request)] = call.tag }
        }
        printer.read(at: now)
        // Neither readers who are behind nor pauses of our own are silence of AWS.
        if loop.console.isFull || problem == nil && pending.isEmpty && printer.isIdle { lastAnswer = now }
        let wake = [asks ? follower.nextDue : nil, printer.nextDue].compactMap { $0 }.min() ?? now + .seconds(5)
        for finished in loop.wait(until: wake) {
            if printer.take(finished) {
                lastAnswer = loop.clock.instant
            } else if let tag = pending.removeValue(forKey: finished.id) {
                note(finished.result)
                for news in follower.take(finished.result, tag: tag, at: loop.clock.instant) { take(news) }
            }
        }
    }

    private mutating func note(_ reply: Result<JSONValue, CallError>) {
        switch reply {
        case .success: (lastAnswer, problem, began) = (loop.clock.instant, nil, began ?? loop.clock.instant)
        case .failure(let error): problem = Explanation(error).reason
        }
    }

    private mutating func take(_ news: News) {
        switch news {
        case .logs(let source):
            lastStream = loop.clock.instant
            printer.open(source)
        case .logsEnded(let source, let time): printer.end(source, at: time)
        case .warning(let what, let next): loop.console.warn(what, next: next)
        case .event, .notShown: break
        }
    }
}
