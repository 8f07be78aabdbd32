import Foundation
import JSON
import Testing
import TestSupport

/// Kills of more than the job: what the guardian outlives it stops; what takes the guardian too, `awsjob orphans` finds.
@Suite struct KillReachTests {
    let aws: ScriptedAWS
    let job: Job
    let words: [String]

    init() throws {
        aws = try ScriptedAWS()
        job = try Job(aws)
        words = ["stepfunctions", "--state-machine-arn", try aws.machine("endless", Walk.endless), "--poll-interval", "0.1"]
    }

    /// The work runs on without anybody; then the command at boot finds and stops it.
    private func expectFoundAtBoot() throws {
        usleep(500_000)
        #expect(try aws.statuses() == ["RUNNING"])
        let listed = try job.awsjob("orphans")
        #expect(try listed.wait() == .exited(1))
        #expect(listed.stdout.hasPrefix("running  "))
        #expect(try job.awsjob("orphans", "--stop").wait() == .exited(0))
        #expect(try aws.statuses() == ["ABORTED"])
        #expect(try ChildRun([Repository.awsjob] + words, environment: job.environment).wait() == .exited(111), "the same try reports the stop")
    }

    /// An agent that kills a job with all its descendants and its session: the guardian is neither.
    @Test func aKillOfTheWholeSubtree() throws {
        let run = try ChildRun(["/bin/sh", "-c", "\(Repository.awsjob) \(words.joined(separator: " ")); exit 9"], environment: job.environment)
        try aws.awaitCalls("GetExecutionHistory")
        for pid in Self.descendants(of: run.pid) + [run.pid] { kill(pid, SIGKILL) }
        #expect(try run.wait() == .signalled(SIGKILL))
        try eventually("the guardian stops it", limit: 10) { try aws.statuses() == ["ABORTED"] }
    }

    private static func descendants(of pid: pid_t) -> [pid_t] {
        let text = (try? String(contentsOfFile: "/proc/\(pid)/task/\(pid)/children", encoding: .utf8)) ?? ""
        let children = text.split(separator: " ").compactMap { pid_t($0) }
        return children + children.flatMap(descendants)
    }

    /// The end of a container: the kernel kills everything in it. Needs the right to make a PID namespace.
    @Test func theEndOfAPIDNamespace() throws {
        guard try ChildRun(["unshare", "--pid", "--fork", "true"], environment: job.environment).wait() == .exited(0) else {
            return print("skipped: no right to make a PID namespace")
        }
        let command = "\(Repository.awsjob) \(words.joined(separator: " ")) & wait"
        let container = try ChildRun(["unshare", "--pid", "--fork", "--kill-child", "/bin/sh", "-c", command], environment: job.environment)
        try aws.awaitCalls("GetExecutionHistory")
        container.send(SIGKILL)
        #expect(try container.wait() == .signalled(SIGKILL))
        try expectFoundAtBoot()
    }

    /// What systemd does to a unit (`KillMode=control-group`, with SIGKILL at the end). Needs cgroups that we may write to.
    @Test func aKillOfTheControlGroup() throws {
        let roots = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"].filter { FileManager.default.fileExists(atPath: $0 + "/cgroup.procs") }
        let group = (roots.last ?? "/nowhere") + "/awsjob-test-\(getpid())"
        guard mkdir(group, 0o755) == 0, FileManager.default.fileExists(atPath: group + "/cgroup.kill") else { return print("skipped: no control group of our own") }
        defer { rmdir(group) }
        let command = "echo $$ > \(group)/cgroup.procs && exec \(Repository.awsjob) \(words.joined(separator: " "))"
        let run = try ChildRun(["/bin/sh", "-c", command], environment: job.environment)
        try aws.awaitCalls("GetExecutionHistory")
        try "1".write(toFile: group + "/cgroup.kill", atomically: false, encoding: .utf8)
        #expect(try run.wait() == .signalled(SIGKILL))
        try expectFoundAtBoot()
    }

    /// What jobs/ has for the boot of an agent: both commands find and stop the work, and systemd takes the unit.
    @Test(arguments: ["awsjob-orphans@.service", "orphans.jil"])
    func theCommandAtBoot(file: String) throws {
        let run = try ChildRun([Repository.awsjob] + words + ["--no-guardian"], environment: job.environment)
        try aws.awaitCalls("GetExecutionHistory")
        run.send(SIGKILL)
        _ = try run.wait()
        let text = try Repository.text("jobs/\(file)")
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("ExecStart=") || $0.hasPrefix("command: ") })
        let command = try #require(line.split(separator: "/usr/local/bin/awsjob ").last?.split(separator: " ").map(String.init))
        #expect(try ChildRun([Repository.awsjob] + command, environment: job.environment).wait() == .exited(0))
        #expect(try aws.statuses() == ["ABORTED"])
        guard file.hasSuffix(".service"), FileManager.default.isExecutableFile(atPath: "/usr/bin/systemd-analyze") else { return }
        let unit = job.stateFolder.appending(path: "awsjob-orphans@batch.service")
        try text.replacing("/usr/local/bin/awsjob", with: Repository.awsjob).write(to: unit, atomically: true, encoding: .utf8)
        let check = try ChildRun(["systemd-analyze", "verify", unit.path], environment: job.environment)
        #expect(try check.wait() == .exited(0), "\(check.stderr)")
    }

    /// A user who may start no further process, nor a thread: no guardian, which is said, and all else as ever. Needs root,
    /// to be a user with a limit.
    @Test func aFullProcessTable() throws {
        let program = job.stateFolder.appending(path: "awsjob").path
        // Not copied by ourselves: a test beside us could fork while we write, and keep the file busy.
        #expect(try ChildRun(["cp", Repository.awsjob, program], environment: job.environment).wait() == .exited(0))
        let limited = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "prlimit", "--nproc=1"]
        guard chmod(job.stateFolder.path, 0o777) == 0, chmod(job.stateFolder.deletingLastPathComponent().path, 0o755) == 0,
            try ChildRun(limited + ["true"], environment: job.environment).wait() == .exited(0)
        else { return print("skipped: no right to be another user") }
        let run = try ChildRun(limited + [program] + words, environment: job.environment)
        try eventually("it runs", limit: 15) { try !aws.calls("GetExecutionHistory").isEmpty || run.ending() != nil }
        #expect(run.ending() == nil, "\(run.stderr)")
        #expect(run.stderr.contains("no guardian could be forked; a SIGKILL of this runner would leave the work running"))
        run.send(SIGTERM)
        #expect(try run.wait() == .signalled(SIGTERM))
        #expect(try aws.statuses() == ["ABORTED"])
    }
}
