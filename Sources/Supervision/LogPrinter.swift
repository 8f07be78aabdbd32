import AWS
import Effects
import JSON
import Runs

/// Reads the work's logs in the loop and prints them. Whatever goes wrong with them is a warning and no more.
struct LogPrinter {
    private var tail: LogTail
    private let limit: RunPlan.Logs
    private let loop: Loop
    private let readerPatience: Duration?
    private let copy: LogCopy?
    private let prints: Bool
    private var pending: [CallID: Int] = [:]
    private var printedBytes: UInt64 = 0
    private var isStopped = false
    private var isFinishing = false
    /// Looks for readers who have come back, or never will.
    private static let patrol = Duration.seconds(5)

    /// `readerPatience`: how long readers may take nothing before what is left is given up; nil for ever. `copy`: gets what is
    /// printed, or what would be.
    init(_ tail: LogTail, _ limit: RunPlan.Logs, _ loop: Loop, readerPatience: Duration? = Console.patience, copy: LogCopy? = nil, prints: Bool = true) {
        (self.tail, self.limit, self.loop, self.readerPatience, self.copy, self.prints) = (tail, limit, loop, readerPatience, copy, prints)
    }

    mutating func open(_ source: LogSource) {
        if !isStopped { tail.open(source, at: loop.clock.instant) }
    }

    /// AWS may give times that have not come yet.
    mutating func end(_ source: LogSource, at time: Timestamp) { tail.end(source, at: min(time, loop.caller.serverTime), now: loop.clock.instant) }

    /// Nothing is read for readers who are far behind.
    mutating func read(at now: Instant) {
        guard !isStopped, !loop.console.isFull, !loop.console.isLost else { return }
        for call in tail.due(at: now, serverTime: loop.caller.serverTime) { pending[loop.caller.start(call.request)] = call.tag }
    }

    var nextDue: Instant? {
        if isStopped || loop.console.isLost { return nil }
        return loop.console.isFull ? loop.clock.instant + Self.patrol : tail.nextDue(at: loop.clock.instant)
    }

    /// Nothing was asked that has no answer yet.
    var isIdle: Bool { pending.isEmpty }

    /// True when the reply was to a read of ours.
    mutating func take(_ finished: Caller.Finished) -> Bool {
        guard let tag = pending.removeValue(forKey: finished.id) else { return false }
        let warning = tail.take(finished.result.map { _ in finished.body }, tag: tag, at: loop.clock.instant)
        // The next page is on its way while this one is printed.
        read(at: loop.clock.instant)
        if let warning { loop.console.warn(warning.what, next: warning.next) }
        for line in tail.lines(at: loop.clock.instant) where !isStopped { print(line) }
        return true
    }

    private mutating func print(_ line: LogLine) {
        copy?.append(line.message)
        guard prints else { return }
        if let maxBytes = limit.maxBytes, printedBytes + UInt64(line.message.count) > maxBytes {
            isStopped = true
            return loop.console.print(RunEvent("log-limit", at: nil, "--max-log-bytes \(maxBytes) reached, no more lines of the log are printed"))
        }
        loop.console.print(line)
        printedBytes += UInt64(line.message.count)
    }

    /// The work has ended, by AWS's clock. True once everything that it logged has been printed or given up.
    mutating func finish(endedAt time: Timestamp?) -> Bool {
        let now = loop.clock.instant
        if !isFinishing { tail.endAll(at: min(time ?? loop.caller.serverTime, loop.caller.serverTime), now: now) }
        isFinishing = true
        if isStopped || loop.console.isLost { return true }
        if let readerPatience, loop.console.isStuck(for: readerPatience) { return true }
        // Nobody reads what is left while readers are behind.
        if loop.console.isFull { tail.excuse(at: now) }
        return !loop.console.isFull && tail.isDrained(at: now)
    }

    /// Some of the log was not read; known once `finish` has said so.
    var isIncomplete: Bool { tail.isIncomplete }

    func tellShortfall(_ id: String) {
        guard !isStopped, !loop.console.isLost, let shortfall = loop.console.isFull ? (what: "the rest of the work's log was not read: nobody takes it from standard output", next: nil) : tail.shortfall else { return }
        loop.console.warn(shortfall.what, next: shortfall.next ?? "awsjob logs \(id)")
    }
}
