import AWS
import Effects
import JSON
import Runs
import Testing
import TestSupport
import Workloads

/// A thousand runs of one account and region in simulated time, each with its follower and its log: how many calls of a
/// kind they make together.
@Suite struct FleetPaceTests {
    private static let runners = 1000
    private static let epoch = Timestamp(millisecondsSinceEpoch: 1_800_000_000_000)
    /// Every run takes an hour; they start within two minutes.
    private static let length = Duration.seconds(3600)

    private struct Runner {
        var follower: any Follower
        var tail: LogTail
        let began: Instant
        var sawEndAt: Instant?

        func nextDue(at now: Instant) -> Instant? {
            follower.outcome == nil ? [follower.nextDue, tail.nextDue(at: now)].compactMap { $0 }.min() : nil
        }
    }

    private struct Count {
        /// By operation, a count for each minute.
        var minutes: [String: [Int]] = [:]
        var ended = 0
        /// From the end in AWS to the moment when the follower knew it, seconds, in order.
        var delays: [Double] = []

        mutating func add(_ operation: String, at now: Instant) {
            let minute = Int(now.sinceStart.inSeconds / 60)
            var counts = minutes[operation] ?? []
            while counts.count <= minute { counts.append(0) }
            counts[minute] += 1
            minutes[operation] = counts
        }

        /// The most a second of any minute in that span, for each operation.
        func peaks(_ span: Range<Int>) -> [String: Double] {
            minutes.mapValues { counts in Double(span.compactMap { counts.indices.contains($0) ? counts[$0] : nil }.max() ?? 0) / 60 }
        }
    }

    /// `isThrottled`: whether AWS refuses a call of that time.
    private func simulate<Service: WorkloadService>(_ service: Service.Type, seed: UInt64, isThrottled: (Instant) -> Bool = { _ in false }) throws -> Count {
        var generator = SplitMix(state: seed)
        var runners: [Runner] = []
        var agenda: [(at: Instant, runner: Int)] = []
        for number in 0..<Self.runners {
            let random = random(generator.next())
            let pace = PollPace(first: .seconds(2), longest: .seconds(120), giveUpAfter: .seconds(1800), random: random)
            let began = Instant(sinceStart: .seconds(Double.random(in: 0..<120, using: &generator)))
            var tail = LogTail(region: "eu-west-2", pace: pace, random: random, policy: "any")
            tail.open(LogSource(group: "/aws/batch/job", stream: "s\(number)", label: nil), at: began)
            let id = WorkloadID(service == Batch.self ? "876da822-4198-45f2-a252-\(100_000_000_000 + number)" : "arn:aws:states:eu-west-2:123456789012:execution:m:e\(number)")
            let follower = service.follow(id, FollowOptions(pace: pace, redrives: 0, logs: false, since: Self.epoch))
            runners.append(Runner(follower: follower, tail: tail, began: began))
            agenda.append((began, number))
        }
        return try run(&runners, agenda, isThrottled)
    }

    /// The thousand differ in their jitter.
    private func random(_ seed: UInt64) -> Randomness {
        let generator = Box(SplitMix(state: seed))
        return Randomness { Double.random(in: 0..<1, using: &generator.value) }
    }

    private final class Box {
        var value: SplitMix
        init(_ value: SplitMix) { self.value = value }
    }

    private func run(_ runners: inout [Runner], _ agenda: [(at: Instant, runner: Int)], _ isThrottled: (Instant) -> Bool) throws -> Count {
        var count = Count()
        // By second: who is due.
        var seconds: [[Int]] = Array(repeating: [], count: 3 * 3600)
        for entry in agenda { seconds[Int(entry.at.sinceStart.inSeconds)].append(entry.runner) }
        for second in seconds.indices {
            let now = Instant(sinceStart: .seconds(second + 1))
            for number in seconds[second] {
                step(&runners[number], at: now, isThrottled(now), &count)
                guard let next = runners[number].nextDue(at: now) else { continue }
                let due = max(second + 1, Int(next.sinceStart.inSeconds))
                if due < seconds.count { seconds[due].append(number) }
            }
        }
        count.ended = runners.count { $0.sawEndAt != nil }
        count.delays = runners.compactMap { runner in runner.sawEndAt.map { ($0 - (runner.began + Self.length)).inSeconds } }.sorted()
        return count
    }

