import Foundation
import JSON
import Testing
import TestSupport

/// Root-cause notes of `awsjob exec`: made of what passed, told behind it.
@Suite struct ExecAdviceTests {
    private let environment: [String: String]
    private let folder: URL

    init() throws {
        folder = try Scratch.folder()
        environment = [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "AWSJOB_STATE_DIR": folder.appending(path: "state").path, "AUTOSERV": "ACE",
            "AUTO_JOB_NAME": "local", "AUTORUN": "5/1", "AWS_EC2_METADATA_DISABLED": "true", "SWIFT_BACKTRACE": "enable=no",
        ]
    }

    private func recordedClass() throws -> String? {
        let show = try ChildRun([Repository.awsjob, "history", "show", "local:5/1", "--json"], environment: environment)
        #expect(try show.wait() == .exited(0), "\(show.stderr)")
        return try JSONValue(parsing: show.stdout)["failure_class"]?.string
    }

    /// Runs a shell script whose output goes into pipes with readers of their own; what these have read.
    private func piped(_ script: String, options: String = "") throws -> (ending: String, output: Data, errors: Data) {
        let file = folder.appending(path: "script")
        try script.write(to: file, atomically: false, encoding: .utf8)
        let (out, errors) = (folder.appending(path: "out"), folder.appending(path: "err"))
        let line = "{ { '\(Repository.awsjob)' exec \(options) -- sh '\(file.path)'; echo $? >&3; } 2>&1 >&4 | cat > '\(errors.path)'; } 4>&1 | cat > '\(out.path)'"
        let run = try ChildRun(["bash", "-c", "{ \(line); } 3>&1"], environment: environment)
        #expect(try run.wait(limit: 120) == .exited(0))
        return (run.stdout.trimmingCharacters(in: .newlines), try Data(contentsOf: out), try Data(contentsOf: errors))
    }

    @Test func aFailedCommandEndsWithNotes() throws {
        let run = try piped("echo working; echo 'write failed: No space left on device' >&2; exit 7")
        #expect(run.ending == "7")
        #expect(String(decoding: run.output, as: UTF8.self) == "working\n")
        let lines = String(decoding: run.errors, as: UTF8.self).split(separator: "\n")
        #expect(lines.first == "write failed: No space left on device")
        #expect(lines.dropFirst().contains { $0.hasPrefix("class:") && $0.contains("DISK_FULL") }, "\(lines)")
        #expect(lines.contains { $0.hasPrefix("advice:") })
        #expect(try recordedClass() == "DISK_FULL")
        let list = try ChildRun([Repository.awsjob, "advice", "list"], environment: environment)
        #expect(try list.wait() == .exited(0))
        #expect(list.stdout.contains("DISK_FULL"))
    }

    @Test func outputInFilesIsReadAfterwards() throws {
        try Data("ERROR of an older run: permission denied\n".utf8).write(to: folder.appending(path: "log"))
        let script = "'\(Repository.awsjob)' exec -- sh -c 'echo begin; echo No space left on device; printf half >&2; exit 3' >>'\(folder.path)/log' 2>&1"
        let run = try ChildRun(["sh", "-c", script], environment: environment)
        #expect(try run.wait() == .exited(3))
        let text = try String(contentsOf: folder.appending(path: "log"), encoding: .utf8)
        #expect(text.hasPrefix("ERROR of an older run: permission denied\nbegin\nNo space left on device\nhalf\nroot cause:"), "notes begin on a line of their own")
        #expect(try recordedClass() == "DISK_FULL", "what was there before is not of this run")
    }

    @Test func aLongOutputPassesWholeAndIsExplainedFromItsEnds() throws {
        let lines = 150_000
        let script = "echo first; seq -f 'line %012.0f of a long output that goes by quickly' 1 \(lines); echo 'db: No space left on device'; exit 9"
        let run = try piped(script)
        #expect(run.ending == "9")
        var expected = Data("first\n".utf8)
        for number in 1...lines { expected += Data("line \(String(repeating: "0", count: 12 - String(number).count))\(number) of a long output that goes by quickly\n".utf8) }
        expected += Data("db: No space left on device\n".utf8)
        #expect(run.output == expected)
        #expect(String(decoding: run.errors, as: UTF8.self).contains("db: No space left on device"))
        #expect(String(decoding: run.errors, as: UTF8.self).contains("the middle of a long log was not kept"))
        #expect(try recordedClass() == "DISK_FULL")
    }

    @Test func nothingIsExplainedThatSucceededOrWasKilled() throws {
        #expect(try piped("echo No space left on device >&2").errors == Data("No space left on device\n".utf8))
        let signalled = try ChildRun([Repository.awsjob, "exec", "--", "sh", "-c", "echo No space left on device >&2; kill -9 $$"], environment: environment)
        #expect(try signalled.wait() == .signalled(SIGKILL))
        #expect(signalled.stderr == "No space left on device\n")
        let killed = try ChildRun(
            [Repository.awsjob, "exec", "--", "sh", "-c", "trap 'echo No space left on device >&2; exit 7' TERM; echo ready; while :; do sleep 0.05; done"],
            environment: environment)
        try eventually("ready") { killed.stdout == "ready\n" }
        killed.send(SIGTERM)
        #expect(try killed.wait() == .exited(7))
        #expect(killed.stderr == "No space left on device\n")
        #expect(try piped("echo No space left on device >&2; exit 2", options: "--advice off").errors == Data("No space left on device\n".utf8))
    }

    @Test func notesShowNoSecretOfTheOutput() throws {
        let run = try piped("echo 'ERROR login failed, password=hunter2-of-the-job' >&2; exit 2")
        #expect(String(decoding: run.errors, as: UTF8.self).components(separatedBy: "hunter2-of-the-job").count == 2, "the command's own line, and no other")
    }

    @Test func aBadPolicyIsRefusedBeforeTheCommandRuns() throws {
        let run = try ChildRun([Repository.awsjob, "exec", "--policy", "/nowhere", "--", "echo", "ran"], environment: environment)
        #expect(try run.wait() == .exited(117))
        #expect(run.stdout.isEmpty)
        #expect(run.stderrLines.count == 1)
    }
}
