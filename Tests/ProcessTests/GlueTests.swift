import Foundation
import JSON
import Testing
import TestSupport

/// The third service: one folder and one line, and everything else the same.
@Suite struct GlueTests {
    let aws: ScriptedAWS
    let job: Job

    init() throws {
        aws = try ScriptedAWS()
        job = try Job(aws)
    }

    private func glue(_ job: Job, _ name: String, _ arguments: String...) throws -> ChildRun {
        try ChildRun([Repository.awsjob, "glue", "--job-name", name, "--poll-interval", "0.1", "--max-poll-interval", "0.3"] + arguments, environment: job.environment)
    }

    private func script(_ name: String, _ script: String) throws -> String {
        _ = try aws.control("PUT", "glue-jobs/\(name)", script)
        return name
    }

    private func runs() throws -> [JSONValue] { try aws.control("GET", "glue-runs").array ?? [] }

    @Test(arguments: [("SUCCEEDED", 0), ("FAILED", 1), ("ERROR", 1), ("TIMEOUT", 110), ("STOPPED", 111)] as [(String, Int32)])
    func everyEndHasItsCode(state: String, code: Int32) throws {
        let run = try glue(job, try script("etl", #"{"started":0.1,"end":{"at":0.3,"state":"\#(state)","message":"Command failed with exit code 10"}}"#), "--logs", "none")
        #expect(try run.wait() == .exited(code), "\(run.stderr)")
        if code != 0 { #expect(run.stderr.contains("Command failed with exit code 10")) }
    }

    @Test func argumentsLogsAndOneShotCommands() throws {
        let name = try script("etl", #"{"started":0.1,"end":{"at":0.8,"state":"SUCCEEDED"},"log":[{"at":0.3,"message":"rows 5"},{"at":0.4,"message":"warn","stream":"error"}]}"#)
        let run = try glue(job, name, "--arguments", "--day=21,--mode=full", "--number-of-workers", "2", "--worker-type", "G.1X")
        #expect(try run.wait(limit: 60) == .exited(0), "\(run.stderr)")
        #expect(run.stdout.contains("Z [output] rows 5\n") && run.stdout.contains("Z [error] warn\n"))
        let request = try #require(try runs().first?["request"])
        #expect(request["Arguments"]?["--day"]?.string == "21")
        #expect(request["NumberOfWorkers"]?.int == 2)
        #expect(request["Arguments"]?["--awsjob-run"]?.string?.hasPrefix("nightly-197-1-") == true)
        #expect(try job.awsjob("status", "nightly:197/1").wait() == .exited(0))
        #expect(try glue(job, name, "--arguments", "x").wait() == .exited(117))
    }

    @Test func onceAndStopped() throws {
        let name = try script("endless", #"{"started":0.1,"end":null}"#)
        try aws.fault(#"{"action":"StartJobRun","kind":"reply_lost"}"#)
        let run = try glue(job, name, "--logs", "none")
        try eventually("it runs: \(run.stderr)") { run.stdout.contains("job run RUNNING") }
        let again = try glue(job, name, "--logs", "none")
        try eventually("it is followed") { again.stdout.contains("following glue job run") }
        again.send(SIGTERM)
        #expect(try again.wait() == .signalled(SIGTERM))
        #expect(try run.wait() == .exited(111))
        #expect(try runs().count == 1)
        #expect(try runs().first?["state"]?.string == "STOPPED")
        let killed = try glue(job.at("198/1"), name, "--logs", "none")
        try eventually("it runs") { killed.stdout.contains("job run RUNNING") }
        killed.send(SIGKILL, toGroup: true)
        _ = try killed.wait()
        try eventually("the guardian stops it") { try runs().allSatisfy { $0["state"]?.string == "STOPPED" } }
    }

    /// AWS answers 200 to a stop that it refuses.
    @Test func aRefusedStopIsNoStop() throws {
        let name = try script("endless", #"{"started":0.1,"end":null}"#)
        let run = try glue(job, name, "--logs", "none")
        try eventually("it runs") { run.stdout.contains("job run RUNNING") }
        let refusal = #"{\"SuccessfulSubmissions\":[],\"Errors\":[{\"JobRunId\":\"x\",\"ErrorDetail\":{\"ErrorCode\":\"InternalServiceException\",\"ErrorMessage\":\"try later\"}}]}"#
        try aws.fault(#"{"action":"BatchStopJobRun","kind":"error","status":200,"times":2,"body":"\#(refusal)"}"#)
        run.send(SIGTERM)
        #expect(try run.wait() == .signalled(SIGTERM))
        try eventually("stopped all the same") { try runs().first?["state"]?.string == "STOPPED" }
        #expect(try aws.calls("BatchStopJobRun").count >= 3)
        #expect(try job.awsjob("stop", "endless/jr_unknown").wait() == .exited(1))
    }

    /// AWS says the same of a run that has ended and of one that it does not stop yet.
    @Test func aStopThatIsRefusedWhileTheRunStartsIsSentAgain() throws {
        let name = try script("slow", #"{"started":3,"end":null,"stoppable":3}"#)
        let run = try glue(job, name, "--logs", "none")
        try eventually("it starts") { run.stdout.contains("job run STARTING") }
        let id = try #require(try runs().first?["jobRunId"]?.string)
        let refused = try job.awsjob("stop", "slow/\(id)")
        #expect(try refused.wait() == .exited(114))
        #expect(refused.stderr.contains("is in state STARTING"))
        run.send(SIGTERM)
        #expect(try run.wait() == .signalled(SIGTERM))
        #expect(run.stderr.contains("was stopped"))
        try eventually("stopped") { try runs().first?["state"]?.string == "STOPPED" }
        #expect(try job.awsjob("stop", "slow/\(id)").wait() == .exited(0))
    }

    @Test func aKillAfterAnEndThatNobodySawIsNotHeldUp() throws {
        let run = try glue(job, try script("short", #"{"started":0.1,"end":{"at":0.5,"state":"SUCCEEDED"}}"#), "--logs", "none", "--poll-interval", "60", "--max-poll-interval", "60")
        try eventually("it ends") { try runs().first?["state"]?.string == "SUCCEEDED" }
        run.send(SIGTERM)
        #expect(try run.wait() == .signalled(SIGTERM))
        #expect(!run.stderr.contains("not confirmed"), "\(run.stderr)")
        #expect(try aws.calls("BatchStopJobRun").count == 1)
    }

    @Test func aRunThatNeverShowsIs113() throws {
        try aws.fault(#"{"action":"StartJobRun","kind":"hidden"}"#)
        let run = try glue(job, "any-x", "--give-up-after", "2", "--logs", "none")
        #expect(try run.wait() == .exited(113))
        #expect(try glue(job, "any-x", "--give-up-after", "2", "--logs", "none").wait() == .exited(113))
        #expect(try aws.calls("StartJobRun").count == 1)
    }

    @Test func maxRuntimeAndRefusal() throws {
        #expect(try glue(job, try script("endless", #"{"started":0.1,"end":null}"#), "--max-runtime", "0.5", "--logs", "none").wait() == .exited(112))
        let nowhere = try glue(job.at("198/1"), "nowhere")
        #expect(try nowhere.wait() == .exited(114))
        #expect(nowhere.stderrLines.count == 1, "\(nowhere.stderr)")
    }
}
