import Foundation
import JSON
import Testing
import TestSupport

/// Express state machines: what AWS lets one do with them, and a clear word where it lets one do nothing.
@Suite struct ExpressTests {
    let aws: ScriptedAWS
    let job: Job

    init() throws {
        aws = try ScriptedAWS()
        job = try Job(aws)
    }

    private func express(_ end: String, logging: String = "OFF") throws -> String {
        try aws.machine("quick", #"{"type":"EXPRESS","events":[{"at":0.1,"type":"TaskStateEntered","state":"Work"}],"end":\#(end),"logging":{"level":"\#(logging)","group":"/sfn/quick"}}"#)
    }

    @Test func aSynchronousExecutionEndsWithItsOutcome() throws {
        let file = try Scratch.folder().appending(path: "out").path
        let run = try job.run(try express(#"{"at":0.4,"status":"SUCCEEDED","output":"{\"n\":1}"}"#), "--output-file", file)
        #expect(try run.wait() == .exited(0), "\(run.stderr)")
        #expect(run.stderr.contains("an Express state machine"))
        #expect(run.stdout.contains("started stepfunctions execution arn:aws:states:us-east-1:123456789012:express:quick:nightly-197-1-"))
        #expect(try String(contentsOfFile: file, encoding: .utf8) == #"{"n":1}"#)
        #expect(try aws.calls("StartExecution").isEmpty)
        // The same try again reports, the next one after a failure starts.
        #expect(try job.run(ScriptedAWS.machinePrefix + "quick").wait() == .exited(0))
        #expect(try aws.calls("StartSyncExecution").count == 1)
    }

    @Test(arguments: [("FAILED", 1), ("TIMED_OUT", 110)] as [(String, Int32)])
    func failuresHaveTheirCodes(status: String, code: Int32) throws {
        let run = try job.run(try express(#"{"at":0.3,"status":"\#(status)","error":"Broken","cause":"really"}"#))
        #expect(try run.wait() == .exited(code))
        #expect(run.stderr.contains("Broken: really"))
    }

    @Test func aNewTryAfterAFailureStartsAnew() throws {
        let machine = try express(#"{"at":0.2,"status":"FAILED","error":"Broken"}"#)
        #expect(try job.run(machine).wait() == .exited(1))
        #expect(try job.at("197/2").run(machine).wait() == .exited(1))
        #expect(try aws.calls("StartSyncExecution").count == 2)
    }

    @Test func oneThatLastsIsWaitedForAndNeverSentTwice() throws {
        let run = try job.run(try express(#"{"at":3,"status":"SUCCEEDED"}"#), "--give-up-after", "1")
        #expect(try run.wait() == .exited(0), "\(run.stderr)")
        try aws.fault(#"{"action":"StartSyncExecution","kind":"reply_lost"}"#)
        let lost = try job.at("198/1").run(ScriptedAWS.machinePrefix + "quick")
        #expect(try lost.wait() == .exited(113))
        #expect(try aws.calls("StartSyncExecution").count == 2)
    }

    @Test func aKillSaysThatItCannotBeStopped() throws {
        let run = try job.run(try express(#"{"at":20,"status":"SUCCEEDED"}"#))
        try aws.awaitCalls("StartSyncExecution")
        run.send(SIGTERM)
        #expect(try run.wait() == .signalled(SIGTERM))
        #expect(run.stderr.contains("cannot be stopped"))
    }

    private func startedElsewhere(_ machine: String) throws -> String {
        // Somebody whose role may not look at state machines starts it without waiting.
        try aws.fault(#"{"action":"DescribeStateMachine","kind":"error","status":400,"code":"AccessDeniedException"}"#)
        let run = try job.run(machine, "--on-signal", "detach")
        try aws.awaitCalls("StartExecution")
        let id = try #require(try aws.executions().first?["executionArn"]?.string)
        run.send(SIGTERM)
        _ = try run.wait()
        return id
    }

    @Test func anAsynchronousOneIsFollowedThroughItsLogGroup() throws {
        let id = try startedElsewhere(try express(#"{"at":1.5,"status":"FAILED","error":"Broken"}"#, logging: "ALL"))
        let run = try job.awsjob("attach", id, "--poll-interval", "0.2")
        #expect(try run.wait() == .exited(1), "\(run.stderr)")
        #expect(run.stdout.contains("state Work entered"))
        #expect(run.stderr.contains("Broken"))
        let again = try job.awsjob("attach", id, "--poll-interval", "0.2")
        again.send(SIGTERM)
        _ = try again.wait()
        #expect(try job.awsjob("orphans").wait() == .exited(0))
    }

    @Test func whereNothingIsLoggedTheOutcomeIsUnknown() throws {
        let id = try startedElsewhere(try express(#"{"at":1,"status":"SUCCEEDED"}"#))
        let run = try job.awsjob("attach", id, "--poll-interval", "0.2")
        #expect(try run.wait() == .exited(113))
        #expect(run.stderr.contains("does not log at level ALL"))
    }
}