    private func step(_ runner: inout Runner, at now: Instant, _ isThrottled: Bool, _ count: inout Count) {
        let hasEnded = now - runner.began >= Self.length
        let refusal = CallError.service(ServiceError(code: "ThrottlingException", message: "Rate exceeded", status: 400, requestID: nil), action: "any")
        for call in runner.tail.due(at: now, serverTime: Self.epoch + now.sinceStart) {
            count.add(call.request.operation, at: now)
            _ = runner.tail.take(isThrottled ? .failure(refusal) : .success(Array(#"{"events":[]}"#.utf8)), tag: call.tag, at: now)
            _ = runner.tail.lines(at: now)
        }
        for call in runner.follower.due(at: now) {
            count.add(call.request.operation, at: now)
            _ = runner.follower.take(isThrottled ? .failure(refusal) : .success(Self.answer(call.request, hasEnded: hasEnded)), tag: call.tag, at: now)
        }
        if runner.follower.outcome != nil { runner.sawEndAt = runner.sawEndAt ?? now }
    }

    /// As AWS describes work that runs, or has ended well.
    private static func answer(_ call: APICall, hasEnded: Bool) -> JSONValue {
        func event(_ id: Int, _ type: String) -> JSONValue {
            ["id": JSONValue(id), "previousEventId": JSONValue(id - 1), "timestamp": .number("1.8E9"), "type": JSONValue(type)]
        }
        switch call.operation {
        case "GetExecutionHistory": return ["events": .array((hasEnded ? [event(2, "ExecutionSucceeded")] : []) + [event(1, "ExecutionStarted")])]
        case "DescribeExecution": return ["status": hasEnded ? "SUCCEEDED" : "RUNNING", "output": hasEnded ? "{}" : .null]
        default:
            let asked = (try? JSONValue(parsing: call.body))?["jobs"]?.array ?? []
            let end: [JSONValue.Member] = [.init("status", "SUCCEEDED"), .init("container", ["exitCode": 0])]
            return ["jobs": .array(asked.map { .object([.init("jobId", $0), .init("jobName", "n")] + (hasEnded ? end : [.init("status", "RUNNING")])) })]
        }
    }

    /// DescribeExecution's quota is 10 a second in most regions, FilterLogEvents' as well.
    @Test func aThousandQuietRunsStayWithinTenCallsASecondOfEachKind() throws {
        for (name, count) in [("stepfunctions", try simulate(StepFunctions.self, seed: 1)), ("batch", try simulate(Batch.self, seed: 2))] {
            let peaks = count.peaks(10..<60)
            #expect(peaks.count >= 2 && peaks.values.allSatisfy { $0 < 10 }, "\(name): \(peaks)")
            #expect(count.ended == Self.runners, "\(name)")
            let (middle, late) = (count.delays[count.delays.count / 2], count.delays[count.delays.count * 99 / 100])
            #expect(late < 135, "\(name)")
            let shown = peaks.sorted { $0.key < $1.key }.map { "\($0.key) \(($0.value * 10).rounded() / 10)" }.joined(separator: ", ")
            print("fleet of \(Self.runners) \(name) runs of an hour: calls a second after ten minutes at most \(shown); an end is known after \(Int(middle)) s (half), \(Int(late)) s (99 of 100)")
        }
    }

    /// Refused for ten minutes in the middle: everybody asks less, and afterwards every end is known as soon as ever.
    @Test func aThrottledAccountMakesAllSlowDownTogether() throws {
        let throttled = 1500.0..<2100.0
        let count = try simulate(Batch.self, seed: 3) { throttled.contains($0.sinceStart.inSeconds) }
        let (before, meanwhile, after) = (count.peaks(20..<25), count.peaks(27..<35), count.peaks(40..<60))
        for (operation, peak) in meanwhile { #expect(peak <= before[operation, default: 0] * 1.2, "\(operation): \(before) \(meanwhile)") }
        for (operation, peak) in after { #expect(peak < 10, "\(operation): \(after)") }
        #expect(count.ended == Self.runners)
        #expect(count.delays[count.delays.count * 99 / 100] < 135)
    }
}
