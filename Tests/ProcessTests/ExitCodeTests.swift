import Foundation
import JSON
import Testing
import TestSupport

/// Every row of the exit-code table that Step Functions can reach.
@Suite struct ExitCodeTests {
    let aws: ScriptedAWS
    let job: Job

    init() throws {
        aws = try ScriptedAWS()
        job = try Job(aws)
    }

    @Test func succeededIs0() throws {
        let machine = try aws.machine("ok", Walk.ending("SUCCEEDED", output: #"{\"paid\":1.10}"#))
        let run = try job.run(machine)
        #expect(try run.wait() == .exited(0))
        #expect(run.stdout.contains("started stepfunctions execution \(machine.replacing(":stateMachine:", with: ":execution:")):nightly-197-1-"))
        #expect(run.stdout.contains("state Load entered"))
        #expect(run.stdoutLines.last?.contains("finished SUCCEEDED") == true)
        #expect(run.stderr == "")
    }

    @Test func failedIs1AndNamesTheDeepestState() throws {
        let machine = try aws.machine(
            "fails",
            """
            {"type":"STANDARD","events":[
              {"at":0,"type":"ParallelStateEntered","state":"Outer"},{"at":0,"type":"ParallelStateStarted"},
              {"at":0,"type":"TaskStateEntered","state":"Inner"},
              {"at":0.05,"type":"TaskFailed","error":"Batch.Exit","cause":"exit 7"},
              {"at":0.06,"type":"ParallelStateFailed"}],
             "end":{"at":0.1,"status":"FAILED","output":null,"error":"Batch.Exit","cause":"exit 7"}}
            """)
        let run = try job.run(machine)
        #expect(try run.wait() == .exited(1))
        #expect(run.stdout.contains("state Inner failed: Batch.Exit: exit 7"))
        #expect(run.stdout.contains("state Outer failed"))
        #expect(run.stderrLines.count == 1)
        #expect(run.stderr.contains("FAILED in state Outer / Inner: Batch.Exit: exit 7. Next: awsjob status nightly:197/1"))
    }

    @Test func timedOutIs110() throws {
        #expect(try job.run(try aws.machine("slow", Walk.ending("TIMED_OUT"))).wait() == .exited(110))
    }

    @Test func stoppedBySomebodyElseIs111() throws {
        let run = try job.run(try aws.machine("endless", Walk.endless))
        try aws.awaitCalls("GetExecutionHistory")
        let id = try #require(try aws.executions().first?["executionArn"]?.string)
        #expect(try job.awsjob("stop", id, "--reason", "by hand").wait() == .exited(0))
        #expect(try run.wait() == .exited(111))
        #expect(run.stderr.contains("by hand"))
    }

    @Test func maxRuntimeIs112() throws {
        let run = try job.run(try aws.machine("endless", Walk.endless), "--max-runtime", "0.5")
        #expect(try run.wait() == .exited(112))
        #expect(try aws.statuses() == ["ABORTED"])
    }

    @Test func lostContactIs113() throws {
        let machine = try aws.machine("endless", Walk.endless)
        try aws.fault(#"{"action":"DescribeExecution","kind":"error","times":-1}"#, #"{"action":"GetExecutionHistory","kind":"reset","times":-1}"#)
        let run = try job.run(machine, "--give-up-after", "2")
        #expect(try run.wait() == .exited(113))
        #expect(run.stderr.contains("may still run"))
        #expect(try aws.statuses() == ["RUNNING"])
    }

    @Test func refusedIs114() throws {
        let unknown = try job.run(ScriptedAWS.machinePrefix + "nowhere")
        #expect(try unknown.wait() == .exited(114))
        #expect(unknown.stderrLines.count == 1)
        #expect(unknown.stderr.contains("StateMachineDoesNotExist"))
        try aws.fault(#"{"action":"StartExecution","kind":"error","status":400,"code":"AccessDeniedException","message":"role ops may not call states:StartExecution"}"#)
        let denied = try job.at("198/1").run(try aws.machine("endless", Walk.endless))
        #expect(try denied.wait() == .exited(114))
        #expect(denied.stderr.contains("allow states:StartExecution"))
        #expect(try aws.executions().isEmpty)
    }

    @Test func noCredentialsIs115() throws {
        var job = job
        job.environment["AWS_ACCESS_KEY_ID"] = nil
        let run = try job.run(ScriptedAWS.machinePrefix + "any-x")
        #expect(try run.wait() == .exited(115))
        #expect(run.stderr.contains("environment (AWS_ACCESS_KEY_ID unset)"))
        #expect(run.stderrLines.count == 1)
    }

    @Test func unreachableIs115() throws {
        var job = job
        job.environment["AWS_ENDPOINT_URL"] = "http://127.0.0.1:1"
        let run = try job.run(ScriptedAWS.machinePrefix + "any-x", "--give-up-after", "1")
        #expect(try run.wait() == .exited(115))
        #expect(run.stderr.contains("cannot be reached"))
    }

    @Test func otherInputUnderTheSameNameIs116() throws {
        let machine = try aws.machine("endless", Walk.endless)
        let first = try job.run(machine, "--input", #"{"day":1}"#, "--on-signal", "detach")
        try aws.awaitCalls("GetExecutionHistory")
        first.send(SIGTERM)
        _ = try first.wait()
        #expect(try job.run(machine, "--input", #"{"day":2}"#).wait() == .exited(116))
        #expect(try job.onAnotherHost().run(machine, "--input", #"{"day":2}"#).wait() == .exited(116))
        #expect(try aws.executions().count == 1)
    }

    @Test func aTakenNameOnATerminalIs116() throws {
        var job = job
        job.environment["AUTORUN"] = nil
        let machine = ScriptedAWS.machinePrefix + "any-x"
        #expect(try job.run(machine, "--name", "mine").wait() == .exited(0))
        #expect(try job.run(machine, "--name", "mine").wait() == .exited(116))
        #expect(try aws.executions().count == 1)
    }

    @Test func wrongUsageIs117() throws {
        for words in [["--poll-interval", "soon"], ["--exit-code", "FOO=3"], ["--no-verify-ssl"], ["--nonsense"], ["--input", "{"], ["--input-field", "x"]] {
            let run = try ChildRun([Repository.awsjob, "stepfunctions", "--state-machine-arn", ScriptedAWS.machinePrefix + "any-x"] + words, environment: job.environment)
            #expect(try run.wait() == .exited(117), "\(words)")
            #expect(run.stderrLines.count == 1, "\(words): \(run.stderr)")
            #expect(run.stderr.utf8.count <= 301)
        }
        #expect(try aws.calls().isEmpty)
    }

    /// PID 1 of a container cannot die of a signal. Needs the right to make a PID namespace.
    @Test func undyingIs118() throws {
        let probe = try ChildRun(["unshare", "--pid", "--fork", "true"], environment: ["PATH": "/usr/bin:/bin"])
        guard try probe.wait() == .exited(0) else { return print("skipped: no right to make a PID namespace") }
        let machine = try aws.machine("endless", Walk.endless)
        let run = try ChildRun(
            ["unshare", "--pid", "--fork", Repository.awsjob, "stepfunctions", "--state-machine-arn", machine, "--poll-interval", "0.1"],
            environment: job.environment)
        try aws.awaitCalls("GetExecutionHistory")
        let children = try String(contentsOfFile: "/proc/\(run.pid)/task/\(run.pid)/children", encoding: .utf8)
        kill(try #require(pid_t(children.split(separator: " ").first ?? "")), SIGTERM)
        #expect(try run.wait() == .exited(118))
        #expect(try aws.statuses() == ["ABORTED"])
    }

    @Test func exitCodesCanBeMapped() throws {
        let machine = try aws.machine("fails", Walk.ending("FAILED", error: "States.Timeout"))
        #expect(try job.run(machine, "--exit-code", "FAILED=3").wait() == .exited(3))
        #expect(try job.at("198/1").run(machine, "--exit-code", "FAILED=3", "--exit-code", "error:States.Timeout=5").wait() == .exited(5))
        var configured = job.at("199/1")
        configured.environment["AWSJOB_EXIT_CODE"] = "FAILED=7"
        #expect(try configured.run(machine).wait() == .exited(7))
    }

    @Test func anEndKnownToTheJournalIsReportedWithoutAWS() throws {
        let machine = try aws.machine("fails", Walk.ending("FAILED", error: "E"))
        #expect(try job.run(machine).wait() == .exited(1))
        try aws.fault(#"{"action":"*","kind":"error","status":400,"code":"ExecutionDoesNotExist","times":-1}"#)
        #expect(try job.run(machine).wait() == .exited(1))
        #expect(try aws.executions().count == 1)
    }
}
