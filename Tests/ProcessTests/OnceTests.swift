import Foundation
import JSON
import Testing
import TestSupport

/// Promise 1: never the same work twice.
@Suite struct OnceTests {
    let aws: ScriptedAWS
    let job: Job
    let endless: String

    init() throws {
        aws = try ScriptedAWS()
        job = try Job(aws)
        endless = try aws.machine("endless", Walk.endless)
    }

    /// A runner that goes away and leaves its work running.
    private func abandon(_ job: Job, _ machine: String) throws {
        let run = try job.run(machine, "--no-guardian")
        try aws.awaitCalls("GetExecutionHistory")
        run.send(SIGKILL)
        _ = try run.wait()
    }

    @Test func aRestartFollowsWhatRuns() throws {
        let machine = try aws.machine("m", Walk.ending("SUCCEEDED", after: 1.5))
        try abandon(job, machine)
        let restart = try job.run(machine)
        #expect(try restart.wait() == .exited(0))
        #expect(restart.stdout.contains("following"))
        #expect(restart.stdout.contains("state Load entered"), "the log of adopted work is printed from the start")
        #expect(try aws.executions().count == 1)
        #expect(try aws.calls("StartExecution").count == 1)
    }

    @Test func aRestartReportsWhatHasEnded() throws {
        for (status, code) in [("SUCCEEDED", Int32(0)), ("FAILED", 1), ("TIMED_OUT", 110)] {
            let machine = try aws.machine("m-\(status)", Walk.ending(status))
            let job = try Job(aws, autorun: "\(code)/1")
            #expect(try job.run(machine).wait() == .exited(code))
            #expect(try job.run(machine).wait() == .exited(code))
        }
        #expect(try aws.executions().count == 3)
    }

    @Test func aNewTryAfterAReturnedFailureStartsAnew() throws {
        let machine = try aws.machine("m", Walk.ending("FAILED"))
        #expect(try job.run(machine).wait() == .exited(1))
        #expect(try job.at("197/2").run(machine).wait() == .exited(1))
        #expect(try aws.executions().count == 2)
    }

    @Test func aNewTryReportsAFailureThatNobodyReturned() throws {
        let machine = try aws.machine("m", Walk.ending("FAILED", after: 0.6))
        try abandon(job, machine)
        usleep(700_000)
        #expect(try job.at("197/2").run(machine).wait() == .exited(1))
        #expect(try aws.executions().count == 1)
        #expect(try job.at("197/3").run(machine).wait() == .exited(1))
        #expect(try aws.executions().count == 2)
    }

    @Test func aNewTryAfterASuccessReportsIt() throws {
        let machine = ScriptedAWS.machinePrefix + "any-x"
        #expect(try job.run(machine).wait() == .exited(0))
        #expect(try job.at("197/2").run(machine).wait() == .exited(0))
        #expect(try aws.executions().count == 1)
    }

    @Test func aNewTryFollowsWhatRuns() throws {
        let machine = try aws.machine("m", Walk.ending("SUCCEEDED", after: 1.5))
        try abandon(job, machine)
        #expect(try job.at("197/2").run(machine).wait() == .exited(0))
        #expect(try aws.executions().count == 1)
    }

    @Test func anotherRunStartsItsOwn() throws {
        let machine = ScriptedAWS.machinePrefix + "any-x"
        #expect(try job.run(machine).wait() == .exited(0))
        #expect(try job.at("198/1").run(machine).wait() == .exited(0))
        #expect(try aws.executions().count == 2)
    }

