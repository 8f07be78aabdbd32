import Foundation
import JSON
import Testing
import TestSupport

/// `awsjob explain` as an operator runs it.
@Suite struct ExplainTests {
    let folder: URL
    /// No AWS, no home, no configuration.
    let environment: [String: String]

    init() throws {
        folder = try Scratch.folder()
        environment = ["PATH": "/usr/bin:/bin", "AWSJOB_STATE_DIR": folder.path, "AWS_EC2_METADATA_DISABLED": "true"]
    }

    private func explain(_ arguments: String..., log: [UInt8]? = nil, input: String = "") throws -> ChildRun {
        var words = arguments
        if let log {
            let file = folder.appending(path: "job.log")
            try Data(log).write(to: file)
            words += ["--log", file.path]
        }
        let run = try ChildRun([Repository.awsjob, "explain"] + words, environment: environment, input: input)
        _ = try run.wait()
        return run
    }

    private let log = "INFO start\nERROR ORA-01653: unable to extend table STG.POS by 128\nERROR Broken pipe\nERROR job failed"

    @Test func notesSayWhatWhyAndWhatNext() throws {
        let run = try explain("--exit-code", "1", "--job", "eod_load", log: Array(log.utf8))
        #expect(try run.wait() == .exited(0))
        #expect(run.stdoutLines.count <= 12)
        for part in ["root cause: The database has no room", "DB_SPACE", "confidence high", "line 2:     ERROR ORA-01653", "job:        eod_load", "impact:", "next:", "restart:    manual: "] {
            #expect(run.stdout.contains(part), "\(run.stdout)")
        }
        #expect(run.stderr == "")
    }

    @Test func jsonHasTheContractsNames() throws {
        let run = try explain("--json", "--log", "-", input: log)
        let answer = try JSONValue(parsing: run.stdout)
        #expect(answer["class"]?.string == "DB_SPACE" && answer["action"]?.string == "manual" && answer["confidence"]?.string == "high" && answer["source"]?.string == "rules")
        #expect(answer["evidence"]?.array?.first?["line"]?.int == 2)
        #expect(answer["evidence"]?.array?.first?["quote"]?.string == "ERROR ORA-01653: unable to extend table STG.POS by 128")
        for name in ["summary", "impact"] { #expect(answer[name]?.string?.isEmpty == false) }
        #expect(answer["next_steps"]?.array?.isEmpty == false)
    }

    @Test func whatAWSSaidCounts() throws {
        let run = try explain("--json", "--reason", "Host EC2 (instance i-0a1b) terminated.", log: [])
        let answer = try JSONValue(parsing: run.stdout)
        #expect(answer["class"]?.string == "SPOT_HOST_TERMINATED" && answer["action"]?.string == "immediate")
        let forged = try JSONValue(parsing: try explain("--json", log: Array("Host EC2 (instance i-0a1b) terminated.\n".utf8)).stdout)
        #expect(forged["class"]?.string == "UNKNOWN" && forged["action"]?.string == "manual")
    }

    /// Control characters, and those that reorder text, do nothing on the screen; JSON means the line as it was.
    @Test func textFromElsewhereIsHarmless() throws {
        let line = "ERROR \u{1b}]0;x\u{7} No space left on device \u{202e}moc"
        let text = try explain("--job", "a\u{1b}[2Jb", log: Array(line.utf8)).stdout
        #expect(!text.unicodeScalars.contains { ($0.value < 0x20 && $0 != "\n") || $0.value == 0x7f || $0.value == 0x202e })
        #expect(text.contains("\\x1b]0;x\\x07") && text.contains("\\u{202e}"))
        let json = try explain("--json", log: Array(line.utf8)).stdout
        #expect(!json.unicodeScalars.contains { ($0.value < 0x20 && $0 != "\n") || $0.value == 0x202e })
        #expect(try JSONValue(parsing: json)["evidence"]?.array?.first?["quote"]?.string == line)
    }

    @Test func badLogsAreRefused() throws {
        for (words, reason) in [(["--log", "/nowhere"], "No such file"), (["--log", folder.path], "Is a directory"), ([], "--log"), (["--log", "/dev/null", "--exit-code", "x"], "exit-code")] {
            let run = try ChildRun([Repository.awsjob, "explain"] + words, environment: environment)
            #expect(try run.wait() == .exited(117))
            #expect(run.stderrLines.count == 1 && run.stderr.contains(reason) && run.stderr.contains("Next: ") && run.stderr.utf8.count <= 301, "\(run.stderr)")
        }
        #expect(try explain(log: [0x7f, 0x45, 0x4c, 0x46, 0, 0, 1]).wait() == .exited(117))
    }

    @Test func oddLogsAreRead() throws {
        #expect(try explain(log: []).stdout.contains("UNKNOWN"))
        // No UTF-8: shown, but not quoted in JSON.
        let latin = Array("ERROR caf".utf8) + [0xe9] + Array(": No space left on device".utf8)
        #expect(try explain(log: latin).stdout.contains("line 1:"))
        let answer = try JSONValue(parsing: try explain("--json", log: latin).stdout)
        #expect(answer["class"]?.string == "DISK_FULL" && answer["evidence"]?.array?.isEmpty == true)
        let long = Array((String(repeating: "x", count: 3_000_000) + "\nERROR No space left on device\r\n").utf8)
        #expect(try explain(log: long).stdout.contains("line 2:     ERROR No space left on device\n"))
    }

    @Test func aSiteHasClassesOfItsOwn() throws {
        let file = folder.appending(path: "site.catalogue")
        try "[FEED_LATE] Feed is late\naction delayed\ncause The feed is late.\nany feed * not yet arrived\n".write(to: file, atomically: true, encoding: .utf8)
        #expect(try explain("--catalogue", file.path, log: Array("ERROR feed C7 not yet arrived\n".utf8)).stdout.contains("FEED_LATE"))
        try "catalogue: \(file.path)\n".write(to: folder.appending(path: "config"), atomically: true, encoding: .utf8)
        #expect(try explain(log: Array("ERROR feed C7 not yet arrived\n".utf8)).stdout.contains("FEED_LATE"))
        try "[FEED_LATE]\n".write(to: file, atomically: true, encoding: .utf8)
        let run = try explain(log: [])
        #expect(try run.wait() == .exited(117))
        #expect(run.stderr.contains("site.catalogue:1: FEED_LATE has no title"))
    }
}
