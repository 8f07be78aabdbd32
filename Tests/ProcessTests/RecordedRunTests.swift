import Foundation
import JSON
import Testing
import TestSupport

/// Runs of the built program, read back with `awsjob history`.
@Suite struct RecordedRunTests {
    let aws: ScriptedAWS
    let job: Job

    init() throws {
        aws = try ScriptedAWS()
        job = try Job(aws)
    }

    private var store: String { job.stateFolder.appending(path: "history.sqlite").path }

    private func history(_ words: String..., exits code: Int32 = 0) throws -> String {
        let asked = try ChildRun([Repository.awsjob, "history"] + words, environment: job.environment)
        #expect(try asked.wait() == .exited(code), "\(asked.stderr)")
        return code == 117 || code == 1 && asked.stdout.isEmpty ? asked.stderr : asked.stdout
    }

    private func python(_ script: String) throws -> ChildRun { try ChildRun([Repository.python, "-c", script], environment: job.environment) }

    /// A run of 0.3 s.
    private func succeed(_ autorun: String) throws -> ChildRun { try job.at(autorun).run(try aws.machine("ok", Walk.ending("SUCCEEDED"))) }

    @Test func everythingThatARunPrintedCanBeReadBack() throws {
        let run = try job.run(try aws.machine("bad", Walk.ending("FAILED", error: "Pay.Off", cause: "totals differ\\u001b[2J")), "--box", "NIGHT")
        #expect(try run.wait() == .exited(1))
        let record = try JSONValue(parsing: try history("show", "nightly:197/1", "--json"))
        #expect(record["outcome"]?.string == "failed")
        #expect(record["box"]?.string == "NIGHT")
        #expect(record["exit_code"]?.int == 1)
        #expect(record["id"]?.string == (try aws.executions().first?["executionArn"]?.string))
        #expect(record["calls"]?.int == (try aws.calls().count))
        let told = (record["events"]?.array ?? []).compactMap { event in event["message"]?.string }
        for line in run.stdoutLines { #expect(told.contains { line.hasSuffix($0) }, "\(line)") }
        // Terminal codes are not kept.
        for line in run.stderrLines { #expect(told.contains(line.replacing("\\x1b[2J", with: "")), "\(line)") }
        let shown = try history("show", "nightly")
        #expect(run.stdoutLines.allSatisfy(shown.contains))
        #expect(!shown.contains("\u{1b}"))
        #expect(try history().contains("nightly:197/1"))
        #expect(try history("--outcome", "succeeded", exits: 1) == "no such run\n")
        #expect(try history("show", "nightly:198", exits: 1) == "no such run: nightly:198\n")
        #expect(try history("--outcome", "sideways", exits: 117).utf8.count <= 300)
    }

    @Test func aLiveRunIsRunningAndAKilledOneHasItsGuardian() throws {
        let run = try job.run(try aws.machine("endless", Walk.endless))
        try aws.awaitCalls("GetExecutionHistory")
        #expect(try history("--outcome", "running").contains("nightly:197/1"))
        run.send(SIGKILL)
        _ = try run.wait()
        #expect(try history("show", "nightly").contains("runner died"))
        try eventually("the guardian's stop is in the history", limit: 10) { try history().contains("died") && aws.statuses() == ["ABORTED"] && history("show", "nightly").contains("the guardian stopped the work") }
        try eventually("nothing is left to be recorded", limit: 5) {
            try FileManager.default.contentsOfDirectory(atPath: job.stateFolder.appending(path: "unrecorded").path).isEmpty
        }
    }

    @Test func aKillIsRecordedWithItsSignal() throws {
        let run = try job.run(try aws.machine("endless", Walk.endless))
        try aws.awaitCalls("GetExecutionHistory")
        run.send(SIGTERM)
        #expect(try run.wait() == .signalled(SIGTERM))
        let record = try JSONValue(parsing: try history("show", "nightly", "--json"))
        #expect(record["outcome"]?.string == "killed")
        #expect(record["signal"]?.int == Int(SIGTERM))
        #expect(record["stopped_by"]?.string == "signal")
        #expect(record["reason"]?.string?.contains("killed by SIGTERM") == true)
    }

    // MARK: Bad stores: the run goes on, and is there later

    @Test func aDamagedStoreCostsOneWarning() throws {
        try Data(repeating: 0x41, count: 9000).write(to: URL(filePath: store))
        chmod(store, 0o600)
        let run = try succeed("197/1")
        #expect(try run.wait() == .exited(0))
        #expect(run.stderrLines.count == 1, "\(run.stderr)")
        #expect(run.stderr.contains("damaged") && run.stderr.contains("--set-aside"))
        #expect(try history("show", "nightly").contains("succeeded"), "from its journal")
        #expect(try history("init", exits: 1).contains("damaged"))
        #expect(try history("init", "--set-aside").contains("1 runs are back"))
        #expect(try history().contains("nightly:197/1"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: job.stateFolder.path).contains { $0.hasPrefix("history.sqlite.damaged-") })
    }

    @Test func aNewerStoreIsNotWritten() throws {
        #expect(try succeed("197/1").wait() == .exited(0))
        #expect(try python("import sqlite3; c = sqlite3.connect('\(store)'); c.execute('PRAGMA user_version = 99'); c.commit()").wait() == .exited(0))
        let run = try succeed("198/1")
        #expect(try run.wait() == .exited(0))
        #expect(run.stderrLines.count == 1)
        #expect(run.stderr.contains("version 99"))
        #expect(try history().split(separator: "\n").count == 3, "the old one is read, the new one comes from its journal")
    }

    @Test func aLockedStoreIsWaitedForTenSecondsAtMost() throws {
        #expect(try succeed("197/1").wait() == .exited(0))
        let holder = try python("import sqlite3, sys, time; c = sqlite3.connect('\(store)'); c.execute('BEGIN EXCLUSIVE'); print('held', flush=True); time.sleep(60)")
        try eventually("held") { holder.stdout == "held\n" }
        let began = Date.now
        let run = try succeed("198/1")
        #expect(try run.wait() == .exited(0))
        #expect(Date.now.timeIntervalSince(began) < 14)
        #expect(run.stderrLines.count == 1)
        #expect(run.stderr.contains("locked"))
        holder.send(SIGKILL)
        _ = try holder.wait()
        #expect(try history("--json").contains("nightly:198/1"))
    }

    @Test func aFullDiskLosesNothing() throws {
        #expect(try succeed("197/1").wait() == .exited(0))
        let script = "ulimit -f 12; exec '\(Repository.awsjob)' exec -- sh -c 'exit 3'"
        let run = try ChildRun(["bash", "-c", script], environment: job.at("198/1").environment)
        #expect(try run.wait() == .exited(3))
        #expect(run.stderrLines.count == 1, "\(run.stderr)")
        #expect(run.stderr.contains("not in the history yet"))
        #expect(try history("init").contains("whole"))
        #expect(try history().contains("nightly:198/1"))
    }

    @Test func aStoreThatOthersCanReadIsClosed() throws {
        #expect(try succeed("197/1").wait() == .exited(0))
        chmod(store, 0o666)
        let run = try succeed("198/1")
        #expect(try run.wait() == .exited(0))
        #expect(run.stderrLines.count == 1)
        #expect(run.stderr.contains("0600"))
        #expect(try FileManager.default.attributesOfItem(atPath: store)[.posixPermissions] as? Int == 0o600)
    }

    @Test func runnersThatCouldNoteNothingAreForgotten() throws {
        #expect(try succeed("197/1").wait() == .exited(0))
        // Of a full disk: a journal without a line, and one that is gone.
        let (unrecorded, journals) = (job.stateFolder.appending(path: "unrecorded"), job.stateFolder.appending(path: "journal"))
        try Data().write(to: journals.appending(path: "empty.jsonl"))
        for (owner, journal) in [("999999999-a", "empty"), ("999999998-b", "gone")] {
            try FileManager.default.createSymbolicLink(atPath: unrecorded.appending(path: owner).path, withDestinationPath: "../journal/\(journal).jsonl")
        }
        #expect(try history().contains("nightly:197/1"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: unrecorded.path).isEmpty)
    }

    // MARK: Export and prune

    @Test func exportsAreSafeToOpen() throws {
        #expect(try job.run(try aws.machine("bad", Walk.ending("FAILED", error: "=cmd|'/c calc'!A0", cause: "a,\\\"b\\\"\\n\\u001b[2J"))).wait() == .exited(1))
        let csv = try history("export", "--format", "csv")
        #expect(csv.hasSuffix("\r\n"))
        #expect(csv.contains(#""'=cmd|'/c calc'!A0: a,""b""\x0a""#), "\(csv)")
        let lines = try history("export", "--format", "jsonl").split(separator: "\n")
        #expect(lines.count == 1)
        #expect((try JSONValue(parsing: String(lines[0]))["events"]?.array ?? []).count > 2)
    }

    @Test func combiningMarksHideNothingFromAnExport() throws {
        let machine = try aws.machine("bad", Walk.ending("FAILED", error: "=\\u0301x", cause: "c,\\u0301\\\"\\u0301d"))
        #expect(try job.run(machine).wait() == .exited(1))
        let csv = try history("export", "--format", "csv")
        #expect(Data(csv.utf8).range(of: Data("\"'=\u{301}x: c,\u{301}\"\"\u{301}d\"".utf8)) != nil, "\(csv)")
    }

    @Test func anExportOfManyPagesHasALiveRunToo() throws {
        let run = try job.run(try aws.machine("endless", Walk.endless), "--on-signal", "detach")
        try aws.awaitCalls("GetExecutionHistory")
        #expect(try history("init").hasPrefix("made"))
        let fill = """
            import sqlite3, time
            store = sqlite3.connect('\(store)')
            row = "INSERT INTO runs (instance, job, run, try, machine, service, started, outcome, runners, runners_died, revision) VALUES ('ACE', 'j', ?, 1, 'm', 's', ?, 'succeeded', 1, 0, 1)"
            now = int(time.time() * 1000) + 60_000
            store.executemany(row, [(str(number), now + (number - 600 if number < 600 else -3_600_000)) for number in range(1203)])
            store.commit()
            """
        #expect(try python(fill).wait() == .exited(0))
        let lines = try history("export", "--format", "jsonl").split(separator: "\n")
        #expect(lines.count == 1204)
        #expect(Set(lines).count == 1204)
        #expect(lines.filter { $0.contains("nightly:197/1") }.count == 1)
        #expect(try history("--limit", "9223372036854775807", "--json").contains("nightly:197/1"))
        run.send(SIGTERM)
        #expect(try run.wait() == .signalled(SIGTERM))
    }

    @Test func pruningSaysFirstWhatItWouldDelete() throws {
        #expect(try succeed("197/1").wait() == .exited(0))
        #expect(try history("prune", "--older-than", "1d").hasPrefix("would delete 0 runs"))
        usleep(1_100_000)
        #expect(try history("prune", "--older-than", "1s").hasPrefix("would delete 1 runs"))
        #expect(try history().contains("nightly:197/1"))
        #expect(try history("prune", "--older-than", "1s", "--yes").contains("deleted 1 runs"))
        #expect(try history(exits: 1) == "no such run\n")
        // Its journal is younger than 90 days: the same try still reports what was returned.
        #expect(try succeed("197/1").wait() == .exited(0))
        #expect(try aws.executions().count == 1)
    }

    @Test func journalsOfRunsLongOverGo() throws {
        #expect(try succeed("197/1").wait() == .exited(0))
        let endless = try job.at("198/1").run(try aws.machine("endless", Walk.endless), "--no-guardian")
        try aws.awaitCalls("StartExecution", count: 2)
        endless.send(SIGKILL)
        _ = try endless.wait()
        let journals = job.stateFolder.appending(path: "journal")
        for name in try FileManager.default.contentsOfDirectory(atPath: journals.path) {
            var times = [timeval(tv_sec: time(nil) - 100 * 86_400, tv_usec: 0), timeval(tv_sec: time(nil) - 100 * 86_400, tv_usec: 0)]
            utimes(journals.appending(path: name).path, &times)
        }
        #expect(try history("prune", "--older-than", "95d", "--yes").contains("and 1 journals"))
        let left = try FileManager.default.contentsOfDirectory(atPath: journals.path)
        #expect(left.count == 1 && left[0].contains("-198-"), "work that may still run keeps its journal")
    }
}
