import Foundation
import JSON
import Testing
import TestSupport

/// Hosts of a fleet with everything at moto: what the roles of iam/ allow is enough, and two hosts make one piece of work.
@Suite(.serialized) struct MotoFleetTests {
    @Test(arguments: ["batch", "glue"])
    func twoHostsMakeOne(service: String) throws {
        let moto = try Moto(policy: service, "history")
        var environment = moto.job
        environment["AWSJOB_STATE"] = "dynamodb:awsjob-fleet"
        environment["AWSJOB_ADVICE"] = "off"
        let made = try ChildRun([Repository.awsjob, "history", "init"], environment: environment)
        #expect(try made.wait() == .exited(0), "\(made.stderr)")
        let target = service == "batch" ? ["--job-queue", moto.facts["job_queue"]?.string ?? "", "--job-definition", moto.facts["job_definition"]?.string ?? ""] : ["--job-name", moto.facts["glue_job"]?.string ?? ""]
        let start = service == "batch" ? "SubmitJob" : "StartJobRun"
        for run in 1...8 {
            var random = SplitMix(state: UInt64(run))
            let hosts = try (0..<2).map { _ in
                environment["AUTORUN"] = "\(run)/1"
                environment["AWSJOB_STATE_DIR"] = try Scratch.folder().path
                usleep(UInt32.random(in: 0..<40_000, using: &random))
                return try ChildRun([Repository.awsjob, service, "--poll-interval", "0.3", "--logs", "none"] + target, environment: environment)
            }
            for host in hosts { #expect(try host.wait(limit: 60) == .exited(0), "run \(run): \(host.stderr)") }
            #expect(try moto.calls().filter { $0.hasSuffix(":" + start) }.count == run)
        }
        print("moto fleet \(service): 8 runs on two hosts each, \(try moto.calls().filter { $0.hasSuffix(":" + start) }.count) submissions")
    }
}
