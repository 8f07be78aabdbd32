import AWS
import Effects
import JSON
import Testing

/// The tail against a CloudWatch of values: time passes in no time.
@Suite struct LogTailTests {
    /// FilterLogEvents as AWS answers it, and a count of calls.
    private struct CloudWatch {
        struct Event {
            let stream: String
            let time: Int64
            let ingested: Int64
            let message: String
        }

        var events: [Event] = []
        var missing: Set<String> = []
        var pageSize = 10_000
        var calls: [Instant] = []
        /// The calls whose answers are broken before their token, by number.
        var broken: Set<Int> = []
        /// The codes that calls are refused with, by number.
        var refused: [Int: String] = [:]
        /// What comes in place of any page but the first: "broken", or a code.
        var secondPage: String?
        /// Each read begins with an empty page.
        var beginsEmpty = false
        /// When each event was first part of an answer.
        private var shown: [String: Instant] = [:]

        func delivered(before seconds: Double) -> Int { shown.values.count { $0.sinceStart < .seconds(seconds) } }

        /// In the order of their times; unlike AWS's, ids are made of time and message.
        mutating func sort() { events.sort { $0.time < $1.time } }

        private static func json(_ event: Event) -> String {
            "{\"eventId\":\"\(event.time)-\(event.message)\",\"timestamp\":\(event.time),\"ingestionTime\":\(event.ingested),\"message\":\"\(event.message)\",\"logStreamName\":\"\(event.stream)\"}"
        }

        mutating func answer(_ call: APICall, at now: Instant, _ milliseconds: Int64) -> Result<[UInt8], CallError> {
            calls.append(now)
            guard let request = try? JSONValue(parsing: call.body), let names = request["logStreamNames"]?.array?.compactMap(\.string) else { return .success([]) }
            if let code = refused[calls.count] {
                return .failure(.service(ServiceError(code: code, message: "", status: 400, requestID: nil), action: "logs:FilterLogEvents"))
            }
            if let secondPage, secondPage != "broken", request["nextToken"] != nil {
                return .failure(.service(ServiceError(code: secondPage, message: "", status: 400, requestID: nil), action: "logs:FilterLogEvents"))
            }
            if !missing.isDisjoint(with: names) {
                return .failure(.service(ServiceError(code: "ResourceNotFoundException", message: "", status: 400, requestID: nil), action: "logs:FilterLogEvents"))
            }
            let from = Int64(request["startTime"]?.int ?? 0)
            let wanted = Set(names)
            var index = request["nextToken"]?.string.flatMap(Int.init) ?? events.partitioningIndex { $0.time >= from }
            var page: [String] = []
            if beginsEmpty, request["nextToken"] == nil { return .success(Array("{\"events\":[],\"nextToken\":\"\(index)\"}".utf8)) }
            while index < events.count, page.count < pageSize {
                let event = events[index]
                if wanted.contains(event.stream), event.ingested <= milliseconds {
                    page.append(Self.json(event))
                    if events.count < 1000, shown[event.message] == nil { shown[event.message] = now }
                }
                index += 1
            }
            let token = index < events.count ? ",\"nextToken\":\"\(index)\"" : ""
            let events = broken.contains(calls.count) || secondPage == "broken" && request["nextToken"] != nil ? "{\"eventId\":7,}" : page.joined(separator: ",")
            return .success(Array("{\"events\":[\(events)]\(token)}".utf8))
        }
    }

    private var pace: PollPace { PollPace(first: .seconds(2), longest: .seconds(120), giveUpAfter: .seconds(1800), random: Randomness { 0.5 }) }

    /// Runs a tail over `streams` until `end` seconds, then drains; returns the lines.
    private func run(_ cloud: inout CloudWatch, streams: [String], end: Double, region: String = "us-east-1") -> [LogLine] {
        var tail = LogTail(region: region, pace: pace, random: Randomness { 0.5 }, policy: "batch")
        var now = Instant(sinceStart: .zero)
        var lines: [LogLine] = []
        for stream in streams { tail.open(LogSource(group: "g", stream: stream, label: stream), at: now) }
        var hasEnded = false
        cloud.sort()
        while !(hasEnded && tail.isDrained(at: now)) {
            if !hasEnded, now.sinceStart >= .seconds(end) {
                hasEnded = true
                tail.endAll(at: Timestamp(millisecondsSinceEpoch: Int64(end * 1000)), now: now)
            }
            let milliseconds = now.sinceStart.milliseconds
            // As the runner does it: the next page is asked for before the lines of this one are looked at.
            var calls = tail.due(at: now, serverTime: Timestamp(millisecondsSinceEpoch: milliseconds))
            while !calls.isEmpty {
                let call = calls.removeFirst()
                _ = tail.take(cloud.answer(call.request, at: now, milliseconds), tag: call.tag, at: now)
                calls += tail.due(at: now, serverTime: Timestamp(millisecondsSinceEpoch: milliseconds))
                lines += tail.lines(at: now)
            }
            let next = tail.nextDue(at: now) ?? now + .seconds(1)
            now = max(hasEnded ? next : min(next, Instant(sinceStart: .seconds(end))), now + .milliseconds(1))
        }
        return lines
    }

