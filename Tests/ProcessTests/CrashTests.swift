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

        let run = try job.run(machine)
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

    private func mine(_ aws: ScriptedAWS, _ seed: UInt64) throws -> [JSONValue] {
        try aws.executions().filter { $0["name"]?.string?.hasPrefix("crash-\(seed)-") == true }
    }
}

/// A small generator whose every state follows from its seed (Steele, Lea, Flood 2014).
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
