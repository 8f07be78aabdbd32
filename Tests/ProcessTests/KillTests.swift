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

    /// A name server that never answers, in a mount namespace of the test's own. Needs root.
    @Test func whileNamesAreNotResolved() throws {
        let server = socket(AF_INET, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        defer { close(server) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(53).bigEndian
        address.sin_addr.s_addr = inet_addr("127.9.9.9")
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        let probe = try ChildRun(["unshare", "--mount", "true"], environment: job.environment)
        guard bound == 0, try probe.wait() == .exited(0) else { return print("skipped: no right to a name server and a mount namespace of our own") }
        let resolver = job.stateFolder.appending(path: "resolv.conf")
        try "nameserver 127.9.9.9\noptions timeout:30\n".write(to: resolver, atomically: true, encoding: .utf8)
        var job = job
        job.environment["AWS_ENDPOINT_URL"] = "http://states.test:\(aws.port)"
        let command = "mount --bind \(resolver.path) /etc/resolv.conf && exec \(Repository.awsjob) stepfunctions --state-machine-arn \(machine)"
        let run = try ChildRun(["unshare", "--mount", "/bin/sh", "-c", command], environment: job.environment)
        usleep(1_500_000)
        #expect(run.ending() == nil, "\(run.stderr)")
        let sent = Date.now
        run.send(SIGTERM)
        #expect(try run.wait(limit: 8) == .signalled(SIGTERM))
        #expect(Date.now.timeIntervalSince(sent) < 2)
        #expect(run.stderr.contains("before anything was started"))
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
