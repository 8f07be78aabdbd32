import Foundation
import JSON
import Testing
import TestSupport

/// Promise 1 between hosts that share a state table and nothing else, for the services that make up their ids.
@Suite(.serialized) struct FleetTests {
    private let fleet: Fleet
    private let here: Job
    private let there: Job
    private var aws: ScriptedAWS { fleet.aws }

    init() throws {
        fleet = try Fleet()
        (here, there) = (try fleet.host(), try fleet.host())
    }

    private func running(_ run: ChildRun) throws {
        try eventually("it runs: \(run.stdout) \(run.stderr)") { run.stdout.contains("job RUNNING") }
    }

    @Test func anotherHostFollowsAndReports() throws {
        let definition = try aws.jobDefinition("slow", Walk.job("SUCCEEDED", exitCode: 0, after: 2))
        let first = try here.batch(definition, "--logs", "none")
        try running(first)
        let second = try there.batch(definition, "--logs", "none")
        #expect(try second.wait() == .exited(0), "\(second.stderr)")
        #expect(second.stdout.contains("following batch job"))
        #expect(try first.wait() == .exited(0))
        let third = try fleet.host().batch(definition, "--logs", "none")
        #expect(try third.wait() == .exited(0))
        #expect(third.stdout.contains("this run has ended before: SUCCEEDED"))
        #expect(first.stderr + second.stderr + third.stderr == "")
        #expect(try aws.jobs().count == 1)
        #expect(try there.at("197/1").batch(definition, "--parameters", "a=b", "--logs", "none").wait() == .exited(116))
    }

    /// Without the table nothing tells that the failure was returned, and try 2 is refused.
    @Test func aFailureReturnedOnOneHostStartsAnewOnAnother() throws {
        let definition = try aws.jobDefinition("fails", Walk.job("FAILED", exitCode: 7))
        #expect(try here.batch(definition, "--logs", "none").wait() == .exited(7))
        let next = try there.at("197/2").batch(definition, "--logs", "none")
        #expect(try next.wait() == .exited(7), "\(next.stderr)")
        #expect(try aws.jobs().count == 2)
        #expect(try here.at("197/2").batch(definition, "--logs", "none").wait() == .exited(7))
        #expect(try aws.jobs().count == 2)
        let machine = try aws.machine("fails", Walk.ending("FAILED"))
        #expect(try here.at("198/1").run(machine).wait() == .exited(1))
        #expect(try there.at("198/2").run(machine).wait() == .exited(1))
        #expect(try aws.executions().count == 2)
    }

    @Test func triesAreCountedAcrossHosts() throws {
        let definition = try aws.jobDefinition("fails", Walk.job("FAILED", exitCode: 7))
        #expect(try here.at("300").batch(definition, "--logs", "none").wait() == .exited(7))
        #expect(try there.at("300").batch(definition, "--logs", "none").wait() == .exited(7))
        #expect(try aws.jobs().compactMap { $0["jobName"]?.string?.split(separator: "-")[2] } == ["1", "2"])
    }

    // MARK: SIGKILL in the worst moments

