import Foundation
import JSON
import Testing
import TestSupport

/// What keeps a job from AWS, named by its cause before the job runs.
@Suite struct DoctorTests {
    let aws: ScriptedAWS
    let job: Job
    let machine = ["stepfunctions", "--state-machine-arn", ScriptedAWS.machinePrefix + "any-x"]

    init() throws {
        aws = try ScriptedAWS(["--verify", "AKIDTEST=secret-of-the-test"])
        job = try Job(aws)
    }

    private func examine(_ words: [String] = [], _ change: [String: String?] = [:]) throws -> ChildRun {
        var job = job
        for (name, value) in change { job.environment[name] = value }
        return try ChildRun([Repository.awsjob, "doctor"] + words, environment: job.environment)
    }

    /// The lines of a check that is not ok.
    private func finding(_ check: String, _ words: [String], _ change: [String: String?] = [:], result: String = "FAILED") throws -> String {
        let run = try examine(words, change)
        #expect(try run.wait(limit: 60) == .exited(result == "FAILED" ? 1 : 0), "\(run.stdout)\(run.stderr)")
        #expect(run.stderr == "")
        #expect(!run.stdout.contains("secret-of-the-test"))
        #expect(run.stdoutLines.allSatisfy { $0.hasPrefix("ok") || $0.utf8.count <= 300 }, "\(run.stdout)")
        return run.stdoutLines.filter { $0.hasPrefix(result) && $0.contains(" \(check) ") }.joined(separator: "\n")
    }

