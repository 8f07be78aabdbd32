import Foundation
import JSON
import Testing
import TestSupport

/// What a run prints and writes, and the failures that must not end it.
@Suite struct FollowingTests {
    let aws: ScriptedAWS
    let job: Job

    init() throws {
        aws = try ScriptedAWS()
        job = try Job(aws)
    }

    @Test(arguments: ["reset", "error", "garbage", "empty", "html", "truncate", "not_found", "stale", "close_idle", "reply_lost"])
    func aFailingReadNeverEndsARun(kind: String) throws {
        let machine = try aws.machine("m", Walk.ending("FAILED", after: 0.5))
        try aws.fault(#"{"action":"DescribeExecution","kind":"\#(kind)","times":2}"#, #"{"action":"GetExecutionHistory","kind":"\#(kind)","times":2}"#)
        let run = try job.run(machine)
        #expect(try run.wait() == .exited(1), "\(run.stderr)")
        #expect(run.stdoutLines.filter { $0.contains("state Load entered") }.count == 1)
    }

    @Test func throttlesDoNotEndARun() throws {
        try aws.fault(#"{"action":"GetExecutionHistory","kind":"error","status":400,"code":"ThrottlingException","times":4}"#)
        #expect(try job.run(try aws.machine("m", Walk.ending("SUCCEEDED", after: 0.5))).wait() == .exited(0))
    }

    @Test func aSuccessWithoutItsOutputWaitsForIt() throws {
        try aws.fault(#"{"action":"DescribeExecution","kind":"no_output","times":2}"#)
        let output = job.stateFolder.appending(path: "out.json").path
        let run = try job.run(try aws.machine("m", Walk.ending("SUCCEEDED", output: #"{\"n\":1.10}"#)), "--output-file", output)
        #expect(try run.wait() == .exited(0))
        #expect(try String(contentsOfFile: output, encoding: .utf8) == #"{"n":1.10}"#)
    }

    @Test func aLongHistoryIsPrintedOnceAndInOrder() throws {
        let events = (0..<3000).map { #"{"at":\#(Double($0) / 3000),"type":"PassStateEntered","state":"S\#($0)"}"# }.joined(separator: ",")
        let machine = try aws.machine("m", #"{"type":"STANDARD","events":[\#(events)],"end":{"at":1.2,"status":"SUCCEEDED","output":"{}","error":null,"cause":null}}"#)
        let run = try job.run(machine)
        #expect(try run.wait() == .exited(0))
        let entered = run.stdoutLines.filter { $0.hasSuffix("entered") }.compactMap { Int($0.split(separator: " ")[2].dropFirst()) }
        #expect(entered == Array(0..<3000))
    }

    @Test func jsonLines() throws {
        let machine = try aws.machine("m", Walk.ending("FAILED", error: "E", cause: "line\\u001b[31m\\nnext"))
        let run = try job.run(machine, "--log-format", "json")
        #expect(try run.wait() == .exited(1))
        let lines = try run.stdoutLines.map { try JSONValue(parsing: $0) }
        #expect(lines.map { $0["kind"]?.string } == ["started", "state", "finished"])
        #expect(lines.allSatisfy { $0["time"]?.string?.count == 24 && $0["message"]?.string != nil })
        #expect(lines.last?["exit_code"]?.int == 1)
        #expect(!run.stderr.contains("\u{1b}"))
        #expect(run.stderrLines.count == 1)
    }

    @Test func theResultFile() throws {
        let path = job.stateFolder.appending(path: "result.json").path
        let machine = try aws.machine("m", Walk.ending("FAILED", error: "E", cause: "why"))
        #expect(try job.run(machine, "--result-file", path).wait() == .exited(1))
        let result = try JSONValue(parsing: String(contentsOfFile: path, encoding: .utf8))
        #expect(result["status"]?.string == "FAILED")
        #expect(result["exit_code"]?.int == 1)
        #expect(result["error"]?.string == "E")
        #expect(result["job"]?.string == "nightly")
        #expect(result["failed_states"]?.array == ["Load"])
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
    }

    @Test func inputsArriveAsTheyWereWritten() throws {
        let file = job.stateFolder.appending(path: "input.json")
        try #"{ "amount": 1.10, "big": 12345678901234567890.10 }"#.write(to: file, atomically: true, encoding: .utf8)
        let machine = ScriptedAWS.machinePrefix + "any-x"
        #expect(try job.at("1/1").run(machine, "--input", "file://\(file.path)").wait() == .exited(0))
        #expect(try job.at("2/1").run(machine, "--input", "-", input: #"{"from":"stdin"}"#).wait() == .exited(0))
        #expect(try job.at("3/1").run(machine, "--input", "file://\(file.path)", "--input-field", "day=2026-11-21").wait() == .exited(0))
        #expect(try job.at("4/1").run(machine, "--cli-input-json", #"{"input":"{\"a\":1}"}"#).wait() == .exited(0))
        #expect(
            try aws.executions().compactMap { $0["input"]?.string } == [
                #"{ "amount": 1.10, "big": 12345678901234567890.10 }"#, #"{"from":"stdin"}"#,
                #"{"amount":1.10,"big":12345678901234567890.10,"day":"2026-11-21"}"#, #"{"a":1}"#,
            ])
    }

    @Test func keysNeverAppear() throws {
        let path = job.stateFolder.appending(path: "result.json").path
        var job = job
        job.environment["AWS_SESSION_TOKEN"] = "token-of-the-test"
        let run = try job.run(try aws.machine("m", Walk.ending("FAILED")), "-v", "--result-file", path)
        #expect(try run.wait() == .exited(1))
        #expect(run.stderr.contains("states:StartExecution POST"))
        let files = FileManager.default.enumerator(at: job.stateFolder, includingPropertiesForKeys: nil)?.compactMap { $0 as? URL } ?? []
        let kept = files.compactMap { try? String(contentsOf: $0, encoding: .utf8) }
        #expect(kept.count >= 2)
        for text in kept + [run.stdout, run.stderr] { #expect(!text.contains("secret-of-the-test") && !text.contains("token-of-the-test")) }
    }

    @Test func credentialsAreRefreshedWhenAWSCallsThemExpired() throws {
        let aws = try ScriptedAWS(["--verify", "AKIDUNUSED=unused"])
        var job = try Job(aws)
        job.environment["AWS_ACCESS_KEY_ID"] = nil
        job.environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "\(aws.endpoint)/container-credentials"
        _ = try aws.control("PUT", "metadata", #"{"role":"ops","access_key":"ASIAONE","secret":"s1","token":"t1","expires_in":1}"#)
        let run = try job.run(try aws.machine("m", Walk.ending("SUCCEEDED", after: 4)))
        try aws.awaitCalls("GetExecutionHistory")
        usleep(1_200_000)
        _ = try aws.control("PUT", "metadata", #"{"access_key":"ASIATWO","secret":"s2","token":"t2","expires_in":3600}"#)
        #expect(try run.wait(limit: 90) == .exited(0), "\(run.stderr)")
    }

    @Test func instanceMetadataGivesKeysAndRegion() throws {
        let aws = try ScriptedAWS(["--verify", "AKIDUNUSED=unused"])
        var job = try Job(aws)
        for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_EC2_METADATA_DISABLED"] { job.environment[name] = nil }
        job.environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = aws.endpoint
        job.environment["http_proxy"] = "http://127.0.0.1:1"
        job.environment["no_proxy"] = "127.0.0.1"
        _ = try aws.control("PUT", "metadata", #"{"role":"ops","access_key":"ASIAONE","secret":"s1","token":"t1","expires_in":3600,"region":"us-east-1"}"#)
        let run = try job.run(ScriptedAWS.machinePrefix + "any-x")
        #expect(try run.wait() == .exited(0), "\(run.stderr)")
    }
}
