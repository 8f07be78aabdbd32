import Foundation
import Testing
import TestSupport

/// kill -9 of the runner, of its process group, or of the guardian, each at a random system call and under load; then the same
/// try again, the next try, or `orphans --stop`: never two pieces of work, never one that goes on without anybody.
/// AWSJOB_CRASH_SEEDS sets how many for each service, AWSJOB_CRASH_SEED the first.
@Suite struct CrashPointTests {
    private static let count = Int(ProcessInfo.processInfo.environment["AWSJOB_CRASH_SEEDS"] ?? "") ?? 24
    private static let first = UInt64(ProcessInfo.processInfo.environment["AWSJOB_CRASH_SEED"] ?? "") ?? 1

    @Test(arguments: Workload.allCases)
    func killedAtAnySystemCall(workload: Workload) throws {
        let aws = try ScriptedAWS()
        let whole = try CrashCase(0, workload, aws).measure()
        let tally = Tally()
        let violations = SideBySide.violations(in: Self.count, lanes: 6) { number in
            try CrashCase(Self.first + UInt64(number), workload, aws).run(whole, tally)
        }
        #expect(violations.isEmpty, "\(violations.joined(separator: "\n"))")
        #expect(tally["killed"] > Self.count / 2, "the kills have to hit")
        print("crash points of \(workload.rawValue), seeds \(Self.first)..<\(Self.first + UInt64(Self.count)): \(tally.text), \(violations.count) violations")
    }
}

/// Counts from many threads.
private final class Tally: @unchecked Sendable {
    private let lock = NSLock()
    private var counts: [String: Int] = [:]

