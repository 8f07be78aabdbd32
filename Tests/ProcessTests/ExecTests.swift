import Foundation
import JSON
import Testing
import TestSupport

/// `awsjob exec`: the command in our place, and nothing of it changed.
@Suite struct ExecTests {
    private let environment: [String: String]

    init() throws {
        environment = [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "AWSJOB_STATE_DIR": try Scratch.folder().path, "AUTOSERV": "ACE",
            "AUTO_JOB_NAME": "local", "AUTORUN": "5/1", "AWS_EC2_METADATA_DISABLED": "true", "SWIFT_BACKTRACE": "enable=no",
            // Root-cause notes are lines of their own.
            "AWSJOB_ADVICE": "off",
        ]
    }

    private func exec(_ words: String..., input: String = "", output: ChildRun.Output = .collected) throws -> ChildRun {
        try ChildRun([Repository.awsjob, "exec", "--"] + words, environment: environment, input: input, output: output)
    }

    private func recorded() throws -> JSONValue {
        let show = try ChildRun([Repository.awsjob, "history", "show", "local:5/1", "--json"], environment: environment)
        #expect(try show.wait() == .exited(0), "\(show.stderr)")
        return try JSONValue(parsing: show.stdout)
    }

    @Test(arguments: [0, 1, 99, 113, 118, 200, 255] as [Int32])
    func everyExitCodeIsPassedOn(code: Int32) throws {
        let run = try exec("sh", "-c", "echo out; echo err >&2; exit \(code)")
        #expect(try run.wait() == .exited(code))
        #expect(run.stdout == "out\n")
        #expect(run.stderr == "err\n")
        let record = try recorded()
        #expect(record["outcome"]?.string == (code == 0 ? "succeeded" : "failed"))
        #expect(record["exit_code"]?.int == Int(code))
        #expect(record["log_bytes"]?.int == 8)
        #expect(record["log_lines"]?.int == 2)
    }

    @Test(arguments: [SIGTERM, SIGKILL, SIGSEGV, SIGINT, SIGQUIT, SIGUSR1])
    func aDeathBySignalIsTheSameDeath(signal: Int32) throws {
        #expect(try exec("sh", "-c", "kill -\(signal) $$").wait() == .signalled(signal))
        #expect(try recorded()["outcome"]?.string == "killed")
        #expect(try recorded()["signal"]?.int == Int(signal))
    }

    @Test func standardInputPassesThrough() throws {
        let run = try exec("cat", input: "a\0b\r\n\u{1b}[1m")
        #expect(try run.wait() == .exited(0))
        #expect(run.stdout == "a\0b\r\n\u{1b}[1m")
    }

    @Test(arguments: ["nosuchcommand", "/etc/passwd", "/etc"])
    func whatCannotBeRunIs127Or126(command: String) throws {
        let run = try exec(command)
        #expect(try run.wait() == .exited(command == "nosuchcommand" ? 127 : 126))
        #expect(run.stderrLines.count == 1)
        #expect(run.stderr.utf8.count <= 300)
        let nothing = try ChildRun([Repository.awsjob, "exec"], environment: environment)
        #expect(try nothing.wait() == .exited(117))
    }

    @Test func bytesPassAPipeUnchanged() throws {
        let folder = try Scratch.folder()
        var random = SplitMix(state: 5)
        let bytes = Data((0..<3_000_000).map { _ in UInt8.random(in: 0...255, using: &random) })
        try bytes.write(to: folder.appending(path: "in"))
        let script = "'\(Repository.awsjob)' exec -- sh -c 'cat \(folder.path)/in; cat \(folder.path)/in >&2' 2>\(folder.path)/err | (sleep 0.3; cat) > \(folder.path)/out"
        #expect(try ChildRun(["sh", "-c", script], environment: environment).wait() == .exited(0))
        #expect(try Data(contentsOf: folder.appending(path: "out")) == bytes)
        #expect(try Data(contentsOf: folder.appending(path: "err")) == bytes)
        #expect(try recorded()["log_bytes"]?.int == 6_000_000)
    }

