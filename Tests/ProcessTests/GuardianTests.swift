import Foundation
import JSON
import Testing
import TestSupport

/// SIGKILL is what AutoSys agents send by default; the guardian answers it.
@Suite struct GuardianTests {
    let aws: ScriptedAWS
    let job: Job
    let machine: String

    init() throws {
        aws = try ScriptedAWS()
        job = try Job(aws)
        machine = try aws.machine("endless", Walk.endless)
    }

    @Test(arguments: [false, true])
    func aKilledRunnersExecutionIsStopped(group: Bool) throws {
        let run = try job.run(machine)
        try aws.awaitCalls("GetExecutionHistory")
        run.send(SIGKILL, toGroup: group)
        _ = try run.wait()
        try eventually("the guardian stops it", limit: 5) { try aws.statuses() == ["ABORTED"] }
        #expect(try #require(try aws.executions().first?["stopCause"]?.string).contains("stopped by its guardian"))
        try eventually("recorded") { try job.run(machine).wait() == .exited(111) }
        #expect(try aws.executions().count == 1)
    }

    /// AWS's times of a start are compared with ours by one clock.
    @Test func aHostWhoseClockIsAheadFindsItsOrphans() throws {
        _ = try aws.control("PUT", "clock", #"{"offset":-200}"#)
        try aws.fault(#"{"action":"StartExecution","kind":"hang_after"}"#)
        let run = try job.run(machine, "--no-guardian")
        try aws.awaitCalls("StartExecution")
        run.send(SIGKILL)
        _ = try run.wait()
        #expect(try job.awsjob("orphans").wait() == .exited(1))
        #expect(try job.awsjob("orphans", "--stop").wait() == .exited(0))
        #expect(try aws.statuses() == ["ABORTED"])
    }

    @Test func byNameWhenTheIdNeverArrived() throws {
        try aws.fault(#"{"action":"StartExecution","kind":"hang_after"}"#)
        let run = try job.run(machine)
        try aws.awaitCalls("StartExecution")
        run.send(SIGKILL)
        _ = try run.wait()
        try eventually("the guardian stops it", limit: 5) { try aws.statuses() == ["ABORTED"] }
    }

    @Test func withoutAJournal() throws {
        var job = job
        job.environment["AWSJOB_STATE_DIR"] = "/proc/nowhere"
        let run = try job.run(machine)
        try aws.awaitCalls("GetExecutionHistory")
        #expect(run.stderr.contains("warning"))
        run.send(SIGKILL)
        _ = try run.wait()
        try eventually("the guardian stops it", limit: 5) { try aws.statuses() == ["ABORTED"] }
    }

    @Test func throughAnOutage() throws {
        let run = try job.run(machine)
        try aws.awaitCalls("GetExecutionHistory")
        try aws.fault(#"{"action":"*","kind":"reset","times":12}"#)
        run.send(SIGKILL)
        _ = try run.wait()
        try eventually("the guardian stops it", limit: 30) { try aws.statuses() == ["ABORTED"] }
    }

    @Test func workThatEndedIsNotStopped() throws {
        let run = try job.run(try aws.machine("ok", Walk.ending("SUCCEEDED", after: 1)), "--poll-interval", "5")
        try aws.awaitCalls("StartExecution")
        usleep(1_300_000)
        run.send(SIGKILL)
        _ = try run.wait()
        try aws.awaitCalls("DescribeExecution")
        usleep(500_000)
        #expect(try aws.calls("StopExecution").isEmpty)
        #expect(try job.run(machine.replacing("endless", with: "ok")).wait() == .exited(0))
        #expect(try aws.executions().count == 1)
    }

    @Test func workThatAnotherRunnerFollowsIsNotStopped() throws {
        let first = try job.run(machine)
        try aws.awaitCalls("GetExecutionHistory")
        let second = try job.run(machine)
        try eventually("adopted") { second.stdout.contains("following") }
        first.send(SIGKILL)
        _ = try first.wait()
        usleep(1_500_000)
        #expect(try aws.calls("StopExecution").isEmpty)
        second.send(SIGKILL)
        _ = try second.wait()
        try eventually("its own guardian stops it", limit: 5) { try aws.statuses() == ["ABORTED"] }
    }

    @Test func endsAfterACleanExitAndHoldsNoOutput() throws {
        var ends: [Int32] = [0, 0]
        pipe(&ends)
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { close(ends[0]) }
        let run = try job.run(ScriptedAWS.machinePrefix + "any-x", output: .descriptor(ends[1]))
        try aws.awaitCalls("StartExecution")
        #expect(try guardians().count == 1)
        #expect(try run.wait() == .exited(0))
        close(ends[1])
        try eventually("the guardian is gone", limit: 2) { try guardians().isEmpty }
        var byte: UInt8 = 0
        try eventually("end of file: nobody holds the output", limit: 3) {
            var entry = pollfd(fd: ends[0], events: Int16(POLLIN), revents: 0)
            while poll(&entry, 1, 0) > 0 { if read(ends[0], &byte, 1) == 0 { return true } }
            return false
        }
    }

    @Test func standsOutsideTheJobWithOneDescriptor() throws {
        let run = try job.run(machine)
        try aws.awaitCalls("GetExecutionHistory")
        let guardian = try #require(try guardians().first)
        let descriptors = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(guardian)/fd")
        #expect(descriptors == ["0"])
        #expect(getpgid(guardian) != getpgid(run.pid))
        #expect(getsid(guardian) != getsid(run.pid))
        #expect(Self.parent(of: guardian) != run.pid)
        run.send(SIGTERM)
        _ = try run.wait()
    }

    @Test func canBeSwitchedOff() throws {
        let run = try job.run(machine, "--no-guardian")
        try aws.awaitCalls("GetExecutionHistory")
        #expect(try guardians().isEmpty)
        run.send(SIGKILL)
        _ = try run.wait()
        usleep(700_000)
        #expect(try aws.statuses() == ["RUNNING"])
        let orphans = try job.awsjob("orphans")
        #expect(try orphans.wait() == .exited(1))
        #expect(orphans.stdout.contains("running"))
        #expect(try job.awsjob("orphans", "--stop").wait() == .exited(0))
        #expect(try aws.statuses() == ["ABORTED"])
        #expect(try job.awsjob("orphans").wait() == .exited(0))
    }

    /// The guardians of this job: the environment of the runner is theirs too.
    private func guardians() throws -> [pid_t] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { pid_t($0) }.filter { pid in
            let name = (try? String(contentsOfFile: "/proc/\(pid)/comm", encoding: .utf8)) ?? ""
            return name == "awsjob-guardian\n" && Self.environment(of: pid) == "AWSJOB_STATE_DIR=\(job.stateFolder.path)"
        }
    }

    private static func environment(of pid: pid_t) -> String {
        let text = (try? Data(contentsOf: URL(filePath: "/proc/\(pid)/environ"))) ?? Data()
        return text.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }.first { $0.hasPrefix("AWSJOB_STATE_DIR=") } ?? ""
    }

    private static func parent(of pid: pid_t) -> pid_t {
        let fields = ((try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? "").split(separator: " ")
        return fields.count > 3 ? pid_t(fields[3]) ?? 0 : 0
    }
}