    /// The intent is in the table, nothing was sent, and nobody can know that.
    @Test func killedBetweenIntentAndSubmission() throws {
        let definition = try aws.jobDefinition("endless", Walk.endlessJob)
        try aws.fault(#"{"action":"SubmitJob","kind":"hang"}"#)
        let first = try here.batch(definition, "--no-guardian", "--logs", "none")
        try aws.awaitCalls("SubmitJob")
        first.send(SIGKILL)
        _ = try first.wait()
        try aws.clearFaults()
        let again = try there.batch(definition, "--logs", "none", "--give-up-after", "2")
        #expect(try again.wait() == .exited(113))
        #expect(again.stderr.contains("it is not sent again"))
        let next = try there.at("197/2").batch(definition, "--logs", "none", "--give-up-after", "2")
        #expect(try next.wait() == .exited(116), "\(next.stderr)")
        let hasty = try there.at("197/2").batch(definition, "--logs", "none", "--give-up-after", "2", "--new-try", "start")
        #expect(try hasty.wait() == .exited(116))
        #expect(hasty.stderr.contains("showed life"))
        #expect(try aws.jobs().isEmpty)
        try fleet.ageLeases(here)
        let decided = try there.at("197/2").batch(definition, "--logs", "none", "--give-up-after", "2", "--new-try", "start", "--max-runtime", "0.5")
        #expect(try decided.wait() == .exited(112), "\(decided.stderr)")
        #expect(try aws.jobs().count == 1)
        #expect(try aws.calls("SubmitJob").count == 2)
        // Every host knows that somebody has decided.
        #expect(try fleet.host().awsjob("orphans").wait() == .exited(0))
    }

    /// AWS has it, and the id died with the runner.
    @Test(arguments: ["batch", "glue"])
    func killedBetweenSubmissionAndRecord(service: String) throws {
        let (definition, script) = (try aws.jobDefinition("endless", Walk.endlessJob), #"{"started":0.1,"end":null}"#)
        _ = try aws.control("PUT", "glue-jobs/endless", script)
        let start: (Job) throws -> ChildRun = { job in
            service == "batch" ? try job.batch(definition, "--no-guardian", "--logs", "none") : try job.glue("endless", "--no-guardian", "--logs", "none")
        }
        let call = service == "batch" ? "SubmitJob" : "StartJobRun"
        try aws.fault(#"{"action":"\#(call)","kind":"slow","seconds":3}"#)
        let first = try start(here)
        try aws.awaitCalls(call)
        first.send(SIGKILL)
        _ = try first.wait()
        let second = try start(there)
        try eventually("the other host follows: \(second.stderr)") { second.stdout.contains("following \(service) ") }
        second.send(SIGTERM)
        #expect(try second.wait() == .signalled(SIGTERM))
        #expect(try aws.calls(call).count == 1)
        #expect(try start(here).wait() == .exited(111))
        #expect(try aws.calls(call).count == 1)
    }

    // MARK: The table is away

    @Test func withoutTheTableNothingIsStartedThatNothingElseProtects() throws {
        var job = here
        job.environment["AWS_ENDPOINT_URL_DYNAMODB"] = "http://127.0.0.1:1"
        let run = try job.batch("any-x", "--logs", "none", "--give-up-after", "2")
        #expect(try run.wait() == .exited(115))
        #expect(run.stderr.contains("nothing started: state table awsjob-fleet"))
        #expect(try aws.calls("SubmitJob").isEmpty)
        let machine = ScriptedAWS.machinePrefix + "any-x"
        let execution = try job.run(machine, "--give-up-after", "2")
        #expect(try execution.wait() == .exited(0))
        #expect(execution.stderrLines.filter { $0.contains("state table") }.count == 1, "\(execution.stderr)")
        job.environment["AWS_ENDPOINT_URL_DYNAMODB"] = here.environment["AWS_ENDPOINT_URL_DYNAMODB"]
        job.environment["AWSJOB_STATE"] = "dynamodb:awsjob-other"
        let missing = try job.at("198/1").batch("any-x", "--logs", "none")
        #expect(try missing.wait() == .exited(115), "\(missing.stderr)")
        #expect(missing.stderr.contains("Next: awsjob history init"))
    }

    @Test func aTableThatGoesAwayIsOneWarning() throws {
        let run = try here.batch(try aws.jobDefinition("slow", Walk.job("SUCCEEDED", exitCode: 0, after: 2)), "--logs", "none")
        try running(run)
        fleet.breakTable()
        #expect(try run.wait(limit: 60) == .exited(0))
        #expect(run.stderrLines.filter { $0.contains("state table") }.count == 1, "\(run.stderr)")
        // What this host knows needs no table.
        #expect(try here.batch("slow", "--logs", "none").wait(limit: 60) == .exited(0))
        #expect(try aws.jobs().count == 1)
    }

    // MARK: Orphans

    @Test func orphansOfAnyHostOnceTheyShowNoLife() throws {
        let definition = try aws.jobDefinition("endless", Walk.endlessJob)
        let run = try here.batch(definition, "--no-guardian", "--logs", "none")
        try running(run)
        let live = try there.awsjob("orphans", "--stop")
        #expect(try live.wait() == .exited(0), "\(live.stdout) \(live.stderr)")
        #expect(try aws.jobStatuses() == ["RUNNING"])
        run.send(SIGKILL)
        _ = try run.wait()
        #expect(try there.awsjob("orphans", "--stop").wait() == .exited(0), "its lease is fresh")
        #expect(try here.awsjob("orphans").wait() == .exited(1), "its own host sees that it is gone")
        try fleet.ageLeases(here)
        let dead = try there.awsjob("orphans")
        #expect(try dead.wait() == .exited(1))
        #expect(dead.stdout.contains("running  ") && dead.stdout.contains("AutoSys job nightly run 197/1 (ACE)"))
        #expect(try there.awsjob("orphans", "--stop").wait() == .exited(0))
        try eventually("stopped") { try aws.jobStatuses() == ["FAILED"] }
        #expect(try here.awsjob("orphans").wait() == .exited(0))
        // The stop is known everywhere: the same try reports it, the next starts.
        #expect(try here.batch(definition, "--logs", "none").wait() == .exited(111))
        #expect(try aws.jobs().count == 1)
    }

    @Test func withoutTheTableNothingIsStopped() throws {
        let run = try here.batch(try aws.jobDefinition("endless", Walk.endlessJob), "--no-guardian", "--logs", "none")
        try running(run)
        run.send(SIGKILL)
        _ = try run.wait()
        var blind = here
        blind.environment["AWS_ENDPOINT_URL_DYNAMODB"] = "http://127.0.0.1:1"
        let orphans = try blind.awsjob("orphans", "--stop")
        #expect(try orphans.wait(limit: 60) == .exited(1))
        #expect(orphans.stderr.contains("what other hosts do is not known"))
        #expect(try aws.jobStatuses() == ["RUNNING"])
    }
}
