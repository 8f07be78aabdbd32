import Effects
import JSON

/// Streams of one log group that are read together: up to 100 in one FilterLogEvents. Where that may not be called, one
/// stream in one GetLogEvents.
///
/// Reads begin a little before the newest event, for events that arrive late, and what has been printed is known by its
/// event id; GetLogEvents has none, there it is time, arrival, text, and a count of those that are equal. Once a stream has ended it is swept: read once more from its beginning, for what came later than that.
struct LogChannel {
    struct Stream {
        let source: LogSource
        var seen: SeenEvents
        /// By AWS's clock; nil while it may be written to.
        var ended: Timestamp?
    }

    /// A log group.
    struct Place: Hashable {
        /// Nil for the region of the run.
        let region: String?
        let group: String
    }

    static let streamsAtMost = 100
    /// CloudWatch shows an event seconds after it was written.
    static let ingestionLag = Duration.seconds(10)
    private static let shortest = Duration.seconds(1)
    /// Between reads of a stream that has ended.
    private static let drainPause = Duration.milliseconds(2500)

    let place: Place
    private(set) var streams: [String: Stream]
    private(set) var isSweep: Bool
    let usesGetLogEvents: Bool
    /// The page to be read next of the pages of one read.
    private var token: String?
    /// The pages that this read has seen, by their tokens.
    private var tokens: Set<String> = []
    /// Where the read that is under way began.
    private var startTime: Int64?
    /// By AWS's clock, milliseconds: everything that had arrived by then has been read. The read that is under way will
    /// have read until `readBegan`.
    private var readUntil: Int64?
    private var readBegan: Int64?
    private var foundSome = false
    /// How often this read has met events that only their order tells apart.
    private var twins: [Int: Int] = [:]
    private(set) var isReading = false
    private(set) var wasRead = false
    /// CloudWatch has shown that all its streams exist.
    private(set) var exists = false
    private(set) var nextRead: Instant
    private var pace: PollPace
    private(set) var pause = LogChannel.shortest
    /// Since a page was read that is further on than the one at which reads failed.
    private(set) var failures = 0
    /// Of these the last that were refusals.
    private(set) var refusals = 0
    /// Pages of this read so far, and the one at which the last failed.
    private var pages = 0
    private var failedPage = 0
    /// The greatest delay between an event's own time and its arrival, milliseconds.
    private var lag: Int64 = 0

    init(_ streams: [Stream], pace: PollPace, isSweep: Bool = false, usesGetLogEvents: Bool = false, at now: Instant) {
        self.usesGetLogEvents = usesGetLogEvents
        place = Place(region: streams.first?.source.region, group: streams.first?.source.group ?? "")
        self.streams = Dictionary(streams.map { ($0.source.stream, $0) }) { first, _ in first }
        self.pace = pace
        self.isSweep = isSweep
        nextRead = now
    }

    var region: String? { place.region }
    var group: String { place.group }

    /// It can become one with another of its group.
    var isMergeable: Bool { !usesGetLogEvents && streams.values.allSatisfy { $0.source.from == nil } && !isReading && token == nil && !isSweep && exists }

    /// An end is worth a look at once, and then often, until nothing more can come.
    mutating func end(_ stream: String, at time: Timestamp, now: Instant) {
        guard streams[stream]?.ended == nil else { return }
        streams[stream]?.ended = time
        pause = Self.drainPause
        nextRead = min(nextRead, failures == 0 ? now : now + pause)
    }

    var hasEnded: Bool { streams.values.contains { $0.ended != nil } }

    /// Takes out the streams that nothing more is written to.
    mutating func removeExpired(at serverTime: Timestamp) -> [Stream] {
        guard !isReading, token == nil, !isSweep else { return [] }
        let expired = streams.values.filter { $0.ended.map { serverTime - $0 >= Self.ingestionLag } ?? false }
        for stream in expired { streams[stream.source.stream] = nil }
        return expired
    }

