import Foundation
import JSON
import Testing
import TestSupport

/// Kills of every kind at seeded moments, each followed by a restart of the same try: never two executions, never one that
/// runs without a runner. AWSJOB_CRASH_SEEDS sets how many, AWSJOB_CRASH_SEED the first.
@Suite struct CrashTests {
    private static let count = UInt64(ProcessInfo.processInfo.environment["AWSJOB_CRASH_SEEDS"] ?? "") ?? 120
    private static let first = UInt64(ProcessInfo.processInfo.environment["AWSJOB_CRASH_SEED"] ?? "") ?? 1

    @Test(arguments: 0..<4)
    func killedAtAnyMoment(lane: UInt64) throws {
        let aws = try ScriptedAWS()
        let machine = try aws.machine("endless", Walk.endless)
        var stopped = 0
        for seed in Self.first..<(Self.first + Self.count) where seed % 4 == lane {
            if try kill(seed, aws, machine) { stopped += 1 }
        }
        #expect(stopped > 0 || Self.count < 20)
        print("crash lane \(lane): seeds \(Self.first)..<\(Self.first + Self.count) mod 4, \(stopped) killed with work in AWS, no violation unless reported")
    }

    /// True when the kill hit a runner that had started something.
    private func kill(_ seed: UInt64, _ aws: ScriptedAWS, _ machine: String) throws -> Bool {
        var random = SplitMix(state: seed)
        let job = try Job(aws, name: "crash", autorun: "\(seed)/1")
        let signal = [SIGKILL, SIGKILL, SIGTERM, SIGINT, SIGHUP, SIGQUIT].randomElement(using: &random) ?? SIGKILL
        let toGroup = Bool.random(using: &random)
        let fault = ["", "", "reply_lost", "slow", "hang_after", "reset"].randomElement(using: &random) ?? ""
        if !fault.isEmpty { try aws.fault(#"{"action":"StartExecution","kind":"\#(fault)","seconds":0.2}"#) }
        let moment = UInt32.random(in: 0..<400_000, using: &random)

        let before = try aws.calls("StartExecution").count
        let run = try job.run(machine)
        // On a busy machine a program may take longer than any moment to begin.
        if seed % 3 == 0 { try? aws.awaitCalls("StartExecution", count: before + 1) }
        usleep(moment)
        run.send(signal, toGroup: toGroup)
        let ending = try run.wait()
        #expect(ending == .signalled(signal), "seed \(seed): \(run.stderr)")
        try eventually("seed \(seed): nothing runs (signal \(signal), fault \(fault), \(moment) µs)", limit: 20) {
            try mine(aws, seed).allSatisfy { $0["status"]?.string == "ABORTED" }
        }
        let started = try !mine(aws, seed).isEmpty
        try aws.clearFaults()

        let restart = try job.run(machine, "--max-runtime", "0.2")
        let code = try restart.wait()
        #expect(code == .exited(111) || code == .exited(112), "seed \(seed): \(code) \(restart.stderr)")
        let executions = try mine(aws, seed)
        #expect(executions.count == 1, "seed \(seed)")
        #expect(executions.allSatisfy { $0["status"]?.string == "ABORTED" }, "seed \(seed)")
        return started
    }

    /// The same for AWS Batch, where nothing but the runner and its guardian keeps a job from being submitted twice.
    @Test(arguments: 0..<4)
    func killedAtAnyMomentWithBatch(lane: UInt64) throws {
        let aws = try ScriptedAWS()
        let definition = try aws.jobDefinition("endless", Walk.endlessJob)
        var (stopped, unsent) = (0, 0)
        for seed in Self.first..<(Self.first + Self.count) where seed % 4 == lane {
            switch try killBatch(seed, aws, definition) {
            case 1: stopped += 1
            default: unsent += 1
            }
        }
        #expect(stopped > 0 || Self.count < 20)
        print("batch crash lane \(lane): seeds \(Self.first)..<\(Self.first + Self.count) mod 4, \(stopped) with a job in AWS, \(unsent) without, no violation unless reported")
    }

    /// How many jobs the run has made in the end.
    private func killBatch(_ seed: UInt64, _ aws: ScriptedAWS, _ definition: String) throws -> Int {
        var random = SplitMix(state: seed &* 31)
        let job = try Job(aws, name: "crash", autorun: "\(seed)/1")
        let signal = [SIGKILL, SIGKILL, SIGTERM, SIGINT].randomElement(using: &random) ?? SIGKILL
        let toGroup = Bool.random(using: &random)
        let fault = ["", "", "reply_lost", "slow", "hang_after", "reset"].randomElement(using: &random) ?? ""
        if !fault.isEmpty { try aws.fault(#"{"action":"SubmitJob","kind":"\#(fault)","seconds":0.2}"#) }
        let moment = UInt32.random(in: 0..<300_000, using: &random)
        let before = try aws.calls("SubmitJob").count
        let run = try job.batch(definition, "--logs", "none")
        if seed % 3 == 0 { try? aws.awaitCalls("SubmitJob", count: before + 1) }
        usleep(moment)
        run.send(signal, toGroup: toGroup)
        #expect(try run.wait() == .signalled(signal), "seed \(seed): \(run.stderr)")
        try eventually("seed \(seed): nothing runs (signal \(signal), fault \(fault), \(moment) µs)", limit: 20) {
            try batchJobs(aws, seed).allSatisfy { $0["status"]?.string == "FAILED" }
        }
        try aws.clearFaults()

        let restart = try job.batch(definition, "--logs", "none", "--max-runtime", "0.2", "--give-up-after", "2")
        let code = try restart.wait(limit: 60)
        let jobs = try batchJobs(aws, seed)
        #expect(jobs.count <= 1, "seed \(seed)")
        #expect(jobs.allSatisfy { $0["status"]?.string == "FAILED" }, "seed \(seed)")
        // Killed between the intent and the call: nobody can know that it was never sent.
        let allowed: [ChildRun.Ending] = jobs.isEmpty ? [.exited(113)] : [.exited(111), .exited(112)]
        #expect(allowed.contains(code), "seed \(seed): \(code) \(restart.stderr)")
        return jobs.count
    }

    private func batchJobs(_ aws: ScriptedAWS, _ seed: UInt64) throws -> [JSONValue] {
        try aws.jobs().filter { $0["jobName"]?.string?.hasPrefix("crash-\(seed)-") == true }
    }

    /// The restart and the guardian race for the work: whichever wins, there is one execution, and somebody who answers for it.
    @Test func restartedWhileTheGuardianActs() throws {
        let aws = try ScriptedAWS()
        let machine = try aws.machine("endless", Walk.endless)
        var (followed, reported) = (0, 0)
        for seed in Self.first..<(Self.first + Self.count / 3) {
            var random = SplitMix(state: seed &* 7919)
            let job = try Job(aws, name: "race", autorun: "\(seed)/1")
            let run = try job.run(machine)
            usleep(UInt32.random(in: 30_000..<300_000, using: &random))
            run.send(SIGKILL)
            usleep(UInt32.random(in: 0..<60_000, using: &random))
            let restart = try (seed % 2 == 0 ? job : job.at("\(seed)/2")).run(machine)
            // A start that was never confirmed is looked for until it is half a minute old.
            try eventually("seed \(seed): the restart follows or ends", limit: 60) {
                restart.stdout.contains("state Load entered") || restart.ending() != nil
            }
            usleep(400_000)
            let mine = try aws.executions().filter { $0["name"]?.string?.hasPrefix("race-\(seed)-") == true }
            let running = mine.filter { $0["status"]?.string == "RUNNING" }
            #expect(running.count <= 1, "seed \(seed)")
            if let ending = restart.ending() {
                #expect(ending == .exited(111), "seed \(seed): \(restart.stderr)")
                #expect(running.isEmpty, "seed \(seed): nobody follows what runs")
                reported += 1
            } else {
                followed += 1
            }
            // A new try may start anew once the first try's work is known to be stopped.
            #expect(mine.count == 1 || seed % 2 == 1 && mine.count == 2, "seed \(seed)")
            restart.send(SIGTERM)
            _ = try restart.wait()
            try eventually("seed \(seed): all stopped", limit: 20) {
                try aws.executions().filter { $0["name"]?.string?.hasPrefix("race-\(seed)-") == true }.allSatisfy { $0["status"]?.string == "ABORTED" }
            }
            _ = try run.wait()
        }
        print("race: seeds \(Self.first)..<\(Self.first + Self.count / 3), \(followed) followed, \(reported) reported the guardian's stop")
    }

    private func mine(_ aws: ScriptedAWS, _ seed: UInt64) throws -> [JSONValue] {
        try aws.executions().filter { $0["name"]?.string?.hasPrefix("crash-\(seed)-") == true }
    }
}
