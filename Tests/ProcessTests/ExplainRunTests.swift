import Foundation
import JSON
import Testing
import TestSupport

/// `awsjob explain RUN`: the notes of a run that is over.
@Suite struct ExplainRunTests {
    let aws: ScriptedAWS
    let job: Job

    init() throws {
        aws = try ScriptedAWS()
        var job = try Job(aws, name: "eod_load")
        job.environment["AWSJOB_ADVICE"] = nil
        self.job = job
        let log = #"[{"at":0.2,"message":"login as etl with password=hunter2hunter2"},{"at":0.3,"message":"OSError: [Errno 28] No space left on device: /scratch/part-7"}]"#
        _ = try aws.jobDefinition(
            "disk", #"{"attempts":[{"started":0.1,"stopped":0.4,"exitCode":1,"log":\#(log)}],"end":{"at":0.4,"status":"FAILED","reason":"Essential container in task exited"}}"#)
        _ = try aws.jobDefinition("good", Walk.job("SUCCEEDED", exitCode: 0))
        _ = try aws.jobDefinition("endless", Walk.endlessJob)
    }

    private func explain(_ words: String..., change: [String: String?] = [:]) throws -> (code: ChildRun.Ending, out: String, err: String) {
        var environment = job.environment
        for (name, value) in change { environment[name] = value }
        let run = try ChildRun([Repository.awsjob, "explain"] + words, environment: environment)
        return (try run.wait(limit: 60), run.stdout, run.stderr)
    }

    @Test func theLogIsFetchedAgainAndTheNotesAreTheSame() throws {
        let run = try job.batch("disk")
        #expect(try run.wait() == .exited(1))
        let given = try job.awsjob("advice", "show", "1", "--json")
        _ = try given.wait()
        for name in ["eod_load", "eod_load:197", "eod_load:197/1"] {
            let answer = try explain(name, "--json")
            #expect(answer.code == .exited(0) && answer.err == "", "\(answer.err)")
            #expect(try JSONValue(parsing: answer.out) == JSONValue(parsing: given.stdout)["notes"])
        }
        let text = try explain("eod_load:197/1").out
        #expect(text.contains("line 2:     OSError: [Errno 28] No space left on device") && run.stderr.contains(text))
    }

    /// The log is gone, or nobody may read it any more: what the run's own notes kept stands in.
    @Test func withoutTheLogTheKeptNotesStand() throws {
        _ = try job.batch("disk").wait()
        let answer = try explain("eod_load:197/1", "--json", change: ["AWS_ACCESS_KEY_ID": nil])
        #expect(answer.code == .exited(0) && answer.err.contains("the log cannot be fetched again; these are the notes that were given when it failed"), "\(answer.err)")
        let notes = try JSONValue(parsing: answer.out)
        #expect(notes["class"]?.string == "DISK_FULL" && notes["evidence"]?.array?.first?["line"]?.int == 2)
        // Not even those: what AWS said is left.
        try FileManager.default.removeItem(at: job.stateFolder.appending(path: "advice"))
        let bare = try explain("eod_load:197/1", change: ["AWS_ACCESS_KEY_ID": nil])
        #expect(bare.code == .exited(0) && bare.err.contains("these notes are made without it") && bare.out.contains("confidence low"), "\(bare)")
    }

    @Test func secretsOfTheLogAreMasked() throws {
        _ = try job.batch("disk", "--advice", "off").wait()
        let answer = try explain("eod_load:197/1", "--json")
        #expect(answer.code == .exited(0) && !answer.out.contains("hunter2hunter2") && answer.out.contains("DISK_FULL"))
    }

    /// An error that the job's good runs log as well is not what it failed of. Of their lines nothing is kept but hashes.
    @Test func whatGoodRunsLogIsNoEvidence() throws {
        let noise = #"{"at":0.15,"message":"ERROR ORA-00942: table or view does not exist: STG.TMP_17"}"#
        let disk = #"{"at":0.3,"message":"OSError: [Errno 28] No space left on device: /scratch/part-7"}"#
        for (name, log, end) in [("noisy", "\(noise),\(disk)", #""exitCode":1,"status":"FAILED""#), ("usual", noise, #""exitCode":0,"status":"SUCCEEDED""#)] {
            let code = end.prefix { $0 != "," }
            let status = end.dropFirst(code.count + 1)
            _ = try aws.jobDefinition(name, #"{"attempts":[{"started":0.1,"stopped":0.4,\#(code),"log":[\#(log)]}],"end":{"at":0.4,\#(status),"reason":"Essential container in task exited"}}"#)
        }
        func failureClass(_ autorun: String) throws -> String? {
            _ = try job.at(autorun).batch("noisy").wait()
            let answers = try [explain("eod_load:\(autorun)", "--json").out, job.awsjob("history", "show", "eod_load:\(autorun)", "--json").waited()]
            let classes = try answers.map { try JSONValue(parsing: $0) }.map { ($0["class"] ?? $0["failure_class"])?.string }
            #expect(classes[0] == classes[1])
            return classes[0]
        }
        #expect(try failureClass("190/1") == "DB_OBJECT")
        #expect(try job.at("191/1").batch("usual").wait() == .exited(0))
        #expect(try failureClass("192/1") == "DISK_FULL")
        let kept = try FileManager.default.contentsOfDirectory(at: job.stateFolder.appending(path: "usual"), includingPropertiesForKeys: nil)
        #expect(kept.count == 1)
        for file in kept { #expect(try !String(contentsOf: file, encoding: .utf8).contains { !($0.isHexDigit || $0.isWhitespace) }) }
    }

    @Test func whereThereIsNoFailureALineSaysSo() throws {
        #expect(try job.batch("good").wait() == .exited(0))
        let live = try job.at("198/1").batch("endless")
        try aws.awaitCalls("DescribeJobs")
        let cases: [([String], Int32, String)] = [
            (["eod_load:197/1"], 1, "eod_load:197/1 succeeded: there is no failure to explain"), (["eod_load:198/1"], 1, "eod_load:198/1 still runs"),
            (["nobody:1/1"], 1, "no such run: nobody:1/1"), (["eod_load:x/y"], 117, "is no run"), ([], 117, "--log FILE"), (["eod_load", "--log", "-"], 117, "either a run"),
            (["eod_load:197/1", "--exit-code", "3"], 117, "go with --log"),
        ]
        for (words, code, reason) in cases {
            let run = try ChildRun([Repository.awsjob, "explain"] + words, environment: job.environment)
            #expect(try run.wait() == .exited(code))
            #expect(run.stdout == "" && run.stderrLines.count == 1 && run.stderr.contains(reason) && run.stderr.contains("Next: ") && run.stderr.utf8.count <= 301, "\(run.stderr)")
        }
        live.send(SIGTERM)
        #expect(try live.wait() == .signalled(SIGTERM))
        let stopped = try explain("eod_load:198/1")
        #expect(stopped.code == .exited(1) && stopped.err.contains("was stopped"), "\(stopped.err)")
    }
}

extension ChildRun {
    /// Its standard output, when it has ended.
    fileprivate func waited() throws -> String {
        _ = try wait()
        return stdout
    }
}