    @Test func aLostReplyStartsNothingTwice() throws {
        for kind in ["reply_lost", "truncate", "garbage", "empty"] {
            let aws = try ScriptedAWS()
            try aws.fault(#"{"action":"StartExecution","kind":"\#(kind)"}"#)
            #expect(try Job(aws).run(ScriptedAWS.machinePrefix + "any-x").wait() == .exited(0), "\(kind)")
            #expect(try aws.executions().count == 1, "\(kind)")
        }
    }

    @Test func everyReplyToTheStartLost() throws {
        try aws.fault(#"{"action":"StartExecution","kind":"reply_lost","times":3}"#)
        let run = try job.run(try aws.machine("m", Walk.ending("SUCCEEDED", after: 4)))
        #expect(try run.wait() == .exited(0), "\(run.stderr)")
        #expect(try aws.executions().count == 1)
    }

    @Test func onAnotherHostByNameAndInput() throws {
        let machine = try aws.machine("m", Walk.ending("SUCCEEDED", after: 1.5))
        try abandon(job, machine)
        #expect(try job.onAnotherHost().run(machine).wait() == .exited(0))
        #expect(try job.onAnotherHost().run(machine).wait() == .exited(0))
        #expect(try job.onAnotherHost().at("197/2").run(machine).wait() == .exited(0))
        #expect(try aws.executions().count == 1)
    }

    @Test func onAnotherHostAFailureOfAnEarlierTryIsRefusedUnlessDecided() throws {
        let machine = try aws.machine("m", Walk.ending("FAILED"))
        #expect(try job.run(machine).wait() == .exited(1))
        let refused = try job.onAnotherHost().at("197/2").run(machine)
        #expect(try refused.wait() == .exited(116))
        #expect(refused.stderr.contains("--new-try"))
        #expect(try aws.executions().count == 1)
        #expect(try job.onAnotherHost().at("197/2").run(machine, "--new-try", "adopt").wait() == .exited(1))
        #expect(try aws.executions().count == 1)
        #expect(try job.onAnotherHost().at("197/2").run(machine, "--new-try", "start").wait() == .exited(1))
        #expect(try aws.executions().count == 2)
    }

    @Test func redriveContinuesWhereItFailed() throws {
        let machine = try aws.machine("m", Walk.ending("FAILED"))
        #expect(try job.run(machine).wait() == .exited(1))
        _ = try aws.machine("m", Walk.ending("SUCCEEDED"))
        let redriven = try job.at("197/2").run(machine, "--new-try", "redrive")
        #expect(try redriven.wait() == .exited(0), "\(redriven.stderr)")
        #expect(redriven.stdout.contains("redriven"))
        #expect(try aws.executions().count == 1)
    }

    @Test func twoRunnersAtOnce() throws {
        for run in 1...5 {
            let job = try Job(aws, name: "twins", autorun: "\(run)/1")
            let machine = try aws.machine("m", Walk.ending("SUCCEEDED", after: 0.7))
            let twins = try [job.run(machine), job.run(machine), job.onAnotherHost().run(machine)]
            for twin in twins { #expect(try twin.wait() == .exited(0), "\(twin.stderr)") }
            #expect(try aws.executions().count == run)
        }
    }

    @Test func triesAreCountedWhereAutorunHasNone() throws {
        let job = try Job(aws, autorun: "300")
        let machine = try aws.machine("m", Walk.ending("FAILED"))
        #expect(try job.run(machine).wait() == .exited(1))
        #expect(try job.run(machine).wait() == .exited(1))
        #expect(try aws.executions().compactMap { $0["name"]?.string?.split(separator: "-")[2] } == ["1", "2"])
    }

    @Test func aChosenNameThatHasEndedIsNotTakenForThisRun() throws {
        let machine = ScriptedAWS.machinePrefix + "any-x"
        #expect(try job.run(machine, "--name", "daily").wait() == .exited(0))
        #expect(try job.run(machine, "--name", "daily").wait() == .exited(0), "the same run and try reports")
        #expect(try job.at("198/1").run(machine, "--name", "daily").wait() == .exited(116))
    }

    @Test func attachFollowsAndReturnsTheOutcome() throws {
        let machine = try aws.machine("m", Walk.ending("FAILED", after: 1.5))
        try abandon(job, machine)
        let id = try #require(try aws.executions().first?["executionArn"]?.string)
        #expect(try job.awsjob("attach", id, "--poll-interval", "0.2").wait() == .exited(1))
        #expect(try job.awsjob("attach", id + "x").wait() == .exited(114))
    }

    @Test func statusAndStop() throws {
        try abandon(job, endless)
        let status = try job.awsjob("status", "nightly:197/1", "--json")
        #expect(try status.wait() == .exited(0))
        #expect(try JSONValue(parsing: status.stdout)["status"]?.string == "RUNNING")
        #expect(try job.awsjob("stop", "nightly").wait() == .exited(0))
        #expect(try aws.statuses() == ["ABORTED"])
        #expect(try job.awsjob("status", "nightly:198/1").wait() == .exited(117))
        #expect(try job.awsjob("status", "arn:aws:states:us-east-1:123456789012:execution:endless:nobody").wait() == .exited(1))
    }
}
