import Foundation
import JSON
import Testing
import TestSupport

/// What a failed run is told, what may follow from it, and that nothing else does.
@Suite struct AdviceTests {
    let aws: ScriptedAWS
    let job: Job
    let folder: URL

    init() throws {
        aws = try ScriptedAWS()
        var job = try Job(aws, name: "eod_load")
        job.environment["AWSJOB_ADVICE"] = nil
        self.job = job
        folder = try Scratch.folder()
        _ = try aws.jobDefinition("disk", Self.failing("OSError: [Errno 28] No space left on device: /scratch/part-7"))
        _ = try aws.jobDefinition("secret", Self.failing("psycopg2.OperationalError: connection failed: postgresql://etl:hunter2hunter2@db/prod: FATAL: password authentication failed"))
        _ = try aws.jobDefinition("spot", #"{"attempts":[{"started":0.1,"stopped":0.3,"statusReason":"Host EC2 (instance i-0abc) terminated."}],"end":{"at":0.3,"status":"FAILED","reason":"Host EC2 (instance i-0abc) terminated."}}"#)
        _ = try aws.jobDefinition("good", Walk.job("SUCCEEDED", exitCode: 0))
    }

    private static func failing(_ line: String) -> String {
        #"{"attempts":[{"started":0.1,"stopped":0.4,"exitCode":1,"log":[{"at":0.2,"message":"starting"},{"at":0.3,"message":"\#(line)"}]}],"end":{"at":0.4,"status":"FAILED","reason":"Essential container in task exited"}}"#
    }

    private func advice(_ words: String...) throws -> (code: ChildRun.Ending, out: String, err: String) {
        let run = try ChildRun([Repository.awsjob, "advice"] + words, environment: job.environment)
        return (try run.wait(), run.stdout, run.stderr)
    }

    @Test func aFailureIsExplainedAndRecorded() throws {
        let run = try job.batch("disk")
        #expect(try run.wait() == .exited(1))
        #expect(run.stderr.contains("root cause: "), "\(run.stderr)")
        #expect(run.stderr.contains("line 2:     OSError: [Errno 28] No space left on device"))
        #expect(run.stderr.contains("advice:     1; awsjob advice show 1"))
        let list = try advice("list", "--json")
        #expect(list.code == .exited(0))
        let first = try #require(try JSONValue(parsing: list.out)["advice"]?.array?.first)
        #expect(first["job"]?.string == "eod_load" && first["run"]?.string == "197/1" && first["standing"]?.string == "open")
        #expect(first["notes"]?["evidence"]?.array?.first?["line"]?.int == 2)
        #expect(try advice("verify").out.hasPrefix("whole: 1 entries"))
        let history = try job.awsjob("history", "show", "eod_load:197/1", "--json")
        #expect(try history.wait() == .exited(0))
        #expect(try JSONValue(parsing: history.stdout)["failure_class"]?.string == first["notes"]?["class"]?.string)
    }

    @Test func nothingIsSaidOfSuccessOfKillsOrWhenItIsOff() throws {
        let good = try job.batch("good")
        #expect(try good.wait() == .exited(0))
        #expect(good.stderr == "")
        let off = try job.at("198/1").batch("disk", "--advice", "off")
        #expect(try off.wait() == .exited(1))
        #expect(!off.stderr.contains("root cause"))
        _ = try aws.jobDefinition("endless", Walk.endlessJob)
        let killed = try job.at("199/1").batch("endless")
        try aws.awaitCalls("DescribeJobs")
        killed.send(SIGTERM)
        #expect(try killed.wait() == .signalled(SIGTERM))
        #expect(!killed.stderr.contains("root cause"))
        #expect(try advice("list").code == .exited(1))
    }

    @Test func secretsOfTheLogAreInNothingThatIsKept() throws {
        let run = try job.batch("secret")
        #expect(try run.wait() == .exited(1))
        #expect(run.stdout.contains("hunter2hunter2"))
        #expect(!run.stderr.contains("hunter2hunter2"), "\(run.stderr)")
        let grep = try ChildRun(["grep", "-rl", "hunter2hunter2", job.stateFolder.path], environment: ["PATH": "/usr/bin:/bin"])
        #expect(try grep.wait() == .exited(1), "\(grep.stdout)")
    }

    @Test func aPersonApprovesAndTheNextRunIsRecorded() throws {
        _ = try job.batch("spot").wait()
        let refused = try advice("approve", "7")
        #expect(refused.code == .exited(1) && refused.err.contains("no advice 7"))
        let approved = try advice("approve", "1", "--action", "restart", "--by", "mira")
        #expect(approved.code == .exited(0), "\(approved.err)")
        #expect(approved.out == "AUTOSERV=ACE sendevent -E FORCE_STARTJOB -J eod_load\n")
        #expect(try advice("approve", "1", "--by", "jo").code == .exited(1))
        #expect(try advice("reject", "1").err.contains("approved already, by mira"))
        #expect(try job.at("197/2").batch("good").wait() == .exited(0))
        let shown = try advice("show", "1").out
        #expect(shown.contains("approved, by mira") && shown.contains("result       SUCCEEDED"), "\(shown)")
        #expect(try advice("grade", "1", "--class", "NONSENSE").code == .exited(117))
        #expect(try advice("grade", "1", "--class", "UNKNOWN", "--helped", "yes").code == .exited(0))
        #expect(try advice("list").out.contains("graded      rules: "))
        #expect(try advice("verify").code == .exited(0))
    }

    @Test func aPolicyAllowsThatOneActionForThatOneCause() throws {
        _ = try job.batch("spot").wait()
        let found = try JSONValue(parsing: advice("show", "1", "--json").out)["notes"]
        let (failure, action) = (try #require(found?["class"]?.string), try #require(found?["action"]?.string))
        let policy = folder.appending(path: "policy.json")
        try #"{"rules":[{"name":"hosts","classes":["\#(failure)"],"jobs":["eod_*"],"action":"restart","approval":"none","at_most":1}]}"#.write(to: policy, atomically: true, encoding: .utf8)
        let first = try job.at("198/1").batch("spot", "--policy", policy.path)
        _ = try first.wait()
        #expect(first.stderr.contains("allowed:    by policy 'hosts': AUTOSERV=ACE sendevent -E FORCE_STARTJOB -J eod_load") == ["immediate", "delayed"].contains(action), "\(first.stderr)")
        let second = try job.at("199/1").batch("spot", "--policy", policy.path)
        _ = try second.wait()
        #expect(!second.stderr.contains("allowed:"))
        let disk = try job.at("200/1").batch("disk", "--policy", policy.path)
        _ = try disk.wait()
        #expect(!disk.stderr.contains("allowed:"))
        let broken = try job.at("201/1").batch("disk", "--policy", "/nowhere.json")
        #expect(try broken.wait() == .exited(117))
    }

    /// Three runs later: how often this happened, what was decided, whether a retry helped, and what waits for the job.
    @Test func earlierRunsOfTheJobAreCounted() throws {
        let jobs = folder.appending(path: "jobs.json")
        try #"{"jobs":[{"name":"eod_*","criticality":"high","downstream":["risk"],"upstream":["eod_load","fx"]}]}"#.write(to: jobs, atomically: true, encoding: .utf8)
        let first = try job.batch("disk", "--jobs", jobs.path)
        _ = try first.wait()
        #expect(!first.stderr.contains("of the last") && first.stderr.contains("Criticality high. Waiting for it: risk.") && first.stderr.contains("before it:  eod_load has no recorded run; fx has no recorded run"), "\(first.stderr)")
        #expect(try advice("approve", "1", "--action", "restart", "--by", "mira").code == .exited(0))
        #expect(try job.at("197/2").batch("good").wait() == .exited(0))
        let second = try job.at("198/1").batch("disk", "--jobs", jobs.path)
        _ = try second.wait()
        #expect(second.stderr.contains("Failed 1 of the last 2 runs with this class; a retry helped 1 of 1."), "\(second.stderr)")
        #expect(second.stderr.contains("earlier:    197/1 at ") && second.stderr.contains(": approved, a retry helped") && second.stderr.contains("before it:  eod_load succeeded at "))
        #expect(second.stderr.contains("restart:    manual: "))
        let again = try job.awsjob("explain", "eod_load:198/1", "--jobs", jobs.path, "--json")
        #expect(try again.wait() == .exited(0))
        let notes = try JSONValue(parsing: again.stdout)
        #expect(notes["history"]?["runs"]?.int == 2 && notes["history"]?["failed"]?.int == 1 && notes["dependencies"]?["criticality"]?.string == "high")
        let broken = try job.at("199/1").batch("disk", "--jobs", "/nowhere.json")
        #expect(try broken.wait() == .exited(117))
    }

    @Test func aDamagedAuditFileIsAWarningAndStaysAsItIs() throws {
        _ = try job.batch("disk").wait()
        let file = job.stateFolder.appending(path: "advice/audit.jsonl")
        try String(contentsOf: file, encoding: .utf8).replacingOccurrences(of: "eod_load", with: "eod_lied").write(to: file, atomically: false, encoding: .utf8)
        #expect(try advice("verify").code == .exited(1))
        #expect(try advice("approve", "1", "--action", "restart").code == .exited(1))
        let run = try job.at("198/1").batch("disk")
        #expect(try run.wait() == .exited(1))
        #expect(run.stderr.contains("root cause: ") && run.stderr.contains("this advice is not recorded"))
    }
}
