import Foundation
import JSON
import Testing
import TestSupport

/// AWS Batch: exit codes wherever AWS puts them, true reasons, every kind of job.
@Suite struct BatchTests {
    let aws: ScriptedAWS
    let job: Job

    init() throws {
        aws = try ScriptedAWS()
        job = try Job(aws)
    }

    private func run(_ definition: String, _ walk: String, _ arguments: String...) throws -> (ChildRun, ChildRun.Ending) {
        let name = try aws.jobDefinition(definition, walk)
        let words = [Repository.awsjob, "batch", "--job-queue", "q", "--job-definition", name, "--poll-interval", "0.1", "--max-poll-interval", "0.3", "--logs", "none"]
        let run = try ChildRun(words + arguments, environment: job.environment)
        return (run, try run.wait())
    }

    // MARK: Exit codes

    @Test func succeededIs0() throws {
        let (run, ending) = try run("ok", Walk.job("SUCCEEDED", exitCode: 0))
        #expect(ending == .exited(0))
        #expect(run.stderr == "")
        #expect(run.stdoutLines.first?.contains("started batch job ") == true)
        #expect(run.stdout.contains("job RUNNING"))
        #expect(run.stdout.contains("attempt 1 ended: exit code 0"))
        #expect(run.stdoutLines.last?.contains("finished SUCCEEDED") == true)
    }

    @Test(arguments: [(7, 7), (99, 99), (100, 100), (137, 100), (255, 100)] as [(Int, Int32)])
    func theContainersExitCodeIsOurs(code: Int, expected: Int32) throws {
        let (run, ending) = try run("fails", Walk.job("FAILED", exitCode: code))
        #expect(ending == .exited(expected))
        #expect(run.stderr.contains("exit code \(code)"))
        #expect(!run.stderr.contains("Essential container"))
        #expect(run.stderrLines.count == 1)
    }

