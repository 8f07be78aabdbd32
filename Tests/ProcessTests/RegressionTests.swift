import Foundation
import JSON
import Testing
import TestSupport

/// Corners that once went wrong, each with what an operator would have seen.
@Suite struct RegressionTests {
    let aws: ScriptedAWS
    let job: Job
    let endless: String

    init() throws {
        aws = try ScriptedAWS()
        job = try Job(aws)
        endless = try aws.machine("endless", Walk.endless)
    }

    @Test func anOlderTryAfterANewerOneFollowsItsWork() throws {
        let machine = try aws.machine("m", Walk.ending("SUCCEEDED", after: 1.5))
        let newer = try job.at("197/2").run(machine)
        try aws.awaitCalls("StartExecution")
        let older = try job.run(machine)
        #expect(try newer.wait() == .exited(0))
        #expect(try older.wait() == .exited(0))
        #expect(try aws.executions().count == 1)
    }

    @Test func theGuardianWorksFromTheJobsFolderAndWithoutItsConfiguration() throws {
        let keys = job.stateFolder.appending(path: "aws.ini")
        let config = job.stateFolder.appending(path: "config.txt")
        try "[default]\naws_access_key_id = A\naws_secret_access_key = B\n".write(to: keys, atomically: true, encoding: .utf8)
        try "poll-interval: 0.2\n".write(to: config, atomically: true, encoding: .utf8)
        var job = job
        job.environment["AWS_ACCESS_KEY_ID"] = nil
        job.environment["AWS_SHARED_CREDENTIALS_FILE"] = "aws.ini"
        job.environment["AWSJOB_CONFIG"] = "config.txt"
        let command = "cd \(job.stateFolder.path) && exec \(Repository.awsjob) stepfunctions --state-machine-arn \(endless)"
        let run = try ChildRun(["/bin/sh", "-c", command], environment: job.environment)
        try aws.awaitCalls("GetExecutionHistory")
        try "nonsense\n".write(to: config, atomically: true, encoding: .utf8)
        run.send(SIGKILL)
        _ = try run.wait()
        try eventually("stopped", limit: 5) { try aws.statuses() == ["ABORTED"] }
    }