    @Test func linesInAPipeAreCounted() throws {
        let script = "'\(Repository.awsjob)' exec -- sh -c 'for i in 1 2 3; do echo $i; sleep 0.02; done; echo e >&2' 2>&1 | cat"
        #expect(try ChildRun(["sh", "-c", script], environment: environment).wait() == .exited(0))
        #expect(try recorded()["log_lines"]?.int == 4)
        #expect(try recorded()["log_bytes"]?.int == 8)
    }

    @Test func twoStreamsInOnePipeKeepTheirOrder() throws {
        let out = try Scratch.folder().appending(path: "out").path
        let script = "'\(Repository.awsjob)' exec -- sh -c 'for i in $(seq 1 300); do echo o$i; echo e$i >&2; done' 2>&1 | cat > \(out)"
        #expect(try ChildRun(["sh", "-c", script], environment: environment).wait() == .exited(0))
        #expect(try String(contentsOfFile: out, encoding: .utf8) == (1...300).map { "o\($0)\ne\($0)\n" }.joined())
    }

    @Test(arguments: [true, false])
    func aKillReachesTheCommand(group: Bool) throws {
        let run = try exec("sh", "-c", "trap 'echo got it; exit 7' TERM; echo ready; while :; do sleep 0.05; done")
        try eventually("ready") { run.stdout == "ready\n" }
        run.send(SIGTERM, toGroup: group)
        #expect(try run.wait() == .exited(7))
        #expect(run.stdout == "ready\ngot it\n")
    }

    @Test func theCommandDiesWithItsRunner() throws {
        let run = try exec("sh", "-c", "echo $$; exec sleep 1000")
        try eventually("started") { run.stdout.hasSuffix("\n") }
        let pid = try #require(pid_t(run.stdout.dropLast()))
        #expect(getpgid(pid) == getpgid(run.pid), "the agent's kill of the process group reaches it")
        run.send(SIGKILL)
        #expect(try run.wait() == .signalled(SIGKILL))
        try eventually("it is gone", limit: 2) { kill(pid, 0) != 0 }
        #expect(try recorded()["outcome"]?.string == "died")
    }

    @Test func whatIsLeftInTheBackgroundDoesNotHoldTheRun() throws {
        var ends: [Int32] = [0, 0]
        pipe(&ends)
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { ends.forEach { close($0) } }
        let began = Date.now
        let run = try exec("sh", "-c", "echo done; sleep 30 & exit 3", output: .descriptor(ends[1]))
        #expect(try run.wait() == .exited(3))
        #expect(Date.now.timeIntervalSince(began) < 5)
    }

    @Test func whatIsLeftPrintingForASlowReaderDoesNotHoldTheRunEither() throws {
        let reader = "import os, time\nwhile os.read(0, 65536): time.sleep(0.1)"
        let run = try ChildRun(
            ["bash", "-c", "'\(Repository.awsjob)' exec -- sh -c 'yes & exit 3' | '\(Repository.python)' -c '\(reader)'; echo ${PIPESTATUS[0]}"], environment: environment)
        #expect(try run.wait(limit: 25) == .exited(0))
        #expect(run.stdout == "3\n")
    }

    @Test func aReaderThatGoesIsSeenByTheCommand() throws {
        let script = "'\(Repository.awsjob)' exec -- yes | head -1; echo ${PIPESTATUS[0]}"
        let run = try ChildRun(["bash", "-c", script], environment: environment)
        #expect(try run.wait() == .exited(0))
        #expect(run.stdout == "y\n141\n", "128 and SIGPIPE, as without us")
    }

    @Test func aStateDirectoryThatCannotBeWrittenIsAWarning() throws {
        let run = try ChildRun([Repository.awsjob, "exec", "--", "sh", "-c", "echo out; exit 9"], environment: environment.merging(["AWSJOB_STATE_DIR": "/proc/nowhere"]) { $1 })
        #expect(try run.wait() == .exited(9))
        #expect(run.stdout == "out\n")
        #expect(run.stderrLines.count == 1)
    }

    @Test func wordsBehindTheDashesAreTheCommands() throws {
        let run = try exec("echo", "--help", "--config", "x", "--", "-v")
        #expect(try run.wait() == .exited(0))
        #expect(run.stdout == "--help --config x -- -v\n")
    }
}
