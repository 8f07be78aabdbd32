import Foundation
import JSON
import Testing
import TestSupport

/// Random jobs with random logs over a random CloudWatch: the exit code is right, and exactly the stored lines are printed.
/// AWSJOB_WALK_SEEDS sets how many, AWSJOB_WALK_SEED the first.
@Suite struct LogWalkTests {
    private static let count = UInt64(ProcessInfo.processInfo.environment["AWSJOB_WALK_SEEDS"] ?? "") ?? 50
    private static let first = UInt64(ProcessInfo.processInfo.environment["AWSJOB_WALK_SEED"] ?? "") ?? 1

    /// Ten at a time: each run waits ten seconds for late lines.
    @Test func everyLineOnceAndTheRightEnd() throws {
        var lines = 0
        for group in stride(from: Self.first, to: Self.first + Self.count, by: 10) {
            let runs = try (group..<min(group + 10, Self.first + Self.count)).map(Started.init)
            for run in runs { lines += try finish(run) }
        }
        print("walks: seeds \(Self.first)..<\(Self.first + Self.count), \(lines) lines stored and printed, no difference unless reported")
    }

    private struct Started {
        let seed: UInt64
        let aws: ScriptedAWS
        let plan: WalkPlan
        let run: ChildRun

        init(seed: UInt64) throws {
            var random = SplitMix(state: seed)
            (self.seed, aws, plan) = (seed, try ScriptedAWS(), WalkPlan(seed: seed, random: &random))
            _ = try aws.jobDefinition("walk", plan.script)
            if let limits = plan.limits { _ = try aws.control("PUT", "log-limits", limits) }
            if !plan.faults.isEmpty { _ = try aws.control("POST", "faults", "[\(plan.faults.joined(separator: ","))]") }
            let job = try Job(aws, name: "walk", autorun: "\(seed)/1")
            var words = [Repository.awsjob, "batch", "--job-queue", "q", "--job-definition", "walk", "--poll-interval", "0.2", "--max-poll-interval", "1", "--log-format", "json"]
            if let size = plan.arraySize { words += ["--array-properties", "size=\(size)"] }
            run = try ChildRun(words, environment: job.environment)
        }
    }

    /// How many lines were stored.
    private func finish(_ started: Started) throws -> Int {
        let (seed, aws, plan, run) = (started.seed, started.aws, started.plan, started.run)
        let ending = try run.wait(limit: 150)
        #expect(ending == .exited(plan.exitCode), "seed \(seed): \(run.stderr)\n\(plan.script)")

        let jobs = try aws.jobs()
        #expect(jobs.count == 1, "seed \(seed)")
        let stored = jobs.flatMap(Self.stored).sorted()
        let printed = try run.stdoutLines.map { try JSONValue(parsing: $0) }.filter { $0["kind"]?.string == "log" }.compactMap { $0["message"]?.string }.sorted()
        if stored != printed {
            let missing = Self.difference(stored, printed)
            let surplus = Self.difference(printed, stored)
            Issue.record("seed \(seed): \(stored.count) stored, \(printed.count) printed, missing \(missing.prefix(5)), surplus \(surplus.prefix(5))\n\(plan.script)\n\(plan.faults) \(plan.limits ?? "")\n\(run.stderr)")
        }
        return stored.count
    }

    private static func stored(_ job: JSONValue) -> [String] {
        let own = (job["streams"]?.array ?? []).flatMap { $0["messages"]?.array?.compactMap(\.string) ?? [] }
        return own + (job["parts"]?.array ?? []).flatMap(stored)
    }

    /// As bags.
    private static func difference(_ a: [String], _ b: [String]) -> [String] {
        var counts: [String: Int] = [:]
        for line in b { counts[line, default: 0] += 1 }
        return a.filter { line in
            counts[line, default: 0] -= 1
            return counts[line, default: 0] < 0
        }
    }
}

/// One random job, CloudWatch and network.
private struct WalkPlan {
    let script: String
    let limits: String?
    let faults: [String]
    let arraySize: Int?
    let exitCode: Int32