    @Test func lateEventsComeOnceHoweverLate() {
        var cloud = CloudWatch()
        for index in 0..<1000 { cloud.events.append(.init(stream: "s", time: Int64(index * 100), ingested: Int64(index * 100 + 500), message: "\(index)")) }
        cloud.events.append(.init(stream: "s", time: 5, ingested: 90_000, message: "a minute and a half late"))
        cloud.events.append(.init(stream: "s", time: 7, ingested: 104_000, message: "after the end"))
        let lines = run(&cloud, streams: ["s"], end: 100)
        #expect(lines.count == 1002)
        #expect(Set(lines.map { Array($0.message) }).count == 1002)
    }

    @Test func smallPagesEqualTimesAndManyStreams() {
        var cloud = CloudWatch()
        cloud.pageSize = 7
        for index in 0..<2000 { cloud.events.append(.init(stream: "s\(index % 30)", time: Int64(index / 10 * 50), ingested: Int64(index / 10 * 50 + 200), message: "\(index)")) }
        let lines = run(&cloud, streams: (0..<30).map { "s\($0)" }, end: 12)
        #expect(lines.map { String(decoding: $0.message, as: UTF8.self) }.sorted() == (0..<2000).map(String.init).sorted())
        #expect(lines.allSatisfy { $0.label != nil })
    }

