package import Effects
import JSON

/// Follows the log streams of one run, any number of them, each event once. Pure: it says which reads to make and takes
/// their replies. Reads are made in rounds; the lines of a round come out merged by time.
package struct LogTail {
    /// The IAM actions that its calls need.
    package static let actions: Set<String> = ["logs:FilterLogEvents", "logs:GetLogEvents"]

    private var channels: [Int: LogChannel] = [:]
    private var opened: Set<String> = []
    private var count = 0
    /// By region.
    private var budgets: [String: ReadBudget] = [:]
    private let region: String
    private let random: Randomness
    private let pace: PollPace
    private let policy: String
    /// The channels whose replies this round waits for.
    private var awaited: Set<Int> = []
    /// A page that nobody has read, and the channel whose read already goes on behind it.
    private var turned: (body: [UInt8], channel: Int)?
    private var collected: [LogLine] = []
    /// They are from one page.
    private var isSorted = true
    /// The last reply of a round has come.
    private var isRoundOver = false
    /// FilterLogEvents is refused there, and always was: otherwise what has been printed would come once more.
    private var mayNotFilter: Set<LogChannel.Place> = []
    private var readable: Set<LogChannel.Place> = []
    /// Said to fail once, and those of them that have not been read since.
    private var said: Set<LogChannel.Place> = []
    private var warned: Set<LogChannel.Place> = []
    /// Given up.
    private var refused: Set<LogChannel.Place> = []
    private var missing: [LogSource] = []
    /// When the work ended, by AWS's clock, and when that was told.
    private var ended: (at: Timestamp, told: Instant)?
    /// Since when reads have failed, have been throttled, or have led from empty page to empty page.
    private var failingSince: Instant?
    private var throttledSince: Instant?
    private var barrenSince: Instant?

    private static let readsAtOnce = 4
    /// Once the work has ended: how long reads may fail, or be throttled or barren, before what is missing is given up.
    private static let failurePatience = Duration.seconds(30)
    private static let answerPatience = Duration.seconds(180)
    /// Refusals of one channel, one after the other, before its log group is given up.
    private static let refusalsAtMost = 3
    private static let longestPause = 30

    /// `policy`: the file that lists the actions which the role needs, for messages.
    package init(region: String, pace: PollPace, random: Randomness, policy: String) {
        self.region = region
        self.pace = pace
        self.policy = policy
        self.random = random
    }

    // MARK: Streams

    package mutating func open(_ source: LogSource, at now: Instant) {
        guard opened.insert(Self.key(source)).inserted else { return }
        // Beyond the newest two minutes, the more streams there are the less of each is remembered.
        let stream = LogChannel.Stream(source: source, seen: SeenEvents(limit: max(1000, 131_072 / opened.count)), ended: ended?.at)
        let place = LogChannel.Place(region: source.region, group: source.group)
        guard !refused.contains(place) else { return }
        let channel = LogChannel([stream], pace: pace, usesGetLogEvents: mayNotFilter.contains(place), at: now)
        let fresh = source.from == nil ? channels.first { $0.value.place == place && $0.value.isFresh } : nil
        if let fresh { channels[fresh.key]?.absorb(channel) } else { add(channel) }
    }

    private static func key(_ source: LogSource) -> String {
        "\(source.region ?? "")\0\(source.group)\0\(source.stream)\0\(source.from?.millisecondsSinceEpoch ?? 0)"
    }

    private mutating func add(_ channel: LogChannel) {
        count += 1
        channels[count] = channel
    }

    /// Nothing more is written to the stream since `time`, by AWS's clock.
    package mutating func end(_ source: LogSource, at time: Timestamp, now: Instant) {
        for (id, channel) in channels where channel.place == .init(region: source.region, group: source.group) && channel.streams[source.stream]?.source == source {
            channels[id]?.end(source.stream, at: time, now: now)
        }
    }

    /// The work is over: every stream has ended.
    package mutating func endAll(at time: Timestamp, now: Instant) {
        for channel in channels.values {
            for stream in channel.streams.values { end(stream.source, at: time, now: now) }
        }
        ended = ended ?? (time, now)
    }

    /// Nothing is left to read, or what is left cannot be had.
    package func isDrained(at now: Instant) -> Bool {
        channels.isEmpty || giveUpAt.map { $0 <= now } ?? false
    }

    /// When what is left will be given up, as things stand.
    private var giveUpAt: Instant? {
        guard let ended else { return nil }
        let ends = [(failingSince, Self.failurePatience), (throttledSince, Self.answerPatience), (barrenSince, Self.answerPatience)]
        return ends.compactMap { since, patience in since.map { max($0, ended.told) + patience } }.min()
    }

    /// Nothing was read because readers were behind; that is no time in which reads have failed.
    package mutating func excuse(at now: Instant) {
        (failingSince, throttledSince, barrenSince) = (failingSince.map { _ in now }, throttledSince.map { _ in now }, barrenSince.map { _ in now })
    }

    /// Some of the log could not be read; to be asked once it is drained.
    package var isIncomplete: Bool { !channels.isEmpty || !refused.isEmpty }

    /// Why the log is not complete, once it is drained; nil when it is, or when that has been said. Without `next` it may
    /// be had later.
    package var shortfall: (what: String, next: String?)? {
        if channels.values.contains(where: { !warned.contains($0.place) }) {
            let why = failingSince != nil ? "did not answer" : throttledSince != nil ? "throttled the reads of this account" : "came to no end"
            return ("the work's log may be incomplete: CloudWatch \(why)", nil)
        }
        guard let first = missing.first else { return nil }
        let more = missing.count > 1 ? " and \(missing.count - 1) more" : ""
        return ("log stream \(first.group) \(first.stream)\(more) does not exist; nothing was logged there", "if something should have been, check the log configuration")
    }

    // MARK: Rounds

    /// Nil while a round is under way.
    package func nextDue(at now: Instant) -> Instant? {
        guard awaited.isEmpty else { return nil }
        let reads = channels.values.map { max($0.nextRead, budgets[$0.region ?? region]?.next(at: now) ?? now) }
        return (reads + (giveUpAt.map { [$0] } ?? [])).min()
    }

    /// The reads of a new round.
    package mutating func due(at now: Instant, serverTime: Timestamp) -> [PendingCall] {
        guard awaited.isEmpty, channels.values.contains(where: { $0.nextRead <= now }) else { return [] }
        regroup(at: now, serverTime)
        var calls: [PendingCall] = []
        for (id, channel) in channels.filter({ $0.value.nextRead <= now }).sorted(by: { $0.value.nextRead < $1.value.nextRead }) {
            let place = channel.region ?? region
            guard calls.count < Self.readsAtOnce else { break }
            guard budgets[place, default: ReadBudget(region: place, random: random)].take(at: now) else { continue }
            var channel = channel
            calls.append(PendingCall(tag: id, request: channel.read(serverTime: serverTime)))
            channels[id] = channel
            awaited.insert(id)
        }
        return calls
    }

    /// Streams that have ended go into sweeps; idle channels of one group become one.
    private mutating func regroup(at now: Instant, _ serverTime: Timestamp) {
        var expired: [String: [LogChannel.Stream]] = [:]
        for id in channels.keys.sorted() {
            for stream in channels[id]?.removeExpired(at: serverTime) ?? [] {
                expired["\(stream.source.region ?? "")\0\(stream.source.group)", default: []].append(stream)
            }
            if channels[id]?.streams.isEmpty == true { channels[id] = nil }
        }
        for streams in expired.values {
            // Streams with a span of their own, and those that have no FilterLogEvents, are swept one by one.
            let isSingle = streams.first.map { mayNotFilter.contains(.init(region: $0.source.region, group: $0.source.group)) } ?? false
            let together = isSingle ? [] : streams.filter { $0.source.from == nil }
            let single = streams.filter { isSingle || $0.source.from != nil }
            single.forEach { add(LogChannel([$0], pace: pace, isSweep: true, usesGetLogEvents: isSingle, at: now)) }
            for start in stride(from: 0, to: together.count, by: LogChannel.streamsAtMost) {
                add(LogChannel(Array(together[start..<min(start + LogChannel.streamsAtMost, together.count)]), pace: pace, isSweep: true, at: now))
            }
        }
        merge()
    }

    private mutating func merge() {
        var open: [LogChannel.Place: Int] = [:]
        for (id, channel) in channels.filter(\.value.isMergeable).sorted(by: { $0.value.streams.count < $1.value.streams.count }) {
            if let other = open[channel.place], let target = channels[other], target.streams.count + channel.streams.count <= LogChannel.streamsAtMost {
                channels[other]?.absorb(channel)
                channels[id] = nil
            } else {
                open[channel.place] = id
            }
        }
    }

    /// Takes the reply to a read, the body as it came. A warning is said once for a log group: what, and what to do next. What is
    /// due now can be sent before `lines` are taken.
    package mutating func take(_ reply: Result<[UInt8], CallError>, tag: Int, at now: Instant) -> (what: String, next: String)? {
        awaited.remove(tag)
        var warning: (what: String, next: String)?
        switch reply {
        case .success(let body):
            let token = channels[tag].flatMap { LogPage.token($0.tokenName, atEndOf: body) }
            if let token, channels[tag]?.turn(to: token, at: now) == true {
                turned = (body, tag)
            } else {
                warning = read(body, tag, at: now)
            }
        case .failure(let error): warning = failed(error, tag, at: now)
        }
        isRoundOver = awaited.isEmpty
        return warning
    }

    private mutating func read(_ body: [UInt8], _ id: Int, at now: Instant) -> (what: String, next: String)? {
        guard let channel = channels[id] else { return nil }
        do throws(JSONError) {
            let page = try LogPage(body)
            let goesOn = channels[id]?.turn(to: channel.usesGetLogEvents ? page.nextForwardToken : page.nextToken, at: now)
            collect(page, id, goesOn: goesOn == true, at: now)
            if goesOn == false { channels[id]?.endRead(at: now) }
            if goesOn == false, channel.isSweep { channels[id] = nil }
            return nil
        } catch {
            return failed(Self.halfAReply, id, at: now)
        }
    }

    private static let halfAReply = CallError.unreadable(detail: "half a reply", status: 200, requestID: nil, origin: nil)

    /// To be asked for after each `take`. Lines come with the last reply of a round, merged by time.
    package mutating func lines(at now: Instant) -> [LogLine] {
        if let (body, id) = turned {
            if let page = try? LogPage(body) { collect(page, id, goesOn: true, at: now) } else { restart(id, at: now) }
        }
        turned = nil
        guard isRoundOver else { return [] }
        defer { (collected, isSorted) = ([], true) }
        // CloudWatch sorts a page itself. Stable, so that events of one stream and millisecond stay in their order.
        return isSorted ? collected : collected.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map(\.element)
    }

    /// The read begins again; the reply that is on its way will find nobody.
    private mutating func restart(_ id: Int, at now: Instant) {
        guard var channel = channels.removeValue(forKey: id) else { return }
        channel.broke(nextAt: now + .seconds(1))
        failingSince = failingSince ?? now
        add(channel)
    }

    /// `goesOn`: another page belongs to the read.
    private mutating func collect(_ page: LogPage, _ id: Int, goesOn: Bool, at now: Instant) {
        guard let lines = channels[id]?.newLines(page), let channel = channels[id] else { return }
        budgets[channel.region ?? region]?.succeeded()
        readable.insert(channel.place)
        if channel.failures == 0 {
            warned.remove(channel.place)
            failingSince = nil
        }
        throttledSince = nil
        barrenSince = page.events.isEmpty && goesOn ? barrenSince ?? now : nil
        isSorted = isSorted && collected.isEmpty
        if collected.isEmpty { collected = lines } else { collected += lines }
    }

    // MARK: Failures

    private mutating func failed(_ error: CallError, _ id: Int, at now: Instant) -> (what: String, next: String)? {
        guard let channel = channels[id] else { return nil }
        switch error.code {
        case "ResourceNotFoundException":
            missed(channel, id, at: now)
            return nil
        case let code? where RetryPolicy.throttlingCodes.contains(code):
            budgets[channel.region ?? region]?.throttled(at: now)
            // A stream that is quiet is not read more often for being throttled.
            channels[id]?.failed(isTokenExpired: false, nextAt: now + channel.pause)
            // Whoever throttles answers.
            (failingSince, throttledSince) = (nil, throttledSince ?? now)
            return nil
        default: break
        }
        let isRefused = error.isAccessDenied || ["UnknownOperationException", "InvalidAction", "NotImplemented"].contains(error.code ?? "")
        if isRefused, !channel.usesGetLogEvents, !readable.contains(channel.place) {
            readStreamByStream(channel.place, at: now)
            return nil
        }
        failingSince = failingSince ?? now
        if isRefused, !readable.contains(channel.place), channel.refusals + 1 >= Self.refusalsAtMost {
            refused.insert(channel.place)
            channels = channels.filter { $0.value.place != channel.place }
            awaited.formIntersection(channels.keys)
        } else {
            let pause = isRefused && readable.contains(channel.place) ? Self.longestPause : min(Self.longestPause, 1 << min(channel.failures, 5))
            channels[id]?.failed(isTokenExpired: error.code == "InvalidParameterException", isRefusal: isRefused, nextAt: now + .seconds(pause))
        }
        guard refused.contains(channel.place) || channel.failures >= 3 else { return nil }
        warned.insert(channel.place)
        guard said.insert(channel.place).inserted else { return nil }
        let cause = error.isAccessDenied ? "this role may call neither logs:FilterLogEvents nor logs:GetLogEvents on \(channel.group)" : "\(channel.group): \(error.code ?? "no reply")"
        return ("the work's log cannot be read: \(cause)", error.isAccessDenied ? "add one of them from iam/\(policy).json" : "look there with awsjob logs later")
    }

    private mutating func readStreamByStream(_ place: LogChannel.Place, at now: Instant) {
        mayNotFilter.insert(place)
        for (id, channel) in channels where channel.place == place {
            channels[id] = nil
            awaited.remove(id)
            channel.singles(at: now).forEach { add($0) }
        }
    }

    /// One of the streams is not there, or not yet.
    private mutating func missed(_ channel: LogChannel, _ id: Int, at now: Instant) {
        (failingSince, throttledSince) = (nil, nil)
        if channel.streams.count > 1 {
            channels[id] = nil
            channel.halves(at: now).forEach { add($0) }
        } else if channel.isSweep {
            missing += channel.streams.values.map(\.source).filter { !$0.mayBeMissing }
            channels[id] = nil
        } else {
            channels[id]?.missed(at: now)
        }
    }
}

extension LogChannel {
    /// Not read yet: another stream can be added without missing anything.
    fileprivate var isFresh: Bool {
        !usesGetLogEvents && !wasRead && !isSweep && streams.count < Self.streamsAtMost && streams.values.allSatisfy { $0.source.from == nil }
    }
}