    mutating func absorb(_ other: LogChannel) {
        streams.merge(other.streams) { first, _ in first }
        nextRead = min(nextRead, other.nextRead)
        pause = min(pause, other.pause)
        lag = max(lag, other.lag)
        readUntil = readUntil.flatMap { own in other.readUntil.map { min(own, $0) } }
    }

    func halves(at now: Instant) -> [LogChannel] {
        let all = Array(streams.values)
        return [all[..<(all.count / 2)], all[(all.count / 2)...]].map { LogChannel(Array($0), pace: pace, isSweep: isSweep, at: now) }
    }

    /// The same streams one by one, with GetLogEvents.
    func singles(at now: Instant) -> [LogChannel] {
        streams.values.map { LogChannel([$0], pace: pace, isSweep: isSweep, usesGetLogEvents: true, at: now) }
    }

    // MARK: Reading

    mutating func read(serverTime: Timestamp) -> APICall {
        (isReading, wasRead) = (true, true)
        if token == nil {
            (foundSome, twins, tokens, pages) = (false, [:], [], 0)
            readBegan = serverTime.millisecondsSinceEpoch
            startTime = isSweep ? sweepStart : windowStart
        }
        var parameters: [JSONValue.Member] = [.init("logGroupName", JSONValue(group)), .init("limit", 10_000)]
        if usesGetLogEvents {
            parameters += [.init("logStreamName", JSONValue(streams.keys.first ?? "")), .init("startFromHead", true)]
        } else {
            parameters.append(.init("logStreamNames", .array(streams.keys.sorted().map { JSONValue($0) })))
        }
        if let startTime { parameters.append(.init("startTime", .number(String(startTime)))) }
        if streams.count == 1, let through = streams.values.first?.source.through {
            parameters.append(.init("endTime", .number(String(through.millisecondsSinceEpoch + 1))))
        }
        if let token { parameters.append(.init("nextToken", JSONValue(token))) }
        var call = usesGetLogEvents ? APICall(.logs, "GetLogEvents", .object(parameters)) : APICall(.logs, "FilterLogEvents", .object(parameters))
        (call.attempts, call.timeout, call.region, call.wantsBody) = (1, .seconds(20), region, true)
        return call
    }

    /// From the beginning, or from where events may have been forgotten.
    private var sweepStart: Int64? { earliest { $0.seen.floor.map { $0 + 1 } ?? $0.source.from?.millisecondsSinceEpoch } }

    /// Twice the delay that has been observed, 10 s to 2 minutes, before the newest event of each stream. One that is quiet
    /// must not make the others be read from their beginning: nothing is read again that lies so far before both the last
    /// read and the newest event of all, whose clock may be behind AWS's. A clock that is ahead moves no read beyond the last.
    private var windowStart: Int64? {
        let overlap = min(max(2 * lag, 10_000), SeenEvents.window)
        let beginning = earliest { stream in
            stream.seen.newest.map { max($0 - overlap, (stream.seen.floor ?? 0) + 1) } ?? stream.source.from?.millisecondsSinceEpoch
        }
        guard let readUntil, let newest = streams.values.compactMap(\.seen.newest).max() else { return beginning }
        return min(max(beginning ?? 0, min(readUntil, newest) - overlap), readUntil - overlap)
    }

    /// Nil when one of the streams has no such time: from the very first event.
    private func earliest(_ time: (Stream) -> Int64?) -> Int64? {
        var earliest: Int64?
        for stream in streams.values {
            guard let time = time(stream) else { return nil }
            earliest = min(earliest ?? time, time)
        }
        return earliest
    }

    /// The member of a reply that leads to the next page.
    var tokenName: String { usesGetLogEvents ? "nextForwardToken" : "nextToken" }

