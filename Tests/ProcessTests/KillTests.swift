import Foundation
import JSON
import Testing
import TestSupport

/// A kill of the job reaches AWS, whatever hangs, and the process dies of that signal.
@Suite struct KillTests {
    let aws: ScriptedAWS
    let job: Job
    let machine: String

    init() throws {
        aws = try ScriptedAWS()
        job = try Job(aws)
        machine = try aws.machine("endless", Walk.endless)
    }

    private func expectStopped(_ run: ChildRun, by signal: Int32, within seconds: Double = 1) throws {
        let sent = Date.now
        run.send(signal)
        try aws.awaitCalls("StopExecution", timeout: 5)
        let at = try #require(try aws.calls("StopExecution").first?["at"]?.double)
        #expect(at - sent.timeIntervalSince1970 < seconds)
        #expect(try run.wait(limit: 8) == .signalled(signal))
        try eventually("stopped") { try aws.statuses() == ["ABORTED"] }
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP, SIGQUIT])
    func everySignalStopsTheExecution(signal: Int32) throws {
        let run = try job.run(machine)
        try aws.awaitCalls("GetExecutionHistory")
        try expectStopped(run, by: signal)
        let cause = try #require(try aws.executions().first?["stopCause"]?.string)
        #expect(cause.contains("AutoSys job nightly run 197/1 (ACE)"))
        #expect(cause.contains("process \(getpid()) of user"))
        #expect(run.stdout.contains("stopped stepfunctions execution"))
    }

    @Test func whileARequestHangs() throws {
        try aws.fault(#"{"action":"GetExecutionHistory","kind":"hang","times":-1}"#)
        let run = try job.run(machine)
        try aws.awaitCalls("GetExecutionHistory")
        try expectStopped(run, by: SIGTERM)
    }

    @Test func whileTheStartHangs() throws {
        try aws.fault(#"{"action":"StartExecution","kind":"hang_after"}"#)
        let run = try job.run(machine)
        try aws.awaitCalls("StartExecution")
        try expectStopped(run, by: SIGTERM)
    }

    @Test func whileStandardOutputIsFull() throws {
        let run = try job.run(machine, output: .fullPipe)
        try aws.awaitCalls("GetExecutionHistory")
        try expectStopped(run, by: SIGTERM)
    }

    @Test func onAConnectionOfItsOwn() throws {
        var job = job
        job.environment["AWS_ENDPOINT_URL"] = "http://localhost:\(aws.port)"
        let run = try job.run(machine)
        try aws.awaitCalls("GetExecutionHistory")
        try expectStopped(run, by: SIGTERM)
        let connections = Set(try aws.calls("StopExecution").compactMap { $0["connection"]?.int })
        #expect(connections.isDisjoint(with: try aws.calls("StartExecution").compactMap { $0["connection"]?.int }))
    }

    @Test func aSecondSignalDoesNotLoseTheStop() throws {
        try aws.fault(#"{"action":"StopExecution","kind":"slow","seconds":0.5}"#)
        let run = try job.run(machine)
        try aws.awaitCalls("GetExecutionHistory")
        run.send(SIGINT)
        usleep(100_000)
        run.send(SIGTERM)
        #expect(try run.wait(limit: 8) == .signalled(SIGINT))
        #expect(try aws.statuses() == ["ABORTED"])
    }

    @Test func aFailingFirstStopIsSentAgain() throws {
        try aws.fault(#"{"action":"StopExecution","kind":"hang"}"#, #"{"action":"StopExecution","kind":"error"}"#)
        let run = try job.run(machine)
        try aws.awaitCalls("GetExecutionHistory")
        try expectStopped(run, by: SIGTERM)
    }

    @Test func anIgnoredHangupStaysIgnored() throws {
        let run = try job.run(try aws.machine("ok", Walk.ending("SUCCEEDED", after: 1.5)), ignoring: [SIGHUP])
        try aws.awaitCalls("GetExecutionHistory")
        run.send(SIGHUP)
        #expect(try run.wait() == .exited(0))
        #expect(try aws.calls("StopExecution").isEmpty)
    }

    @Test func detachLeavesTheWorkRunning() throws {
        let run = try job.run(machine, "--on-signal", "detach")
        try aws.awaitCalls("GetExecutionHistory")
        run.send(SIGTERM)
        #expect(try run.wait() == .signalled(SIGTERM))
        usleep(500_000)
        #expect(try aws.statuses() == ["RUNNING"])
        #expect(try aws.calls("StopExecution").isEmpty)
    }

    @Test func aKillBeforeTheStartStartsNothing() throws {
        var job = job
        job.environment["AWS_ACCESS_KEY_ID"] = nil
        job.environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "\(aws.endpoint)/container-credentials"
        try aws.fault(#"{"action":"container","kind":"hang","times":-1}"#)
        let run = try job.run(machine)
        usleep(700_000)
        run.send(SIGTERM)
        #expect(try run.wait(limit: 2) == .signalled(SIGTERM))
        #expect(try aws.executions().isEmpty)
    }

    @Test func afterAKillTheSameTryReports111AndTheNextStarts() throws {
        let run = try job.run(machine)
        try aws.awaitCalls("GetExecutionHistory")
        try expectStopped(run, by: SIGTERM)
        #expect(try job.run(machine).wait() == .exited(111))
        #expect(try aws.executions().count == 1)
        let next = try job.at("197/2").run(machine)
        try eventually("second try runs") { try aws.statuses().filter { $0 == "RUNNING" }.count == 1 }
        next.send(SIGTERM)
        #expect(try next.wait() == .signalled(SIGTERM))
    }
}