    @Test(arguments: [[], ["stepfunctions"], ["batch"], ["glue"]]) func aHostOnWhichNothingIsWrong(_ command: [String]) throws {
        let options = ["stepfunctions": ["--state-machine-arn", ScriptedAWS.machinePrefix + "any-x"], "batch": ["--job-queue", "queue", "--job-definition", "any-x:3"], "glue": ["--job-name", "any-x"]]
        let run = try examine(command + (command.first.flatMap { options[$0] } ?? []))
        #expect(try run.wait() == .exited(0), "\(run.stdout)\(run.stderr)")
        #expect(!run.stdout.contains("FAILED"))
        #expect(run.stdout.contains("assumed-role/ops-agent"))
        if !command.isEmpty { #expect(run.stdout.contains("permissions     allowed: ")) }
        #expect(try aws.executions().isEmpty)
        let started = try aws.calls().filter { ["SubmitJob", "StartJobRun", "StartExecution"].contains($0["action"]?.string) && $0["status"]?.int == 200 }
        #expect(started.isEmpty)
    }

    @Test func json() throws {
        let run = try examine(["--json"] + machine)
        #expect(try run.wait() == .exited(0))
        let answer = try JSONValue(parsing: run.stdout)
        #expect(answer["ok"]?.bool == true)
        #expect(answer["checks"]?.array?.allSatisfy { $0["check"]?.string != nil && $0["result"]?.string != nil && $0["what"]?.string != nil } == true)
    }

    @Test func aWrongSecret() throws {
        let found = try finding("identity", machine, ["AWS_SECRET_ACCESS_KEY": "wrong"])
        #expect(found.contains("SignatureDoesNotMatch") && found.contains("secret access key of environment"), "\(found)")
        // One call says it for all others.
        let run = try examine(machine, ["AWS_SECRET_ACCESS_KEY": "wrong"])
        #expect(try run.wait() == .exited(1))
        let permissions = run.stdoutLines.filter { $0.contains(" permissions ") }
        #expect(permissions.count == 1 && permissions[0].contains("AWS does not accept who we say we are"), "\(permissions)")
    }

    @Test func anUnknownKey() throws {
        #expect(try finding("identity", [], ["AWS_ACCESS_KEY_ID": "AKIDNOBODY"]).contains("InvalidClientTokenId"))
        #expect(try finding("identity", [], ["AWS_ACCESS_KEY_ID": "ASIANOBODY"]).contains("set AWS_SESSION_TOKEN"))
    }

    @Test(arguments: [
        ("ExpiredToken", "The security token included in the request is expired", "have expired"),
        ("SignatureDoesNotMatch", "Credential should be scoped to a valid region. ", "check region and endpoint"),
        ("OptInRequired", String(repeating: "You are not subscribed. ", count: 20), "OptInRequired"),
        ("RequestTimeTooSkewed", "The difference between the request time and the current time is too large.", "set the clock"),
        ("AccessDenied", "User: arn:aws:sts::1:assumed-role/ops-agent/i-0 is not authorized to perform: sts:GetCallerIdentity with an explicit deny in a service control policy", "role ops-agent may not call sts:GetCallerIdentity"),
    ])
    func whatAWSSaysOfTheCaller(_ code: String, _ message: String, _ words: String) throws {
        try aws.fault(#"{"action":"GetCallerIdentity","kind":"error","status":403,"code":"\#(code)","message":"\#(message)","times":-1}"#)
        let found = try finding("identity", [])
        #expect(found.contains(code) && found.contains(words), "\(found)")
    }

    @Test func anActionThatIsNotAllowed() throws {
        let message = "User: arn:aws:sts::123456789012:assumed-role/ops-agent/i-0abc is not authorized to perform: states:StopExecution on resource: arn:aws:states:x because no identity-based policy allows the states:StopExecution action"
        try aws.fault(#"{"action":"StopExecution","kind":"error","status":400,"code":"AccessDeniedException","message":"\#(message)","times":-1}"#)
        let found = try finding("permissions", machine)
        #expect(found.contains("role ops-agent may not call states:StopExecution") && found.contains("iam/stepfunctions.json"), "\(found)")
        // Logs are no condition of a run.
        try aws.fault(#"{"action":"FilterLogEvents","kind":"error","status":400,"code":"AccessDeniedException","times":-1}"#)
        #expect(try finding("permissions", ["batch", "--job-queue", "q", "--job-definition", "d"], result: "not tried").contains("logs:FilterLogEvents"))
    }

    @Test func aClockThatIsOff() throws {
        _ = try aws.control("PUT", "clock", #"{"offset":7200}"#)
        #expect(try finding("clock", machine).contains("s behind AWS's"))
    }

    /// Its own options hold for the job's line too.
    @Test func optionsInFrontOfTheJob() throws {
        let run = try examine(["--region", "eu-west-1", "-v", "batch", "--job-queue", "queue", "--job-definition", "any-x:3"])
        #expect(try run.wait() == .exited(0), "\(run.stdout)")
        #expect(run.stdout.contains("eu-west-1, from --region"))
        #expect(run.stderr.contains("batch:DescribeJobs"))
    }

    @Test func aPortalInBetween() throws {
        try aws.fault(#"{"action":"*","kind":"html","times":-1}"#)
        let found = try finding("endpoint states", machine)
        #expect(found.contains("not of AWS") && found.contains("proxy"), "\(found)")
    }

    @Test(arguments: [("AWS_MAX_ATTEMPTS", "0"), ("AWS_RETRY_MODE", "fast")]) func retriesThatAreNone(_ variable: String, _ value: String) throws {
        #expect(try finding("retries", machine, [variable: value]).contains("\(variable) ("))
    }

    @Test func aMachineOfAnotherRegion() throws {
        let found = try finding("region", machine + ["--region", "eu-west-1"])
        #expect(found.contains("is in us-east-1, and eu-west-1 is asked. Next: add --region us-east-1"), "\(found)")
    }

    @Test func aHostThatNobodyKnows() throws {
        let found = try finding("endpoint states", machine, ["AWS_ENDPOINT_URL": "http://states.us-esat-1.invalid"])
        #expect(found.contains("cannot be found") && found.contains("spelling"), "\(found)")
        #expect(try finding("endpoint states", machine, ["AWS_ENDPOINT_URL": "http://127.0.0.1:9"]).contains("cannot be reached"))
    }

    @Test func noCredentials() throws {
        let run = try examine(machine, ["AWS_ACCESS_KEY_ID": nil])
        #expect(try run.wait() == .exited(1))
        #expect(run.stdout.contains("environment: passed over, AWS_ACCESS_KEY_ID unset"))
        #expect(run.stdout.contains("instance metadata: passed over, AWS_EC2_METADATA_DISABLED is true"))
        #expect(run.stdout.contains("not tried identity"))
    }

    /// From a container behind one hop too many the token's answer never arrives.
    @Test func aHopLimitThatIsTooLow() throws {
        try aws.fault(#"{"action":"imds","kind":"hang","times":2}"#)
        let found = try finding("credentials", machine, ["AWS_ACCESS_KEY_ID": nil, "AWS_EC2_METADATA_DISABLED": nil, "AWS_EC2_METADATA_SERVICE_ENDPOINT": aws.endpoint, "AWS_METADATA_SERVICE_NUM_ATTEMPTS": "2"])
        #expect(found.contains("hop limit"), "\(found)")
    }

    @Test func aStateDirectoryThatCannotBeWritten() throws {
        #expect(try finding("state", machine, ["AWSJOB_STATE_DIR": "/proc/nowhere"]).contains("AWSJOB_STATE_DIR"))
    }

    @Test func aCommandLineThatAWSWouldRefuse() throws {
        #expect(try finding("command", ["stepfunctions", "--state-machine-arn", "payroll"]).contains("no state machine ARN"))
        for words in [["status"], ["nonsense"], ["batch", "--job-que", "x"]] {
            let run = try examine(words)
            #expect(try run.wait() == .exited(117))
            #expect(run.stderrLines.count == 1)
        }
    }

    @Test func whatKeepsTheExaminationFromGoingOn() throws {
        let noRegion = try examine(machine + ["--json"], ["AWS_REGION": nil])
        #expect(try noRegion.wait() == .exited(1))
        #expect(try JSONValue(parsing: noRegion.stdout)["checks"]?.array?.count { ["endpoints", "clock", "credentials", "identity", "permissions"].contains($0["check"]?.string) && $0["result"]?.string == "not tried" } == 5)
        let file = job.stateFolder.appending(path: "broken")
        try "nonsense without a section".write(to: file, atomically: true, encoding: .utf8)
        #expect(try finding("configuration", machine, ["AWS_CONFIG_FILE": file.path]).contains(file.path))
        try FileManager.default.removeItem(at: job.stateFolder.appending(path: "journal"))
        try "a file".write(to: job.stateFolder.appending(path: "journal"), atomically: true, encoding: .utf8)
        #expect(try finding("state", machine).contains("journal"))
    }

    @Test func theProxyIsShownWithoutItsPassword() throws {
        var job = job
        let run = try examine([], ["HTTPS_PROXY": "http://user:hidden-word@proxy.invalid:3128", "NO_PROXY": "127.0.0.1"])
        _ = try run.wait()
        #expect(run.stdout.contains("none for http://127.0.0.1"))
        job.environment["AWS_ENDPOINT_URL"] = "https://aws.invalid"
        let proxied = try ChildRun([Repository.awsjob, "doctor"], environment: job.environment.merging(["HTTPS_PROXY": "http://user:hidden#word@127.0.0.1:9"]) { $1 })
        _ = try proxied.wait(limit: 60)
        #expect(proxied.stdout.contains("http://127.0.0.1:9 for https://aws.invalid"), "\(proxied.stdout)")
        #expect(!proxied.stdout.contains("hidden#word"))
        #expect(!run.stdout.contains("hidden-word"))
    }

    @Test func whatWasSignedIsShownWithoutTheToken() throws {
        try aws.fault(#"{"action":"GetCallerIdentity","kind":"error","status":403,"code":"SignatureDoesNotMatch","times":-1}"#)
        let run = try examine(["-v"], ["AWS_SESSION_TOKEN": "token-of-the-test"])
        _ = try run.wait()
        #expect(run.stderr.contains("canonical request"))
        #expect(run.stderr.contains("x-amz-security-token:[hidden]"))
        #expect(!run.stderr.contains("token-of-the-test"))
    }

    /// A role's keys come from a signed call too.
    @Test func whatWasSignedForARoleIsShownWithoutTheToken() throws {
        let config = job.stateFolder.appending(path: "aws-config")
        try "[profile role]\nrole_arn = arn:aws:iam::123456789012:role/etl\ncredential_source = Environment\n".write(to: config, atomically: true, encoding: .utf8)
        try aws.fault(#"{"action":"AssumeRole","kind":"error","status":403,"code":"SignatureDoesNotMatch","times":-1}"#)
        let run = try examine(["-v", "--profile", "role"], ["AWS_SESSION_TOKEN": "token-of-the-test", "AWS_CONFIG_FILE": config.path])
        #expect(try run.wait() == .exited(1))
        #expect(run.stdout.contains("STS refused arn:aws:iam::123456789012:role/etl: SignatureDoesNotMatch"), "\(run.stdout)")
        #expect(run.stderrLines.first?.hasPrefix("awsjob: credentials POST http://127.0.0.1:\(aws.port) 403 request ") == true, "\(run.stderr)")
        #expect(run.stderr.contains("canonical request") && run.stderr.contains("x-amz-security-token:[hidden]"), "\(run.stderr)")
        #expect(!(run.stdout + run.stderr).contains("token-of-the-test"))
    }
}
