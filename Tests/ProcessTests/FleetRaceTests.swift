import Foundation
import JSON
import Testing
import TestSupport

/// Two hosts begin the same run at seeded moments, with seeded faults, and one of them may be killed: never two pieces of
/// work. AWSJOB_FLEET_SEEDS sets how many for each service, AWSJOB_FLEET_SEED the first.
@Suite(.serialized) struct FleetRaceTests {
    private static let count = UInt64(ProcessInfo.processInfo.environment["AWSJOB_FLEET_SEEDS"] ?? "") ?? 10
    private static let first = UInt64(ProcessInfo.processInfo.environment["AWSJOB_FLEET_SEED"] ?? "") ?? 1

    enum Kind: String, CaseIterable, Sendable {
        case batch, glue, stepfunctions

        var start: String {
            switch self {
            case .batch: "SubmitJob"
            case .glue: "StartJobRun"
            case .stepfunctions: "StartExecution"
            }
        }

        func prepare(_ aws: ScriptedAWS, seconds: Double?) throws {
            let end = seconds.map { #"{"at":\#($0),"state":"SUCCEEDED"}"# } ?? "null"
            switch self {
            case .batch: _ = try aws.jobDefinition("work", seconds.map { Walk.job("SUCCEEDED", exitCode: 0, after: $0) } ?? Walk.endlessJob)
            case .glue: _ = try aws.control("PUT", "glue-jobs/work", #"{"started":0.1,"end":\#(end)}"#)
            case .stepfunctions: _ = try aws.machine("work", seconds.map { Walk.ending("SUCCEEDED", after: $0) } ?? Walk.endless)
            }
        }

        func run(_ job: Job, _ words: String...) throws -> ChildRun {
            let target: [String] =
                switch self {
                case .batch: ["--job-queue", "queue", "--job-definition", "work"]
                case .glue: ["--job-name", "work"]
                case .stepfunctions: ["--state-machine-arn", ScriptedAWS.machinePrefix + "work"]
                }
            let quick = ["--poll-interval", "0.1", "--max-poll-interval", "0.3", "--logs", "none"]
            return try ChildRun([Repository.awsjob, rawValue] + target + quick + words, environment: job.environment)
        }

        /// How many pieces of work AWS has.
        func works(_ aws: ScriptedAWS) throws -> Int {
            switch self {
            case .batch: try aws.jobs().count
            case .glue: try aws.control("GET", "glue-runs").array?.count ?? 0
            case .stepfunctions: try aws.executions().count
            }
        }
    }

    @Test(arguments: Kind.allCases)
    func twoHostsAtOnce(kind: Kind) throws {
        let fleet = try Fleet()
        try kind.prepare(fleet.aws, seconds: 0.6)
        var works = 0
        for seed in Self.first..<(Self.first + Self.count) {
            var random = SplitMix(state: seed &* 104_729)
            let fault = ["", "", "", "slow", "reply_lost", "late_visible"].randomElement(using: &random) ?? ""
            if !fault.isEmpty, !(fault == "late_visible" && kind == .stepfunctions) { try fleet.aws.fault(#"{"action":"\#(kind.start)","kind":"\#(fault)","seconds":0.8}"#) }
            let first = try kind.run(try fleet.host("\(seed)/1"))
            usleep(UInt32.random(in: 0..<60_000, using: &random))
            let second = try kind.run(try fleet.host("\(seed)/1"))
            for run in [first, second] { #expect(try run.wait(limit: 60) == .exited(0), "\(kind) seed \(seed) \(fault): \(run.stderr)") }
            works += 1
            #expect(try kind.works(fleet.aws) == works, "\(kind) seed \(seed) \(fault)")
            try fleet.aws.clearFaults()
        }
        print("fleet race \(kind): seeds \(Self.first)..<\(Self.first + Self.count), \(works) runs on two hosts each, no violation unless reported")
    }

    /// SIGKILL hits one host's runner at any moment, with or without a guardian; the other host begins the same try.
    @Test(arguments: Kind.allCases)
    func oneHostIsKilled(kind: Kind) throws {
        let fleet = try Fleet()
        try kind.prepare(fleet.aws, seconds: nil)
        var (works, unsent) = (0, 0)
        for seed in Self.first..<(Self.first + Self.count) {
            var random = SplitMix(state: seed &* 15_485_863)
            let fault = ["", "", "slow", "reply_lost", "reset"].randomElement(using: &random) ?? ""
            if !fault.isEmpty { try fleet.aws.fault(#"{"action":"\#(kind.start)","kind":"\#(fault)","seconds":0.3}"#) }
            let guardian = Bool.random(using: &random) ? "--guardian" : "--no-guardian"
            let first = try kind.run(try fleet.host("\(seed)/1"), guardian)
            usleep(UInt32.random(in: 20_000..<300_000, using: &random))
            first.send(SIGKILL, toGroup: true)
            if Bool.random(using: &random) { usleep(UInt32.random(in: 0..<200_000, using: &random)) }
            let second = try kind.run(try fleet.host("\(seed)/1"), "--max-runtime", "0.2", "--give-up-after", "3")
            let ending = try second.wait(limit: 60)
            _ = try first.wait()
            let made = try kind.works(fleet.aws) - works
            #expect(made <= 1, "\(kind) seed \(seed) \(fault) \(guardian): \(second.stderr)")
            // Killed between the intent and the call: nobody can know that it was never sent.
            let allowed: [ChildRun.Ending] = made == 0 ? [.exited(113)] : [.exited(111), .exited(112)]
            #expect(allowed.contains(ending), "\(kind) seed \(seed) \(fault) \(guardian): \(ending) \(second.stderr)")
            works += made
            unsent += 1 - made
            try fleet.aws.clearFaults()
        }
        #expect(works > 0)
        print("fleet crash \(kind): seeds \(Self.first)..<\(Self.first + Self.count), \(works) works, \(unsent) never sent, no violation unless reported")
    }
}