    @Test func failedWithoutExitCodeIs1WithTheReason() throws {
        let (run, ending) = try run("host", #"{"attempts":[{"started":0.1,"stopped":0.2,"statusReason":"Host EC2 (instance i-0abc) terminated."}],"end":{"at":0.2,"status":"FAILED","reason":"Host EC2 (instance i-0abc) terminated."}}"#)
        #expect(ending == .exited(1))
        #expect(run.stderr.contains("Host EC2 (instance i-0abc) terminated"))
    }

    @Test func failedWithExitCode0Is1() throws {
        #expect(try run("zero", Walk.job("FAILED", exitCode: 0)).1 == .exited(1))
    }

    @Test func neverStartedIs1() throws {
        let (run, ending) = try run("image", #"{"attempts":[{"started":0.1,"stopped":0.2,"reason":"CannotPullContainerError: pull image manifest has been retried 5 time(s)","statusReason":"Task failed to start"}],"end":{"at":0.2,"status":"FAILED","reason":"Task failed to start"}}"#)
        #expect(ending == .exited(1))
        #expect(run.stderr.contains("CannotPullContainerError: pull image manifest"))
    }

    @Test func aTimeoutInAWSIs110() throws {
        let (run, ending) = try run("slow", #"{"attempts":[{"started":0.1,"stopped":0.3,"exitCode":137,"statusReason":"Job attempt duration exceeded timeout"}],"end":{"at":0.3,"status":"FAILED","reason":"Job attempt duration exceeded timeout"}}"#)
        #expect(ending == .exited(110))
        #expect(run.stderr.contains("exceeded timeout"))
    }

    @Test func terminatedBySomebodyElseIs111() throws {
        let child = try job.batch(try aws.jobDefinition("endless", Walk.endlessJob), "--logs", "none")
        try eventually("it runs") { child.stdout.contains("job RUNNING") }
        let id = try #require(try aws.jobs().first?["jobId"]?.string)
        #expect(try job.awsjob("stop", id, "--reason", "by hand").wait() == .exited(0))
        #expect(try child.wait() == .exited(111))
        #expect(child.stderr.contains("by hand"))
    }

    @Test func maxRuntimeIs112() throws {
        let (_, ending) = try run("endless", Walk.endlessJob, "--max-runtime", "0.5")
        #expect(ending == .exited(112))
        #expect(try aws.jobStatuses() == ["FAILED"])
        #expect(try aws.calls("CancelJob").isEmpty)
        #expect(try aws.jobs().first?["terminateReason"]?.string?.contains("--max-runtime") == true)
    }

    /// A job that waits in a queue is stopped as well.
    @Test func maxRuntimeStopsAJobThatNeverStarts() throws {
        let (_, ending) = try run("stuck", #"{"states":[{"at":0,"status":"SUBMITTED"},{"at":0.05,"status":"RUNNABLE"}],"end":null}"#, "--max-runtime", "0.5")
        #expect(ending == .exited(112))
        #expect(try aws.jobStatuses() == ["FAILED"])
    }

    @Test func lostContactIs113() throws {
        try aws.fault(#"{"action":"DescribeJobs","kind":"error","times":-1}"#)
        let (run, ending) = try run("endless", Walk.endlessJob, "--give-up-after", "1.5")
        #expect(ending == .exited(113))
        #expect(run.stderr.contains("may still run"))
        #expect(try aws.jobStatuses() == ["RUNNING"])
    }

    @Test func aJobThatAWSNoLongerShowsIs113() throws {
        try aws.fault(#"{"action":"DescribeJobs","kind":"not_found","times":-1}"#)
        let (run, ending) = try run("endless", Walk.endlessJob, "--give-up-after", "1.5")
        #expect(ending == .exited(113))
        #expect(run.stderr.contains("shows no job"))
    }

    @Test func aJobThatShowsLateIsFollowed() throws {
        try aws.fault(#"{"action":"DescribeJobs","kind":"not_found","times":4}"#)
        #expect(try run("ok", Walk.job("SUCCEEDED", exitCode: 0)).1 == .exited(0))
    }

    @Test func refusedIs114() throws {
        let child = try job.batch("nowhere")
        #expect(try child.wait() == .exited(114))
        #expect(child.stderrLines.count == 1)
        #expect(try aws.jobs().isEmpty)
        try aws.fault(#"{"action":"SubmitJob","kind":"error","status":403,"code":"AccessDeniedException","message":"not authorized to perform: batch:SubmitJob"}"#)
        let denied = try job.at("198/1").batch("any-x")
        #expect(try denied.wait() == .exited(114))
        #expect(denied.stderr.contains("allow batch:SubmitJob"))
    }

    @Test func exitCodesCanBeMapped() throws {
        #expect(try run("a", Walk.job("FAILED", exitCode: 137), "--exit-code", "137=9", "--exit-code", "FAILED=3").1 == .exited(9))
        let other = job.at("198/1")
        #expect(try other.batch("a", "--logs", "none", "--exit-code", "FAILED=3").wait() == .exited(3))
        let third = job.at("199/1")
        #expect(try third.batch(try aws.jobDefinition("oom", Walk.job("FAILED", exitCode: 137, reason: "OutOfMemoryError: Container killed")), "--logs", "none", "--exit-code", "error:OutOfMemoryError=12").wait() == .exited(12))
    }

    @Test func exitCodesOfWindowsContainersCanBeMapped() throws {
        #expect(try run("win", Walk.job("FAILED", exitCode: -1_073_741_819), "--exit-code", "-1073741819=9").1 == .exited(9))
    }

    @Test func whatBatchDoesNotHaveIsSaidAtTheStart() throws {
        let redrive = try job.batch("any-x", "--new-try", "redrive")
        #expect(try redrive.wait() == .exited(117))
        #expect(redrive.stderr.contains("cannot be continued"))
        #expect(try aws.calls().isEmpty)
        let file = try Scratch.folder().appending(path: "out").path
        let output = try job.batch("any-x", "--logs", "none", "--output-file", file)
        try eventually("it is said before the job has ended") { output.stderr.contains("AWS keeps no output of a batch job; --output-file") }
        #expect(try output.wait() == .exited(0))
        #expect(output.stderrLines.count == 1, "\(output.stderr)")
        #expect(!FileManager.default.fileExists(atPath: file))
    }

    @Test func statusTellsTheExitCode() throws {
        let (_, ending) = try run("nine", Walk.job("FAILED", exitCode: 9))
        #expect(ending == .exited(9))
        let id = try #require(try aws.jobs().first?["jobId"]?.string)
        let text = try job.awsjob("status", id)
        #expect(try text.wait() == .exited(0))
        #expect(text.stdout.contains("exit code 9\n"), "\(text.stdout)")
        let json = try job.awsjob("status", id, "--json")
        #expect(try json.wait() == .exited(0))
        #expect(try JSONValue(parsing: json.stdout)["container_exit_code"]?.int == 9)
    }

    // MARK: Kinds of jobs

    @Test func retriesShowEachAttempt() throws {
        let (run, ending) = try run("retry", #"{"attempts":[{"started":0.1,"stopped":0.3,"exitCode":1,"reason":"OutOfMemoryError: killed"},{"started":0.5,"stopped":0.7,"exitCode":0}],"end":{"at":0.7,"status":"SUCCEEDED"}}"#, "--retry-strategy", "attempts=2")
        #expect(ending == .exited(0))
        #expect(run.stdout.contains("attempt 1 ended: exit code 1: OutOfMemoryError: killed"))
        #expect(run.stdout.contains("attempt 2 ended: exit code 0"))
    }

    @Test func anArrayNamesTheChildrenThatFailed() throws {
        let walk = #"{"attempts":[{"started":0.05,"stopped":0.3,"exitCode":0}],"end":{"at":0.3,"status":"SUCCEEDED"},"children":{"3":{"attempts":[{"started":0.05,"stopped":0.4,"exitCode":9,"reason":"Boom"}],"end":{"at":0.4,"status":"FAILED"}},"7":{"attempts":[{"started":0.05,"stopped":0.4,"exitCode":1}],"end":{"at":0.4,"status":"FAILED"}}}}"#
        let (run, ending) = try run("array", walk, "--array-properties", "size=250")
        #expect(ending == .exited(9))
        #expect(run.stdout.contains("child 3 FAILED: exit code 9: Boom"))
        #expect(run.stderr.contains("2 of 250 children failed: child 3 exit code 9: Boom; child 7 exit code 1"))
        // 250 children are three calls a look, not 250.
        #expect(try aws.calls("DescribeJobs").count < 60)
    }

    @Test func theMainNodeDecides() throws {
        let walk = #"{"type":"multinode","nodes":2,"end":{"at":0.5,"status":"FAILED","reason":"x"},"nodeWalks":{"0":{"attempts":[{"started":0.1,"stopped":0.4,"exitCode":5,"reason":"Main broke"}],"end":{"at":0.4,"status":"FAILED"}},"1":{"attempts":[{"started":0.1,"stopped":0.4,"exitCode":137}],"end":{"at":0.4,"status":"FAILED"}}}}"#
        let (run, ending) = try run("nodes", walk)
        #expect(ending == .exited(5))
        #expect(run.stderr.contains("node 0 exit code 5: Main broke"))
    }

    @Test(arguments: ["ecs", "eks"])
    func theEssentialContainerOfSeveralDecides(type: String) throws {
        let walk = #"{"type":"\#(type)","containers":["main","sidecar"],"attempts":[{"started":0.1,"stopped":0.3,"exitCode":4,"reason":"Bad input","containers":{"sidecar":{"exitCode":0}}}],"end":{"at":0.3,"status":"FAILED","reason":"Essential container in task exited"}}"#
        let (run, ending) = try run("several", walk)
        #expect(ending == .exited(4))
        #expect(run.stderr.contains("exit code 4: Bad input"))
    }

    @Test func aStuckJobIsSaidToBeStuckWithWhatToDo() throws {
        let walk = #"{"states":[{"at":0,"status":"SUBMITTED"},{"at":0.05,"status":"RUNNABLE","reason":"MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT - the job asks for more than any instance has"},{"at":0.5,"status":"RUNNABLE","reason":"CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY - none"}],"end":{"at":0.9,"status":"FAILED","reason":"Canceled by JobStateTimeLimit action due to reason: CAPACITY"}}"#
        let (run, ending) = try run("stuck", walk)
        #expect(ending == .exited(111))
        #expect(run.stdout.contains("job RUNNABLE: MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT"))
        #expect(run.stderr.contains("stuck by misconfiguration"))
        #expect(run.stderr.contains("Next: ask for fewer vCPUs"))
        #expect(run.stderr.contains("stuck for lack of capacity"))
    }

    // MARK: What is sent

    @Test func theRequestIsAsTheCLIWouldSendIt() throws {
        let (_, ending) = try run(
            "ok", Walk.job("SUCCEEDED", exitCode: 0), "--parameters", "day=21,kind=full", "--container-overrides", "command=run,--fast,environment=[{name=A,value=1}],resourceRequirements=[{type=MEMORY,value=2048}]",
            "--retry-strategy", #"{"attempts":3,"evaluateOnExit":[{"onExitCode":"1*","action":"RETRY"}]}"#, "--timeout", "attemptDurationSeconds=600", "--tags", "team=pay",
            "--depends-on", "jobId=a", "jobId=b,type=SEQUENTIAL", "--scheduling-priority-override", "5", "--share-identifier", "s1")
        #expect(ending == .exited(0))
        let request = try #require(try aws.jobs().first?["request"])
        #expect(request["jobName"]?.string?.hasPrefix("nightly-197-1-") == true)
        #expect(request["parameters"]?["day"]?.string == "21")
        #expect(request["containerOverrides"]?["command"]?.array?.compactMap(\.string) == ["run", "--fast"])
        #expect(request["retryStrategy"]?["attempts"]?.int == 3)
        #expect(request["timeout"]?["attemptDurationSeconds"]?.int == 600)
        #expect(request["dependsOn"]?.array?.count == 2)
        #expect(request["schedulingPriorityOverride"]?.int == 5)
        #expect(request["propagateTags"]?.bool == true)
        let tags = try #require(request["tags"])
        #expect(tags["team"]?.string == "pay")
        #expect(tags["autosys-job"]?.string == "nightly")
        #expect(tags["autosys-run"]?.string == "197/1")
        #expect(tags["autosys-instance"]?.string == "ACE")
    }

    @Test func badRequestsAreRefusedBeforeTheCall() throws {
        let cases: [[String]] = [
            ["--array-properties", "size=1"], ["--array-properties", "size=10001"], ["--retry-strategy", "attempts=11"], ["--timeout", "attemptDurationSeconds=59"],
            ["--container-overrides", "commnd=x"], ["--container-overrides", "{"], ["--scheduling-priority-override", "x"], ["--cli-input-json", "[]"],
            ["--cli-input-json", #"{"jobQueu":"q"}"#], ["--parameters", "file:///nonexistent"], ["--tags", "awsjob-input=x"],
            ["--container-overrides", "environment=[{name=AWS_BATCH_X,value=1}]"], ["--cli-input-yaml", "x"],
        ]
        for words in cases {
            let child = try ChildRun([Repository.awsjob, "batch", "--job-queue", "q", "--job-definition", "any-x"] + words, environment: job.environment)
            #expect(try child.wait() == .exited(117), "\(words)")
            #expect(child.stderrLines.count == 1, "\(words): \(child.stderr)")
            #expect(child.stderr.utf8.count <= 301)
        }
        let queueless = try job.awsjob("batch", "--job-definition", "any-x")
        #expect(try queueless.wait() == .exited(117))
        #expect(queueless.stderr.contains("--job-queue is missing"))
        #expect(try aws.calls().isEmpty)
    }

    @Test func parametersMayStandInAFile() throws {
        let file = try Scratch.folder().appending(path: "input.json")
        try #"{"jobQueue":"q","jobDefinition":"any-file","parameters":{"a":"b"},"arrayProperties":{"size":2}}"#.write(to: file, atomically: true, encoding: .utf8)
        let child = try job.awsjob("batch", "--cli-input-json", "file://\(file.path)", "--parameters", "c=d", "--poll-interval", "0.1", "--logs", "none")
        #expect(try child.wait() == .exited(0))
        let request = try #require(try aws.jobs().first?["request"])
        #expect(request["parameters"]?["a"] == nil)
        #expect(request["parameters"]?["c"]?.string == "d")
    }
}
