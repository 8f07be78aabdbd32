import Foundation
import JSON
import Testing
import TestSupport

/// The work's log on stdout: every event once, from every stream, whatever CloudWatch does.
@Suite struct LogTests {
    let aws: ScriptedAWS
    let job: Job

    init() throws {
        aws = try ScriptedAWS()
        job = try Job(aws)
    }

    /// What stands behind time and label of the log lines.
    private func messages(_ run: ChildRun) -> [String] {
        run.stdoutLines.compactMap { line in
            let text = line.dropFirst(25)
            let isLifeCycle = ["started ", "job ", "attempt ", "array of", "child ", "node ", "finished ", "following ", "--max"].contains { text.hasPrefix($0) }
            guard !isLifeCycle else { return nil }
            return text.hasPrefix("[") ? text.split(separator: "] ", maxSplits: 1).last.map(String.init) : String(text)
        }
    }

    private func stored(_ job: JSONValue) -> [String] {
        let own = (job["streams"]?.array ?? []).flatMap { $0["messages"]?.array?.compactMap(\.string) ?? [] }
        return own + (job["parts"]?.array ?? []).flatMap(stored)
    }

    @Test func attemptsContainersChildrenAndNodesAreLabelled() throws {
        let retry = try aws.jobDefinition("retry", #"{"attempts":[{"started":0.1,"stopped":0.3,"exitCode":1,"log":[{"at":0.2,"message":"one"}]},{"started":0.5,"stopped":0.7,"exitCode":0,"log":[{"at":0.6,"message":"two"}]}],"end":{"at":0.7,"status":"SUCCEEDED"}}"#)
        let several = try aws.jobDefinition("several", #"{"type":"ecs","containers":["main","sidecar"],"attempts":[{"started":0.1,"stopped":0.5,"exitCode":0,"log":[{"at":0.2,"message":"m"},{"at":0.3,"message":"s","container":"sidecar"}]}],"end":{"at":0.5,"status":"SUCCEEDED"}}"#)
        let array = try aws.jobDefinition("array", #"{"attempts":[{"started":0.1,"stopped":0.5,"exitCode":0,"log":[{"at":0.2,"message":"c"}]}],"end":{"at":0.5,"status":"SUCCEEDED"}}"#)
        let nodes = try aws.jobDefinition("nodes", #"{"type":"multinode","nodes":2,"attempts":[{"started":0.1,"stopped":0.5,"exitCode":0,"log":[{"at":0.2,"message":"n"}]}],"end":{"at":0.5,"status":"SUCCEEDED"}}"#)
        let runs = [
            try job.at("1/1").batch(retry), try job.at("2/1").batch(several), try job.at("3/1").batch(array, "--array-properties", "size=2"), try job.at("4/1").batch(nodes),
        ]
        for run in runs { #expect(try run.wait() == .exited(0), "\(run.stderr)") }
        #expect(runs[0].stdout.contains("Z one\n"))
        #expect(runs[0].stdout.contains("Z [attempt 2] two\n"))
        #expect(runs[1].stdout.contains("Z [main] m\n") && runs[1].stdout.contains("Z [sidecar] s\n"))
        #expect(runs[2].stdout.contains("Z [child 0] c\n") && runs[2].stdout.contains("Z [child 1] c\n"))
        #expect(runs[3].stdout.contains("Z [node 0] n\n") && runs[3].stdout.contains("Z [node 1] n\n"))
        for run in runs { #expect(run.stderr == "") }
    }

    @Test func groupAndRegionComeFromTheLogConfiguration() throws {
        let walk = #"{"logConfiguration":{"logDriver":"awslogs","options":{"awslogs-group":"/site/batch","awslogs-region":"eu-west-1"}},"attempts":[{"started":0.1,"stopped":0.4,"exitCode":0,"log":[{"at":0.2,"message":"elsewhere"}]}],"end":{"at":0.4,"status":"SUCCEEDED"}}"#
        let run = try job.batch(try aws.jobDefinition("site", walk))
        #expect(try run.wait() == .exited(0))
        #expect(messages(run) == ["elsewhere"])
        #expect(try aws.calls("FilterLogEvents").allSatisfy { $0["authorization"]?.string?.contains("/eu-west-1/logs/") == true })
    }

    @Test func anotherLogDriverIsNamedOnce() throws {
        let walk = #"{"logConfiguration":{"logDriver":"splunk","options":{}},"attempts":[{"started":0.1,"stopped":0.2,"exitCode":0}],"end":{"at":0.2,"status":"SUCCEEDED"}}"#
        let run = try job.batch(try aws.jobDefinition("splunk", walk))
        #expect(try run.wait() == .exited(0))
        #expect(run.stderrLines.count == 1)
        #expect(run.stderr.contains("driver splunk"))
    }

    @Test func lateEqualAndEmptyPagedEventsComeOnce() throws {
        _ = try aws.control("PUT", "log-limits", #"{"emptyPages":2}"#)
        let walk = #"{"attempts":[{"started":0.1,"stopped":2.0,"exitCode":0,"log":[{"at":0.2,"message":"same","count":50},{"at":1.5,"message":"b"},{"at":0.3,"message":"late","ingested":1.8},{"at":1.9,"message":"after the end","ingested":7.5},{"at":0.15,"message":"very late","ingested":9.0}]}],"end":{"at":2.0,"status":"SUCCEEDED"}}"#
        let run = try job.batch(try aws.jobDefinition("late", walk))
        #expect(try run.wait(limit: 60) == .exited(0))
        #expect(messages(run).sorted() == ((0..<50).map { "same \($0)" } + ["b", "late", "after the end", "very late"]).sorted())
        #expect(Array(messages(run).prefix(50)) == (0..<50).map { "same \($0)" })
    }

    @Test func streamsThatAppearLateOrNever() throws {
        let late = try aws.jobDefinition("late", #"{"attempts":[{"started":0.1,"stopped":3.0,"exitCode":0,"streamAppears":2.0,"log":[{"at":0.5,"message":"here"}]}],"end":{"at":3.0,"status":"SUCCEEDED"}}"#)
        let never = try aws.jobDefinition("never", #"{"attempts":[{"started":0.1,"stopped":0.5,"exitCode":3,"noStream":true}],"end":{"at":0.5,"status":"FAILED"}}"#)
        let (a, b) = (try job.at("1/1").batch(late), try job.at("2/1").batch(never))
        #expect(try a.wait(limit: 60) == .exited(0))
        #expect(messages(a) == ["here"])
        #expect(try b.wait(limit: 60) == .exited(3))
        #expect(b.stderr.contains("does not exist"))
        #expect(b.stderrLines.count == 2)
    }

    @Test func eventsOfAMegabyteControlBytesAndBrokenText() throws {
        let long = String(repeating: "x", count: 1 << 20)
        let walk = #"{"attempts":[{"started":0.1,"stopped":0.5,"exitCode":0,"log":[{"at":0.2,"message":"\#(long)"},{"at":0.3,"message":"red \u001b[31m\r\nnext\tline\u0000 \ud800 \u202e"}]}],"end":{"at":0.5,"status":"SUCCEEDED"}}"#
        let run = try job.batch(try aws.jobDefinition("long", walk))
        #expect(try run.wait(limit: 60) == .exited(0))
        #expect(messages(run).contains(long))
        #expect(run.stdout.contains("Z red \\x1b[31m\\x0d\n"))
        #expect(run.stdout.contains("Z next\tline\\x00 "))
        #expect(!run.stdout.utf8.contains(0x1b) && !run.stdout.unicodeScalars.contains("\u{202e}"))
    }

    @Test func throttledReadsAndExpiredTokensLoseNothing() throws {
        _ = try aws.control("PUT", "log-limits", #"{"FilterLogEvents":2,"tokenLifetime":2}"#)
        let walk = #"{"attempts":[{"started":0.1,"stopped":2.0,"exitCode":0,"log":[{"at":0.2,"message":"line","count":12000,"step":0.0001}]}],"end":{"at":2.0,"status":"SUCCEEDED"}}"#
        let run = try job.batch(try aws.jobDefinition("chatty", walk))
        #expect(try run.wait(limit: 120) == .exited(0), "\(run.stderr)")
        #expect(messages(run).count == 12000)
        #expect(Set(messages(run)).count == 12000)
        #expect(run.stderr == "")
    }

    @Test(arguments: ["AccessDeniedException", "InvalidParameterException", ""])
    func failingReadsAreOneWarningAndNothingElse(code: String) throws {
        let fault = code.isEmpty ? #""kind":"reset""# : #""kind":"error","status":400,"code":"\#(code)","message":"no""#
        try aws.fault(#"{"action":"FilterLogEvents","times":-1,\#(fault)}"#, #"{"action":"GetLogEvents","times":-1,\#(fault)}"#)
        let walk = #"{"attempts":[{"started":0.1,"stopped":0.4,"exitCode":5,"log":[{"at":0.2,"message":"x"}]}],"end":{"at":0.4,"status":"FAILED"}}"#
        let run = try job.batch(try aws.jobDefinition("denied", walk))
        #expect(try run.wait(limit: 90) == .exited(5))
        #expect(run.stderrLines.count == 2, "\(run.stderr)")
        #expect(run.stderrLines.first?.contains("log cannot be read") == true)
    }

    @Test func aRoleThatMayOnlyGetLogEventsSeesEveryLineOnceToo() throws {
        try aws.fault(#"{"action":"FilterLogEvents","times":-1,"kind":"error","status":400,"code":"AccessDeniedException","message":"no"}"#)
        let walk = #"{"type":"ecs","containers":["main","side"],"attempts":[{"started":0.1,"stopped":2.0,"exitCode":0,"log":[{"at":0.2,"message":"same"},{"at":0.2,"message":"same"},{"at":0.3,"message":"many","count":12000},{"at":0.25,"message":"late","ingested":6},{"at":0.4,"message":"s","container":"side"}]}],"end":{"at":2.0,"status":"SUCCEEDED"}}"#
        let run = try job.batch(try aws.jobDefinition("get", walk))
        #expect(try run.wait(limit: 60) == .exited(0))
        #expect(messages(run).sorted() == ((0..<12000).map { "many \($0)" } + ["same", "same", "late", "s"]).sorted())
        #expect(run.stderr == "")
    }

    @Test func maxLogBytesStopsTheLines() throws {
        let walk = #"{"attempts":[{"started":0.1,"stopped":0.5,"exitCode":0,"log":[{"at":0.2,"message":"0123456789","count":100}]}],"end":{"at":0.5,"status":"SUCCEEDED"}}"#
        let run = try job.batch(try aws.jobDefinition("chatty", walk), "--max-log-bytes", "50")
        #expect(try run.wait() == .exited(0))
        #expect(messages(run).count == 4)
        #expect(run.stdout.contains("--max-log-bytes 50 reached"))
    }

    @Test func jsonLinesHaveKindSourceAndMessage() throws {
        let walk = #"{"type":"ecs","containers":["main","side"],"attempts":[{"started":0.1,"stopped":0.5,"exitCode":0,"log":[{"at":0.2,"message":"a\nb"}]}],"end":{"at":0.5,"status":"SUCCEEDED"}}"#
        let run = try job.batch(try aws.jobDefinition("two", walk), "--log-format", "json")
        #expect(try run.wait() == .exited(0))
        let lines = try run.stdoutLines.map { try JSONValue(parsing: $0) }
        let logs = lines.filter { $0["kind"]?.string == "log" }
        #expect(logs.count == 1)
        #expect(logs.first?["source"]?.string == "main")
        #expect(logs.first?["message"]?.string == "a\nb")
        #expect(logs.first?["time"]?.string?.hasSuffix("Z") == true)
    }

    @Test func logsOfFinishedAndRunningWork() throws {
        let walk = #"{"attempts":[{"started":0.1,"stopped":0.5,"exitCode":0,"log":[{"at":0.2,"message":"hello"}]}],"end":{"at":0.5,"status":"SUCCEEDED"}}"#
        #expect(try job.batch(try aws.jobDefinition("done", walk), "--logs", "none").wait() == .exited(0))
        let id = try #require(try aws.jobs().first?["jobId"]?.string)
        let shown = try job.awsjob("logs", id)
        #expect(try shown.wait(limit: 40) == .exited(0), "\(shown.stderr)")
        #expect(shown.stdout.hasSuffix("Z hello\n") && shown.stdoutLines.count == 1)
        let byRun = try job.awsjob("logs", "nightly:197/1")
        #expect(try byRun.wait(limit: 40) == .exited(0))
        #expect(byRun.stdout == shown.stdout)
        #expect(try job.awsjob("logs", "00000000-0000-0000-0000-000000000000").wait() == .exited(1))
        let endless = #"{"attempts":[{"started":0.1,"log":[{"at":0.2,"message":"so far"}]}],"end":null}"#
        let running = try job.at("198/1").batch(try aws.jobDefinition("endless", endless))
        try eventually("its line") { running.stdout.contains("so far") }
        let look = try job.awsjob("logs", "nightly:198/1")
        #expect(try look.wait(limit: 40) == .exited(0), "\(look.stderr)")
        #expect(look.stdoutLines.count == 1)
        running.send(SIGTERM)
        _ = try running.wait()
    }

    @Test func aReaderWhoDoesNotReadStopsTheReads() throws {
        let walk = #"{"attempts":[{"started":0.1,"log":[{"at":0.2,"message":"\#(String(repeating: "y", count: 200))","count":60000}]}],"end":null}"#
        let run = try job.batch(try aws.jobDefinition("chatty", walk), output: .fullPipe)
        try aws.awaitCalls("FilterLogEvents")
        usleep(4_000_000)
        let reads = try aws.calls("FilterLogEvents").count
        #expect(reads < 5)
        usleep(2_000_000)
        #expect(try aws.calls("FilterLogEvents").count == reads)
        run.send(SIGTERM)
        #expect(try run.wait() == .signalled(SIGTERM))
        try eventually("terminated") { try aws.jobStatuses() == ["FAILED"] }
    }
}