    /// A page has come that leads to `next`. True when the read goes on there; `newLines` may wait until it does.
    mutating func turn(to next: String?, at now: Instant) -> Bool {
        (isReading, exists) = (false, true)
        pages += 1
        // A token that has been there before leads nowhere; that is how GetLogEvents says that there is no more.
        token = next.flatMap { tokens.insert($0).inserted ? $0 : nil }
        nextRead = now
        return token != nil
    }

    /// The last page of a read has been taken. Half as long until the next after something new, half as long again after
    /// nothing.
    mutating func endRead(at now: Instant) {
        readUntil = readBegan
        if hasEnded {
            pause = Self.drainPause
        } else if foundSome {
            pause = max(Self.shortest, .seconds(pause.inSeconds / 2))
            pace.restart(at: pause)
        } else {
            pause = max(Self.shortest, pace.next())
        }
        nextRead = now + pause
    }

    /// The new events of a page, stream by stream as they alternate, so that each is looked up once a run.
    mutating func newLines(_ page: LogPage) -> [LogLine] {
        if pages >= failedPage { (failures, refusals, failedPage) = (0, 0, 0) }
        var lines: [LogLine] = []
        lines.reserveCapacity(page.events.count)
        let only = usesGetLogEvents ? streams.keys.first : nil
        var index = 0
        while index < page.events.count {
            let number = page.events[index].stream
            guard let name = only ?? number.map({ page.streamNames[$0] }), var stream = streams.removeValue(forKey: name) else {
                index += 1
                continue
            }
            while index < page.events.count, page.events[index].stream == number {
                if let line = newLine(page.events[index], page, &stream) { lines.append(line) }
                index += 1
            }
            streams[name] = stream
        }
        foundSome = foundSome || !lines.isEmpty
        return lines
    }

    private mutating func newLine(_ event: LogPage.Event, _ page: LogPage, _ stream: inout Stream) -> LogLine? {
        guard let time = event.time, let id = event.id ?? identity(event, page) else { return nil }
        if let ingested = event.ingested { lag = max(lag, min(ingested - time, SeenEvents.window)) }
        if let from = stream.source.from, time < from.millisecondsSinceEpoch { return nil }
        if let through = stream.source.through, time > through.millisecondsSinceEpoch { return nil }
        guard stream.seen.insert(id, time: time), let message = page.message(of: event) else { return nil }
        return LogLine(time: Timestamp(millisecondsSinceEpoch: time), label: stream.source.label, message: message)
    }

    /// Events of one time come in one order, and a read begins before or behind all of them.
    private mutating func identity(_ event: LogPage.Event, _ page: LogPage) -> Int? {
        guard usesGetLogEvents, let message = page.message(of: event) else { return nil }
        var hasher = Hasher()
        hasher.combine(event.time)
        hasher.combine(event.ingested)
        message.withUnsafeBytes { hasher.combine(bytes: $0) }
        let key = hasher.finalize()
        let count = twins[key, default: 0]
        twins[key] = count + 1
        hasher = Hasher()
        hasher.combine(key)
        hasher.combine(count)
        return hasher.finalize()
    }

    /// The read failed and is made again: from its page, or from its start when the page's token is no longer taken.
    mutating func failed(isTokenExpired: Bool, isRefusal: Bool = false, nextAt time: Instant) {
        isReading = false
        failedPage = max(failedPage, pages + 1)
        if isTokenExpired { token = nil }
        failures += 1
        refusals = isRefusal ? refusals + 1 : 0
        nextRead = time
    }

    /// A page that the read has gone beyond was no page: all of it is made again.
    mutating func broke(nextAt time: Instant) {
        pages -= 1
        failed(isTokenExpired: true, nextAt: time)
    }

    /// Nothing there yet.
    mutating func missed(at now: Instant) {
        (isReading, failures, refusals, failedPage) = (false, 0, 0, 0)
        nextRead = now + (hasEnded ? Self.drainPause : max(Self.shortest, pace.next()))
    }
}