    func add(_ what: String) { lock.withLock { counts[what, default: 0] += 1 } }
    subscript(_ what: String) -> Int { lock.withLock { counts[what] ?? 0 } }
    var text: String { lock.withLock { counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ") } }
}

/// One seed: what is killed where, and what comes after.
private struct CrashCase {
    private enum Victim: CaseIterable { case runner, group, guardian, groupThenRescue }
    private enum Next: String, CaseIterable { case sameTry = "same try", nextTry = "next try", orphans }

    private let seed: UInt64
    private let workload: Workload
    private let aws: ScriptedAWS
    private let name: String
    private var job: Job
    private let report: URL

    init(_ seed: UInt64, _ workload: Workload, _ aws: ScriptedAWS) throws {
        (self.seed, self.workload, self.aws) = (seed, workload, aws)
        name = "crash\(seed)"
        job = try Job(aws, name: name, autorun: "1/1")
        job.environment["AWS_ACCESS_KEY_ID"] = "AKIDCRASH\(seed)"
        report = job.stateFolder.appending(path: "crashpoint")
        try workload.define(aws, name)
    }

    private var words: [String] { workload.words(name) + ["--logs", "none", "--max-runtime", "0.6", "--give-up-after", "2"] }

    /// How many stops a whole run has, and the rescue of a killed one.
    func measure() throws -> (runner: Int, rescue: Int) {
        var last = CrashPoint()
        let whole = try last.run(words, job.environment, report: report)
        guard try whole.wait(limit: 60) == .exited(112), let seen = CrashPoint.report(report) else { throw TestFailure("no whole run: \(whole.stderr)") }
        // Late enough for the work to have been started: the first half of a run loads libraries.
        last.runner = seen.runner * 4 / 5
        let killed = try last.run(words, job.at("2/1").environment, report: report)
        guard try killed.wait(limit: 60) == .signalled(SIGKILL), let rescue = CrashPoint.report(report) else { throw TestFailure("no rescue: \(killed.stderr)") }
        return (seen.runner, rescue.guardian)
    }

    func run(_ whole: (runner: Int, rescue: Int), _ tally: Tally) throws -> [String] {
        var random = SplitMix(state: seed &* 2_654_435_761 &+ UInt64(workload.rawValue.utf8.count))
        let victim = Victim.allCases.randomElement(using: &random) ?? .runner
        let next = Next.allCases.randomElement(using: &random) ?? .sameTry
        let fault = ["", "", "reply_lost", "slow"].randomElement(using: &random) ?? ""
        var point = CrashPoint()
        if victim != .guardian { point.runner = Int.random(in: 1...whole.runner, using: &random) }
        point.takesGroup = victim != .runner
        // Alone it has few system calls before it sleeps.
        if victim == .guardian { point.guardian = Int.random(in: 1...28, using: &random) }
        if victim == .groupThenRescue { point.guardian = Int.random(in: 28...whole.rescue, using: &random) }
        if !fault.isEmpty { try aws.fault(#"{"action":"\#(workload.start)","kind":"\#(fault)","seconds":0.2,"key":"AKIDCRASH\#(seed)"}"#) }

        var violations: [String] = []
        let run = try point.run(words, job.environment, report: report)
        let ending = try settled(run, victim)
        let kills = CrashPoint.report(report)?.kills ?? 0
        if kills > 0 { tally.add("killed") }
        if try !workload.works(aws, name).isEmpty { tally.add("with work in AWS") }
        // Without its guardian a runner goes on; a point behind the end is never reached.
        let isAlive = victim == .guardian || kills == 0
        if isAlive, ending != .exited(112) { violations.append("the runner's end: \(ending.map { "\($0)" } ?? "none"), \(run.stderr)") }
        if victim == .runner || victim == .group, kills > 0, try !isQuiet() { violations.append("the guardian left it running") }
        violations += try go(on: next)
        do {
            try eventually("all is over", limit: 20) { try isQuiet() }
        } catch { violations.append("an orphan after \(next.rawValue)") }
        tally.add(next.rawValue)
        withExtendedLifetime(run) {}
        return violations.map { "\(workload.rawValue) seed \(seed), \(victim) at \(point), fault \(fault): \($0)" }
    }

    private func isQuiet() throws -> Bool { try workload.works(aws, name).allSatisfy { $0.ended != nil } }

    /// Waits for runner and guardian. A guardian that looks for a start which never reached AWS goes on for minutes: nil.
    private func settled(_ run: ChildRun, _ victim: Victim) throws -> ChildRun.Ending? {
        let deadline = Date.now.addingTimeInterval(60)
        var quietSince: Date?
        while Date.now < deadline {
            if let ending = run.ending() { return ending }
            let isDead = victim != .guardian && CrashPoint.report(report) != nil
            quietSince = try isDead && isQuiet() ? quietSince ?? .now : nil
            if let quietSince, Date.now.timeIntervalSince(quietSince) > 2 { return nil }
            usleep(50_000)
        }
        throw TestFailure("seed \(seed): neither over nor quiet; \(run.stderr)")
    }

    private func go(on next: Next) throws -> [String] {
        let job = next == .nextTry ? job.at("1/2") : job
        let run = try ChildRun([Repository.awsjob] + (next == .orphans ? ["orphans", "--stop"] : words), environment: job.environment)
        let code = try run.wait(limit: 90)
        let works = try workload.works(aws, name)
        var violations: [String] = []
        if works.count > (next == .nextTry ? 2 : 1) { violations.append("\(works.count) pieces of work after \(next.rawValue)") }
        if works.count == 2, works[0].ended.map({ $0 > works[1].began }) ?? true { violations.append("two ran at once: \(works)") }
        // Killed between the intent and the call: nobody can know that it was never sent, an execution not for half a minute.
        let doubt: [ChildRun.Ending] = workload.hasMadeUpIDs && next == .nextTry ? [.exited(116)] : workload.hasMadeUpIDs || next == .nextTry ? [.exited(113)] : []
        let allowed = (works.isEmpty ? doubt : []) + (next == .orphans ? [.exited(0), .exited(1)] : [.exited(111), .exited(112)])
        if !allowed.contains(code) { violations.append("\(next.rawValue) ended with \(code): \(run.stderr)") }
        return violations
    }
}
