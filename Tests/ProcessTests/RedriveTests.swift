import Foundation
import JSON
import Testing
import TestSupport

/// `--new-try redrive`: a failed execution goes on where it failed, once, and only what is new is printed.
@Suite struct RedriveTests {
    let aws: ScriptedAWS
    let job: Job

    init() throws {
        aws = try ScriptedAWS()
        job = try Job(aws)
    }

    /// One state, and then the end.
    private func walk(_ state: String, _ status: String?, after seconds: Double = 0.3) -> String {
        let end = status.map { #"{"at":\#(seconds),"status":"\#($0)","output":"{}","error":"E","cause":"c"}"# } ?? "null"
        return #"{"type":"STANDARD","events":[{"at":0.0,"type":"TaskStateEntered","state":"\#(state)"}],"end":\#(end)}"#
    }

    /// The machine `m`, its first execution having failed in the state Load, and from now on it walks on so.
    private func failed(then next: String) throws -> String {
        let machine = try aws.machine("m", walk("Load", "FAILED"))
        #expect(try job.run(machine).wait() == .exited(1))
        return try aws.machine("m", next)
    }

    @Test func onlyWhatIsNewIsPrinted() throws {
        let run = try job.at("197/2").run(try failed(then: walk("Publish", "SUCCEEDED")), "--new-try", "redrive")
        #expect(try run.wait() == .exited(0), "\(run.stderr)")
        #expect(run.stdout.contains("state Publish entered") && run.stdout.contains("execution redriven"))
        #expect(!run.stdout.contains("Load"), "\(run.stdout)")
        let again = try job.at("197/2").run(ScriptedAWS.machinePrefix + "m")
        #expect(try again.wait() == .exited(0))
        #expect(try aws.executions().count == 1)
        #expect(try aws.calls("RedriveExecution").count == 1)
    }

    /// Every redrive that fails and is returned may be followed by one more.
    @Test func oneAfterTheOther() throws {
        let machine = try failed(then: walk("Publish", "FAILED"))
        #expect(try job.at("197/2").run(machine, "--new-try", "redrive").wait() == .exited(1))
        _ = try aws.machine("m", walk("Archive", "SUCCEEDED"))
        let third = try job.at("197/3").run(machine, "--new-try", "redrive")
        #expect(try third.wait() == .exited(0), "\(third.stderr)")
        #expect(third.stdout.contains("state Archive entered") && !third.stdout.contains("Publish"))
        #expect(try aws.executions().first?["redriveCount"]?.int == 2)
    }

    @Test(arguments: ["reply_lost", "reset", "truncate"])
    func aLostReplyRedrivesOnce(kind: String) throws {
        let machine = try failed(then: walk("Publish", "SUCCEEDED", after: 0.8))
        try aws.fault(#"{"action":"RedriveExecution","kind":"\#(kind)","times":2}"#)
        let run = try job.at("197/2").run(machine, "--new-try", "redrive")
        #expect(try run.wait() == .exited(0), "\(run.stderr)")
        #expect(try aws.executions().first?["redriveCount"]?.int == 1)
    }

    /// SIGKILL while the redrive is on its way: the restart sends the same one, or follows it.
    @Test(arguments: ["slow", "hang"])
    func killedInTheMiddleOfIt(kind: String) throws {
        let machine = try failed(then: walk("Publish", "SUCCEEDED", after: 2))
        try aws.fault(#"{"action":"RedriveExecution","kind":"\#(kind)","seconds":3}"#)
        let run = try job.at("197/2").run(machine, "--new-try", "redrive", "--no-guardian")
        try aws.awaitCalls("RedriveExecution")
        run.send(SIGKILL)
        _ = try run.wait()
        let restart = try job.at("197/2").run(machine, "--new-try", "redrive")
        #expect(try restart.wait() == .exited(0), "\(restart.stderr)")
        #expect(!restart.stdout.contains("Load"), "\(restart.stdout)")
        #expect(try aws.executions().count == 1)
        #expect(try aws.executions().first?["redriveCount"]?.int == 1)
    }

    /// Older than 14 days, for one: AWS says so, nothing runs, and the same try may be told to start anew.
    @Test func whatAWSDoesNotRedriveIsRefused() throws {
        let machine = try failed(then: walk("Publish", "SUCCEEDED"))
        try aws.fault(#"{"action":"RedriveExecution","kind":"error","status":400,"code":"ExecutionNotRedrivable","message":"Execution redriven too late","times":1}"#)
        let run = try job.at("197/2").run(machine, "--new-try", "redrive")
        #expect(try run.wait() == .exited(114))
        #expect(run.stderr.contains("could not redrive") && run.stderr.contains("ExecutionNotRedrivable"))
        #expect(try job.at("197/2").run(machine, "--new-try", "start").wait() == .exited(0))
        #expect(try aws.executions().count == 2)
    }
}
