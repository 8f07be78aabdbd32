import Foundation
import JSON
import Testing
import TestSupport

/// Promises 1 and 3 for AWS Batch, which makes up its ids and takes every name twice.
@Suite struct BatchOnceTests {
    let aws: ScriptedAWS
    let job: Job

    init() throws {
        aws = try ScriptedAWS()
        job = try Job(aws)
    }

    private func endless() throws -> String { try aws.jobDefinition("endless", Walk.endlessJob) }

    private func running(_ run: ChildRun) throws {
        try eventually("it runs: \(run.stdout) \(run.stderr)") { run.stdout.contains("job RUNNING") }
    }

    // MARK: Once

    @Test func aRestartFollowsTheJobThatRuns() throws {
        let first = try job.batch(try endless(), "--on-signal", "detach", "--logs", "none")
        try running(first)
        first.send(SIGTERM)
        _ = try first.wait()
        for autorun in ["197/1", "197/2"] {
            let again = try job.at(autorun).batch("endless", "--on-signal", "detach", "--logs", "none")
            try running(again)
            again.send(SIGTERM)
            _ = try again.wait()
        }
        #expect(try aws.jobs().count == 1)
    }

    @Test func anEndIsReportedAndAReturnedFailureStartsAnew() throws {
        let failing = try aws.jobDefinition("fails", Walk.job("FAILED", exitCode: 7))
        #expect(try job.batch(failing, "--logs", "none").wait() == .exited(7))
        #expect(try job.batch(failing, "--logs", "none").wait() == .exited(7))
        #expect(try aws.jobs().count == 1)
        #expect(try job.at("197/2").batch(failing, "--logs", "none").wait() == .exited(7))
        #expect(try aws.jobs().count == 2)
    }

    @Test func aGivenNameIsNoNewTrysObstacle() throws {
        let failing = try aws.jobDefinition("fails", Walk.job("FAILED", exitCode: 7))
        #expect(try job.batch(failing, "--logs", "none", "--job-name", "mine").wait() == .exited(7))
        #expect(try job.at("197/2").batch(failing, "--logs", "none", "--job-name", "mine").wait() == .exited(7))
        #expect(try job.at("197/2").batch(failing, "--logs", "none", "--job-name", "mine").wait() == .exited(7))
        #expect(try aws.jobs().compactMap { $0["jobName"]?.string } == ["mine", "mine"])
    }

    @Test func otherParametersUnderTheSameRunAre116() throws {
        let run = try job.batch(try endless(), "--on-signal", "detach", "--logs", "none")
        try running(run)
        run.send(SIGTERM)
        _ = try run.wait()
        #expect(try job.batch("endless", "--parameters", "a=b", "--logs", "none").wait() == .exited(116))
        #expect(try aws.jobs().count == 1)
    }