    /// A thousand streams that say little are read a hundred at a time.
    @Test func aThousandQuietStreamsCostFewReads() {
        var cloud = CloudWatch()
        for stream in 0..<1000 { cloud.events.append(.init(stream: "s\(stream)", time: 1000, ingested: 1500, message: "up \(stream)")) }
        let lines = run(&cloud, streams: (0..<1000).map { "s\($0)" }, end: 3600, region: "eu-central-1")
        #expect(lines.count == 1000)
        // Not more than two a second at any time in a region that allows five, and rarely in the long run.
        for second in 0..<3600 { #expect(cloud.calls.count { Int($0.sinceStart.inSeconds) == second } <= 4) }
        #expect(cloud.calls.count < 1200)
    }

    /// The one that says nothing must not make the other be read from its beginning each time.
    @Test func aQuietStreamBesideAChattyOneCostsNothing() {
        var cloud = CloudWatch()
        cloud.pageSize = 1000
        for index in 0..<60_000 { cloud.events.append(.init(stream: "chatty", time: Int64(index * 10), ingested: Int64(index * 10 + 500), message: "\(index)")) }
        let lines = run(&cloud, streams: ["chatty", "quiet"], end: 600)
        #expect(lines.count == 60_000)
        // 60 pages, twice with the sweep, and what the windows overlap.
        #expect(cloud.calls.count < 1500)
    }

    /// The page that was asked for behind a broken one is no reason to pass over that.
    @Test func aBrokenPageIsReadAgain() {
        var cloud = CloudWatch()
        (cloud.pageSize, cloud.broken) = (50, [1, 3, 4, 12, 30])
        for index in 0..<1000 { cloud.events.append(.init(stream: "s", time: Int64(index * 10), ingested: Int64(index * 10 + 500), message: "\(index)")) }
        let lines = run(&cloud, streams: ["s"], end: 20)
        #expect(lines.map { String(decoding: $0.message, as: UTF8.self) }.sorted() == (0..<1000).map(String.init).sorted())
    }

    /// One refusal, for whatever reason, repeats no line and ends no log.
    @Test(arguments: ["AccessDeniedException", "InvalidSignatureException", "UnrecognizedClientException", "InvalidParameterException", "ServiceUnavailableException"])
    func aRefusalInTheMiddle(_ code: String) {
        var cloud = CloudWatch()
        cloud.refused = [4: code]
        for index in 0..<600 { cloud.events.append(.init(stream: "s\(index % 2)", time: Int64(index * 100), ingested: Int64(index * 100 + 500), message: "\(index)")) }
        let lines = run(&cloud, streams: ["s0", "s1"], end: 60)
        #expect(lines.map { String(decoding: $0.message, as: UTF8.self) }.sorted() == (0..<600).map(String.init).sorted())
    }

    /// An empty page is no failure, and whoever throttles answers: three minutes of that are waited out.
    @Test func throttlesBehindAnEmptyPage() {
        var cloud = CloudWatch()
        cloud.beginsEmpty = true
        for call in 3..<10 { cloud.refused[call] = "ThrottlingException" }
        for index in 0..<500 { cloud.events.append(.init(stream: "s", time: Int64(index), ingested: Int64(index + 500), message: "\(index)")) }
        #expect(run(&cloud, streams: ["s"], end: 1).count == 500)
    }

    /// A host whose clock was an hour ahead and has been set right.
    @Test func anEventOfTheFutureDoesNotHoldTheOthersBack() {
        var cloud = CloudWatch()
        cloud.events.append(.init(stream: "s", time: 3_600_000, ingested: 500, message: "ahead"))
        for index in 1..<100 { cloud.events.append(.init(stream: "s", time: Int64(index * 5000), ingested: Int64(index * 5000 + 500), message: "\(index)")) }
        #expect(run(&cloud, streams: ["s"], end: 600).count == 100)
        #expect(cloud.delivered(before: 590) == 100)
    }

    /// Reads that never get beyond their first page end as any that fail.
    @Test(arguments: [true, false]) func aSecondPageThatIsNeverRead(isBroken: Bool) {
        var cloud = CloudWatch()
        (cloud.pageSize, cloud.secondPage) = (10, isBroken ? "broken" : "InvalidParameterException")
        for index in 0..<30 { cloud.events.append(.init(stream: "s", time: Int64(index), ingested: Int64(index + 500), message: "\(index)")) }
        #expect(run(&cloud, streams: ["s"], end: 10).count == 10)
        #expect(cloud.calls.last.map { $0.sinceStart < .seconds(60) } == true)
    }

    /// A host whose clock is five minutes behind: its lines come while the work runs, not with the sweep.
    @Test func aClockThatIsBehindDoesNotHoldTheLinesBack() {
        var cloud = CloudWatch()
        for index in 0..<60 { cloud.events.append(.init(stream: "s", time: Int64(index * 10_000), ingested: Int64(index * 10_000 + 300_000), message: "\(index)")) }
        let lines = run(&cloud, streams: ["s", "quiet"], end: 1200)
        let untilTheEnd = cloud.calls.count { $0.sinceStart < .seconds(1200) }
        #expect(lines.count == 60)
        #expect(lines.map(\.time) == lines.map(\.time).sorted())
        #expect(cloud.delivered(before: 1200) == 60, "\(untilTheEnd) reads")
    }

    /// More in one millisecond, and more streams, than anything that is remembered.
    @Test func manyStreamsOfWhichOneIsChatty() {
        var cloud = CloudWatch()
        for index in 0..<4000 { cloud.events.append(.init(stream: "s99", time: 5000, ingested: 5500, message: "\(index)")) }
        let lines = run(&cloud, streams: (0..<100).map { "s\($0)" }, end: 30)
        #expect(lines.count == 4000)
    }

    @Test func aStreamThatIsMissingDoesNotHideTheOthers() {
        var cloud = CloudWatch()
        cloud.missing = ["s3", "s77"]
        for stream in 0..<100 { cloud.events.append(.init(stream: "s\(stream)", time: 1000, ingested: 1500, message: "\(stream)")) }
        let lines = run(&cloud, streams: (0..<100).map { "s\($0)" }, end: 60)
        #expect(lines.count == 98)
    }

    /// Longer than anything that is remembered.
    @Test func aChattyStreamIsReadOnceInBoundedMemory() {
        var cloud = CloudWatch()
        for index in 0..<140_000 { cloud.events.append(.init(stream: "s", time: Int64(index / 10), ingested: Int64(index / 10), message: "\(index)")) }
        let lines = run(&cloud, streams: ["s"], end: 60)
        #expect(lines.count == 140_000)
    }
}

extension Array {
    /// The first index whose element holds; elements that do not come first.
    fileprivate func partitioningIndex(where holds: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if holds(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