    @Test func aRefusedRestartDoesNotHideRunningWork() throws {
        try aws.fault(#"{"action":"StartExecution","kind":"hang_after"}"#)
        let run = try job.run(endless, "--no-guardian")
        try aws.awaitCalls("StartExecution")
        run.send(SIGKILL)
        _ = try run.wait()
        try aws.fault(
            #"{"action":"DescribeExecution","kind":"not_found","times":2}"#,
            #"{"action":"StartExecution","kind":"error","status":400,"code":"AccessDeniedException"}"#)
        let restart = try job.run(endless, "--no-guardian")
        try eventually("followed or refused") { restart.ending() != nil || restart.stdout.contains("following") }
        restart.send(SIGKILL)
        _ = try restart.wait()
        let orphans = try job.awsjob("orphans", "--stop")
        #expect(try orphans.wait() == .exited(0))
        #expect(try aws.statuses() == ["ABORTED"], "\(orphans.stdout)")
    }

    @Test func oneReadThatFindsNothingIsNotBelieved() throws {
        let run = try job.run(endless, "--no-guardian")
        try aws.awaitCalls("GetExecutionHistory")
        run.send(SIGKILL)
        _ = try run.wait()
        try aws.fault(#"{"action":"DescribeExecution","kind":"not_found"}"#)
        let next = try job.at("197/2").run(endless, "--new-try", "start")
        try eventually("followed") { next.stdout.contains("following") }
        next.send(SIGTERM)
        _ = try next.wait()
        #expect(try aws.executions().count == 1)
    }

    @Test func aNameThatAnotherRunOfThisHostUsesIsTaken() throws {
        let first = try job.run(endless, "--name", "daily")
        try aws.awaitCalls("GetExecutionHistory")
        let second = try job.at("198/1").run(endless, "--name", "daily")
        #expect(try second.wait() == .exited(116))
        #expect(try aws.statuses() == ["RUNNING"])
        first.send(SIGTERM)
        _ = try first.wait()
    }

    @Test func aRedriveOutlivesStaleReads() throws {
        let machine = try aws.machine("m", Walk.ending("FAILED"))
        #expect(try job.run(machine).wait() == .exited(1))
        _ = try aws.machine("m", Walk.ending("SUCCEEDED", after: 1.5))
        let id = try #require(try aws.executions().first?["executionArn"]?.string)
        let stale = #"{\"executionArn\":\"\#(id)\",\"name\":\"n\",\"status\":\"FAILED\",\"redriveCount\":0,\"startDate\":1,\"stopDate\":2}"#
        try aws.fault(#"{"action":"DescribeExecution","kind":"error","status":200,"skip":0,"times":1,"body":"\#(stale)"}"#)
        let run = try job.at("197/2").run(machine, "--new-try", "redrive")
        #expect(try run.wait() == .exited(0), "\(run.stderr)")
    }

    /// It may still be carried out: neither nothing started, nor sent a second time.
    @Test func aRedriveThatNobodyAnswersIsUnknown() throws {
        let machine = try aws.machine("m", Walk.ending("FAILED"))
        #expect(try job.run(machine).wait() == .exited(1))
        _ = try aws.machine("m", Walk.ending("SUCCEEDED"))
        try aws.fault(#"{"action":"RedriveExecution","kind":"hang","times":-1}"#)
        let next = job.at("197/2")
        #expect(try next.run(machine, "--new-try", "redrive", "--give-up-after", "2").wait() == .exited(113))
        try aws.clearFaults()
        let again = try next.run(machine, "--new-try", "redrive")
        #expect(try again.wait() == .exited(0), "\(again.stderr)")
        #expect(try aws.executions().map { $0["redriveCount"]?.int } == [1])
    }

    @Test func aKillWhileTheRegionIsAskedForIsAKill() throws {
        var job = job
        for name in ["AWS_REGION", "AWS_EC2_METADATA_DISABLED"] { job.environment[name] = nil }
        job.environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = aws.endpoint
        try aws.fault(#"{"action":"imds","kind":"hang","times":-1}"#)
        let run = try job.run(endless)
        try eventually("asked") { try !aws.calls().isEmpty || run.ending() != nil }
        run.send(SIGTERM)
        #expect(try run.wait(limit: 3) == .signalled(SIGTERM))
    }

    @Test func aLongPauseIsNoLostContact() throws {
        try aws.fault(#"{"action":"GetExecutionHistory","kind":"error","times":1}"#)
        let machine = try aws.machine("m", Walk.ending("SUCCEEDED", after: 0.5))
        #expect(try job.run(machine, "--poll-interval", "3", "--max-poll-interval", "3", "--give-up-after", "2").wait() == .exited(0))
    }

    @Test func aHangingHistoryDoesNotHideTheEnd() throws {
        try aws.fault(#"{"action":"GetExecutionHistory","kind":"hang","times":-1}"#)
        let machine = try aws.machine("m", Walk.ending("FAILED", after: 0.5))
        #expect(try job.run(machine).wait(limit: 120) == .exited(1))
    }

    @Test func aGuardiansStopStaysAStop() throws {
        let run = try job.run(endless, "--max-runtime", "1")
        try aws.awaitCalls("GetExecutionHistory")
        run.send(SIGKILL)
        _ = try run.wait()
        try eventually("stopped", limit: 5) { try aws.statuses() == ["ABORTED"] }
        usleep(1_200_000)
        #expect(try job.run(endless, "--max-runtime", "1").wait() == .exited(111))
    }

    @Test func aProxysPageIsNotAWS() throws {
        try aws.fault(#"{"action":"StartExecution","kind":"html","times":-1}"#)
        let run = try job.run(endless, "--give-up-after", "2")
        let ending = try run.wait()
        #expect(ending == .exited(113) || ending == .exited(115), "\(run.stderr)")
        #expect(run.stderr.contains("text/html"))
    }

    @Test func keysInMessagesOfAWSAreHidden() throws {
        var job = job
        job.environment["AWS_SESSION_TOKEN"] = "token-of-the-test"
        try aws.fault(#"{"action":"StartExecution","kind":"error","status":403,"code":"ValidationException","message":"mismatch x-amz-security-token:token-of-the-test"}"#)
        let run = try job.run(endless)
        #expect(try run.wait() == .exited(114))
        #expect(!run.stderr.contains("token-of-the-test"))
        #expect(run.stderr.contains("[hidden]"))
    }

    @Test func wrongTypesInCLIInputAreRefused() throws {
        for text in [#"{"input":{"a":1}}"#, "[]", #"{"name":5}"#, #"{"nonsense":"1"}"#] {
            #expect(try job.run(endless, "--cli-input-json", text).wait() == .exited(117), "\(text)")
        }
        #expect(try aws.executions().isEmpty)
    }

    @Test func linesAreSplitAtLineFeedsAndControlsShown() throws {
        let machine = try aws.machine("m", #"{"type":"STANDARD","events":[{"at":0,"type":"TaskStateEntered","state":"A\u001b[2J"},{"at":0,"type":"TaskFailed","error":"E","cause":"one\r\ntwo\u009b"}],"end":{"at":0.1,"status":"FAILED","output":null,"error":"E","cause":"x"}}"#)
        let run = try job.run(machine)
        #expect(try run.wait() == .exited(1))
        #expect(run.stdout.contains("state A\\x1b[2J entered"))
        #expect(run.stdoutLines.contains { $0.hasSuffix("E: one\\x0d") })
        #expect(run.stdoutLines.contains { $0.hasSuffix("Z two\\x9b") })
        let json = try Job(aws, autorun: "5/1").run(machine, "--log-format", "json")
        _ = try json.wait()
        #expect(!json.stdout.unicodeScalars.contains { (0x7f...0x9f).contains($0.value) })
    }

    @Test func aTerminalThatNobodyReadsDoesNotHoldTheKill() throws {
        var primary: Int32 = 0
        var replica: Int32 = 0
        guard openpty(&primary, &replica, nil, nil, nil) == 0 else { throw TestFailure("no pseudo-terminal") }
        for end in [primary, replica] { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { close(primary) }
        let events = (0..<2000).map { #"{"at":0.0,"type":"PassStateEntered","state":"S\#($0)"}"# }.joined(separator: ",")
        let machine = try aws.machine("chatty", #"{"type":"STANDARD","events":[\#(events)],"end":null}"#)
        let run = try job.run(machine, output: .descriptor(replica))
        close(replica)
        try aws.awaitCalls("GetExecutionHistory")
        usleep(300_000)
        run.send(SIGTERM)
        try aws.awaitCalls("StopExecution", timeout: 2)
        #expect(try run.wait(limit: 6) == .signalled(SIGTERM))
    }

    @Test func whatAttachSawIsNotReturnedToTheScheduler() throws {
        let machine = try aws.machine("m", Walk.ending("FAILED", after: 1))
        let run = try job.run(machine, "--no-guardian")
        try aws.awaitCalls("GetExecutionHistory")
        run.send(SIGKILL)
        _ = try run.wait()
        #expect(try job.awsjob("attach", "nightly:197/1", "--poll-interval", "0.2").wait() == .exited(1))
        #expect(try job.at("197/2").run(machine).wait() == .exited(1))
        #expect(try aws.executions().count == 1, "the new try reports the failure that nobody returned")
    }

    @Test func withoutAGuardianASignalStillStopsTheWork() throws {
        let run = try job.run(endless, "--no-guardian")
        try aws.awaitCalls("GetExecutionHistory")
        run.send(SIGTERM)
        #expect(try run.wait() == .signalled(SIGTERM))
        #expect(try aws.statuses() == ["ABORTED"])
    }

    @Test func yesterdaysSuccessUnderAChosenNameIsNotTodays() throws {
        let machine = ScriptedAWS.machinePrefix + "any-x"
        #expect(try job.run(machine, "--name", "nightly").wait() == .exited(0))
        sleep(6)
        try aws.fault(#"{"action":"StartExecution","kind":"reset"}"#)
        #expect(try job.onAnotherHost().at("198/1").run(machine, "--name", "nightly").wait() == .exited(116))
    }

    @Test func aStartWhoseReplyNeverComesIsFollowed() throws {
        let machine = try aws.machine("m", Walk.ending("SUCCEEDED", after: 6))
        try aws.fault(#"{"action":"StartExecution","kind":"hang_after","times":-1}"#, #"{"action":"DescribeExecution","kind":"slow","seconds":0.1,"times":-1}"#)
        let run = try job.run(machine, "--give-up-after", "4")
        #expect(try run.wait() == .exited(0), "\(run.stderr)")
    }

    @Test func anEndThatAWSReportedIsNotForgottenForWantOfAHistory() throws {
        try aws.fault(#"{"action":"GetExecutionHistory","kind":"error","times":-1}"#)
        let machine = try aws.machine("m", Walk.ending("SUCCEEDED", after: 0.2))
        #expect(try job.run(machine, "--give-up-after", "5").wait() == .exited(0))
    }

    @Test func anEndInTheJournalSurvivesASilentAWS() throws {
        let machine = ScriptedAWS.machinePrefix + "any-x"
        #expect(try job.run(machine).wait() == .exited(0))
        try aws.fault(#"{"action":"GetExecutionHistory","kind":"hang","times":-1}"#, #"{"action":"DescribeExecution","kind":"hang","skip":1,"times":-1}"#)
        #expect(try job.run(machine, "--give-up-after", "3").wait() == .exited(0))
    }

    @Test func aTryOfAnotherHostIsFoundBetweenOwnOnes() throws {
        let machine = try aws.machine("m", Walk.ending("FAILED"))
        #expect(try job.run(machine).wait() == .exited(1))
        _ = try aws.machine("m", Walk.ending("SUCCEEDED", after: 2))
        let second = try job.onAnotherHost().at("197/2").run(machine, "--new-try", "start")
        try eventually("the second try runs") { try aws.executions().count == 2 }
        let third = try job.at("197/3").run(machine)
        #expect(try third.wait() == .exited(0))
        #expect(try second.wait() == .exited(0))
        #expect(try aws.executions().count == 2)
    }

    @Test func aLateReplyToTheStopIsStillOurStop() throws {
        try aws.fault(#"{"action":"StopExecution","kind":"hang_after"}"#)
        #expect(try job.run(endless, "--max-runtime", "0.5").wait() == .exited(112))
        #expect(try job.run(endless, "--max-runtime", "0.5").wait() == .exited(112), "and the same when it is reported")
    }

    @Test func theLimitHoldsWhileReadsFail() throws {
        try aws.fault(#"{"action":"GetExecutionHistory","kind":"hang","times":-1}"#, #"{"action":"DescribeExecution","kind":"hang","times":-1}"#)
        let run = try job.run(endless, "--max-runtime", "0.5", "--give-up-after", "4")
        try aws.awaitCalls("StopExecution", timeout: 3)
        _ = try run.wait()
        #expect(try aws.statuses() == ["ABORTED"])
    }

    @Test func aLookThatFailsBesideRunningWorkIsNotNothingStarted() throws {
        let run = try job.run(endless, "--no-guardian")
        try aws.awaitCalls("GetExecutionHistory")
        run.send(SIGKILL)
        _ = try run.wait()
        try aws.fault(#"{"action":"DescribeExecution","kind":"error","status":400,"code":"AccessDeniedException","times":-1}"#)
        #expect(try job.run(endless).wait() == .exited(113))
    }

    @Test func aNameOnATerminalIsFreeAfterARefusedStart() throws {
        var job = job
        job.environment["AUTORUN"] = nil
        let machine = ScriptedAWS.machinePrefix + "any-x"
        try aws.fault(#"{"action":"StartExecution","kind":"error"}"#, #"{"action":"StartExecution","kind":"error","status":400,"code":"AccessDeniedException"}"#)
        let refused = try job.run(machine, "--name", "mine").wait()
        #expect(refused == .exited(114) || refused == .exited(113))
        #expect(try job.run(machine, "--name", "mine").wait() == .exited(0))
    }

    @Test func whatACredentialProcessPrintsIsNotRepeated() throws {
        let config = job.stateFolder.appending(path: "aws.ini")
        try "[default]\ncredential_process = /bin/sh -c \"echo SUPERSECRET >&2; exit 1\"\n".write(to: config, atomically: true, encoding: .utf8)
        var job = job
        job.environment["AWS_ACCESS_KEY_ID"] = nil
        job.environment["AWS_CONFIG_FILE"] = config.path
        let run = try job.run(endless)
        #expect(try run.wait() == .exited(115))
        #expect(run.stderr.contains("exit code 1"))
        #expect(!run.stderr.contains("SUPERSECRET"))
    }

    @Test func aHistoryThatSaysNothingDoesNotHideTheEnd() throws {
        try aws.fault(#"{"action":"GetExecutionHistory","kind":"error","status":200,"body":"{}","times":-1}"#)
        let machine = try aws.machine("m", Walk.ending("FAILED", after: 0.2))
        #expect(try job.run(machine, "--give-up-after", "5").wait(limit: 60) == .exited(1))
    }

    /// Its name is taken, by work of another host that has ended, and the first look at that is never answered.
    @Test func workThatEndedElsewhereAndIsShownLate() throws {
        let machine = try aws.machine("m", Walk.ending("SUCCEEDED", after: 0.2))
        #expect(try job.run(machine).wait() == .exited(0))
        try aws.fault(#"{"action":"DescribeExecution","kind":"hang"}"#)
        let again = try job.onAnotherHost().run(machine)
        #expect(try again.wait(limit: 90) == .exited(0), "\(again.stderr)")
        #expect(try aws.executions().count == 1)
    }

    @Test func aRefusedStartIsTheNewestResult() throws {
        let path = job.stateFolder.appending(path: "result.json").path
        let machine = try aws.machine("m", Walk.ending("SUCCEEDED", after: 0.2))
        #expect(try job.run(machine, "--result-file", path).wait() == .exited(0))
        let refused = try job.at("198/1").run(machine, "--result-file", path, "--exit-code", "FAILED=300")
        #expect(try refused.wait() == .exited(117))
        let result = try JSONValue(parsing: Array(Data(contentsOf: URL(filePath: path))))
        #expect(result["exit_code"]?.int == 117 && result["run"]?.string == "198" && result["status"] == .null, "\(result.text)")
    }
}