    init(seed: UInt64, random: inout SplitMix) {
        let kind = ["container", "container", "array", "ecs", "multinode"].randomElement(using: &random) ?? "container"
        var parts: [String] = []
        var codes: [Int] = []
        let count = kind == "array" ? Int.random(in: 2...6, using: &random) : kind == "multinode" ? 2 : 1
        for part in 0..<count {
            let (text, code) = Self.job(part, containers: kind == "ecs" ? ["main", "side"] : ["main"], named: kind == "ecs", &random)
            parts.append(text)
            codes.append(code)
        }
        let failed = codes.first { $0 != 0 } ?? 0
        switch kind {
        case "array":
            script = #"{\#(parts[0]),"children":{\#(parts.enumerated().map { "\"\($0)\":{\($1)}" }.joined(separator: ","))}}"#
            arraySize = count
        case "multinode":
            let end = #""end":{"at":3.5,"status":"\#(failed == 0 ? "SUCCEEDED" : "FAILED")"}"#
            script = #"{"type":"multinode","nodes":2,\#(end),"nodeWalks":{\#(parts.enumerated().map { "\"\($0)\":{\($1)}" }.joined(separator: ","))}}"#
            arraySize = nil
        case "ecs":
            script = #"{"type":"ecs","containers":["main","side"],\#(parts[0])}"#
            arraySize = nil
        default:
            script = "{\(parts[0])}"
            arraySize = nil
        }
        exitCode = failed > 99 ? 100 : Int32(failed)
        limits = [
            nil, #"{"emptyPages":2}"#, #"{"FilterLogEvents":2}"#, #"{"tokenLifetime":0.3}"#, #"{"FilterLogEvents":3,"emptyPages":1,"tokenLifetime":5}"#,
        ].randomElement(using: &random) ?? nil
        var faults: [String] = []
        for action in ["FilterLogEvents", "FilterLogEvents", "DescribeJobs"] where Bool.random(using: &random) {
            let fault = [
                #""kind":"reset""#, #""kind":"reply_lost""#, #""kind":"error","status":503"#, #""kind":"garbage""#, #""kind":"truncate""#, #""kind":"slow","seconds":1.5"#,
                #""kind":"error","status":400,"code":"ThrottlingException","message":"Rate exceeded""#, #""kind":"html""#,
            ].randomElement(using: &random) ?? ""
            faults.append(#"{"action":"\#(action)",\#(fault),"skip":\#(Int.random(in: 0...5, using: &random)),"times":\#(Int.random(in: 1...2, using: &random))}"#)
        }
        if Int.random(in: 0..<4, using: &random) == 0 { faults.append(#"{"action":"SubmitJob","kind":"reply_lost"}"#) }
        self.faults = faults
    }

    /// Attempts, logs and end of one job, between 1 and 3 s; its exit code.
    private static func job(_ part: Int, containers: [String], named: Bool, _ random: inout SplitMix) -> (String, Int) {
        let attemptCount = Int.random(in: 1...2, using: &random)
        let code = [0, 0, 1, 7, 137].randomElement(using: &random) ?? 0
        var attempts: [String] = []
        var time = 0.1
        for attempt in 0..<attemptCount {
            let start = time
            let stop = start + Double.random(in: 0.3...1.2, using: &random)
            var log: [String] = []
            for entry in 0..<Int.random(in: 0...6, using: &random) {
                let at = Double.random(in: start...stop, using: &random)
                // Most lines arrive in half a second, some seconds later, some within the lag after the end.
                let delay: Double = [0, 0.1, 0.5, 0.5, 2, 5].randomElement(using: &random) ?? 0
                let repeated = [1, 1, 3, 40, 400].randomElement(using: &random) ?? 1
                let container = named ? #","container":"\#(containers.randomElement(using: &random) ?? "main")""# : ""
                let step = Bool.random(using: &random) ? 0 : 0.0005
                log.append(#"{"at":\#(at),"ingested":\#(at + delay),"message":"p\#(part)a\#(attempt)e\#(entry)","count":\#(repeated),"step":\#(step)\#(container)}"#)
            }
            let isLast = attempt == attemptCount - 1
            let appears = Bool.random(using: &random) ? "" : #","streamAppears":\#(start + 0.4)"#
            attempts.append(#"{"started":\#(start),"stopped":\#(stop),"exitCode":\#(isLast ? code : 1),"log":[\#(log.joined(separator: ","))]\#(appears)}"#)
            time = stop + 0.2
        }
        let end = #""end":{"at":\#(time - 0.2),"status":"\#(code == 0 ? "SUCCEEDED" : "FAILED")","reason":"Essential container in task exited"}"#
        return (#""attempts":[\#(attempts.joined(separator: ","))],\#(end)"#, code)
    }
}