    @Test func aLostReplyIsLookedForAndFollowed() throws {
        for kind in ["reply_lost", "truncate", "garbage", "empty"] {
            let job = job.at("\(kind.count)\(kind.utf8.first ?? 0)/1")
            try aws.fault(#"{"action":"SubmitJob","kind":"\#(kind)"}"#)
            let run = try job.batch("any-x", "--logs", "none")
            #expect(try run.wait() == .exited(0), "\(kind): \(run.stderr)")
            #expect(run.stderr.contains("looking for it"))
        }
        #expect(try aws.jobs().count == 4)
        #expect(try aws.calls("SubmitJob").count == 4)
    }

    @Test func aSubmissionThatShowsLateIsFollowed() throws {
        try aws.fault(#"{"action":"SubmitJob","kind":"late_visible","seconds":3}"#)
        let run = try job.batch("any-x", "--logs", "none")
        #expect(try run.wait() == .exited(0), "\(run.stderr)")
        #expect(try aws.calls("SubmitJob").count == 1)
    }

    /// 113, and never sent again; a new try refuses until somebody decides.
    @Test func aSubmissionThatNeverShowsIs113() throws {
        try aws.fault(#"{"action":"SubmitJob","kind":"hidden"}"#)
        let run = try job.batch("any-x", "--give-up-after", "2", "--logs", "none")
        #expect(try run.wait() == .exited(113))
        #expect(run.stderr.contains("it may run"))
        let again = try job.batch("any-x", "--give-up-after", "2", "--logs", "none")
        #expect(try again.wait() == .exited(113))
        #expect(again.stderr.contains("not sent again"))
        let next = try job.at("197/2").batch("any-x", "--give-up-after", "2", "--logs", "none")
        #expect(try next.wait() == .exited(116))
        #expect(next.stderr.contains("--new-try start"))
        #expect(try aws.calls("SubmitJob").count == 1)
        #expect(try job.awsjob("orphans").wait() == .exited(1))
        #expect(try job.at("197/2").batch("any-x", "--give-up-after", "2", "--logs", "none", "--new-try", "start").wait() == .exited(0))
        #expect(try aws.calls("SubmitJob").count == 2)
        // Somebody has decided, so nothing is left to look for.
        #expect(try job.awsjob("orphans").wait() == .exited(0))
    }

    @Test func throttlesAndRefusedConnectionsAreTriedAgain() throws {
        try aws.fault(#"{"action":"SubmitJob","kind":"error","status":429,"code":"TooManyRequestsException","message":"Too Many Requests","times":2}"#)
        #expect(try job.batch("any-x", "--logs", "none").wait() == .exited(0))
        #expect(try aws.jobs().count == 1)
    }

    @Test func anInternalErrorIsNotSentAgainUnseen() throws {
        try aws.fault(#"{"action":"SubmitJob","kind":"error","status":500}"#)
        let run = try job.batch("any-x", "--give-up-after", "2", "--logs", "none")
        #expect(try run.wait() == .exited(113))
        #expect(try aws.calls("SubmitJob").count == 1)
    }

    /// Without this host's journal the name alone tells; names made of the run are its own.
    @Test func anotherStateDirectoryFindsTheJobByItsName() throws {
        let run = try job.batch(try endless(), "--on-signal", "detach", "--logs", "none")
        try running(run)
        run.send(SIGTERM)
        _ = try run.wait()
        let elsewhere = try job.onAnotherHost().batch("endless", "--on-signal", "detach", "--logs", "none")
        try running(elsewhere)
        elsewhere.send(SIGTERM)
        _ = try elsewhere.wait()
        #expect(try aws.jobs().count == 1)
    }

    @Test func onATerminalEveryStartIsARunOfItsOwn() throws {
        var job = job
        job.environment["AUTORUN"] = nil
        #expect(try job.batch("any-x", "--job-name", "mine", "--logs", "none").wait() == .exited(0))
        #expect(try job.batch("any-x", "--job-name", "mine", "--logs", "none").wait() == .exited(0))
        #expect(try aws.jobs().count == 2)
        #expect(try job.batch("any-x", "--logs", "none").wait() == .exited(117))
    }

    // MARK: Kills

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP, SIGQUIT])
    func everySignalTerminatesTheJob(signal: Int32) throws {
        let run = try job.batch(try endless(), "--array-properties", "size=3")
        try eventually("children run: \(run.stderr)") { run.stdout.contains("3 RUNNING") }
        run.send(signal, toGroup: true)
        #expect(try run.wait() == .signalled(signal))
        try eventually("terminated") { try aws.jobStatuses() == ["FAILED"] }
        #expect(try aws.jobs().first?["terminateReason"]?.string?.contains("killed by SIG") == true)
        #expect(try aws.calls("CancelJob").isEmpty)
    }

    @Test func sigkillIsTheGuardiansBusiness() throws {
        let run = try job.batch(try endless(), "--logs", "none")
        try running(run)
        run.send(SIGKILL, toGroup: true)
        _ = try run.wait()
        try eventually("the guardian terminates it", limit: 20) { try aws.jobStatuses() == ["FAILED"] }
        let again = try job.batch("endless", "--logs", "none")
        #expect(try again.wait() == .exited(111))
        #expect(try aws.jobs().count == 1)
    }

    /// The reply is on its way when the runner is killed: nobody knows the id.
    @Test(arguments: [SIGTERM, SIGKILL])
    func killedWhileTheReplyIsOnItsWay(signal: Int32) throws {
        try aws.fault(#"{"action":"SubmitJob","kind":"slow","seconds":2}"#)
        let run = try job.batch(try endless(), "--logs", "none")
        try aws.awaitCalls("SubmitJob")
        usleep(200_000)
        run.send(signal, toGroup: true)
        _ = try run.wait()
        try eventually("it is found by its name and terminated", limit: 20) { try aws.jobStatuses() == ["FAILED"] }
        #expect(try job.batch("endless", "--logs", "none").wait() == .exited(111))
        #expect(try aws.jobs().count == 1)
    }

    @Test func orphansAreFoundAndStopped() throws {
        let run = try job.batch(try endless(), "--no-guardian", "--logs", "none")
        try running(run)
        run.send(SIGKILL)
        _ = try run.wait()
        let listed = try job.awsjob("orphans")
        #expect(try listed.wait() == .exited(1))
        #expect(listed.stdout.contains("running  "))
        #expect(try job.awsjob("orphans", "--stop").wait() == .exited(0))
        try eventually("stopped") { try aws.jobStatuses() == ["FAILED"] }
    }

    @Test func oneShotCommandsKnowTheRun() throws {
        #expect(try job.batch("any-x", "--logs", "none").wait() == .exited(0))
        let status = try job.awsjob("status", "nightly:197/1", "--json")
        #expect(try status.wait() == .exited(0))
        #expect(status.stdout.contains(#""status":"SUCCEEDED""#))
        let id = try #require(try aws.jobs().first?["jobId"]?.string)
        #expect(try job.awsjob("attach", id, "--logs", "none").wait() == .exited(0))
        #expect(try job.awsjob("status", "00000000-0000-0000-0000-000000000000").wait() == .exited(1))
    }
}
