import Foundation
import JSON
import Testing
import TestSupport

/// Against moto, which nobody here wrote, with signatures verified by botocore and iam/stepfunctions.json enforced.
@Suite(.serialized) struct MotoTests {
    let process: ServerProcess
    let facts: JSONValue
    let job: [String: String]

    init() throws {
        let demo = Repository.root.appending(path: "Tests/Demo").path
        process = try ServerProcess(
            "moto_aws.py",
            [
                "--policy", Repository.root.appending(path: "iam/stepfunctions.json").path, "--machine", "payroll=\(demo)/payroll.asl.json",
                "--machine", "payroll-fails=\(demo)/payroll-fails.asl.json", "--machine", "payroll-long=\(demo)/payroll-long.asl.json",
            ])
        facts = try JSONValue(parsing: process.firstLine)
        job = [
            "AWSJOB_STATE_DIR": try Scratch.folder().path, "AWS_ACCESS_KEY_ID": facts["access_key"]?.string ?? "", "AWS_SECRET_ACCESS_KEY": facts["secret_key"]?.string ?? "",
            "AWS_SESSION_TOKEN": facts["session_token"]?.string ?? "", "AWS_REGION": facts["region"]?.string ?? "", "AWS_ENDPOINT_URL": facts["endpoint"]?.string ?? "",
            "AUTOSERV": "ACE", "AUTO_JOB_NAME": "payroll", "AUTORUN": "1/1", "AWS_EC2_METADATA_DISABLED": "true",
        ]
    }

    private func run(_ machine: String, _ words: String..., change: [String: String] = [:]) throws -> ChildRun {
        let arn = facts["machines"]?[machine]?.string ?? "arn:aws:states:us-east-1:123456789012:stateMachine:\(machine)"
        return try ChildRun(
            [Repository.awsjob, "stepfunctions", "--state-machine-arn", arn, "--poll-interval", "0.3", "--input", #"{"period":"2026-11"}"#] + words, environment: job.merging(change) { $1 })
    }

    @Test func aRealExecutionSucceeds() throws {
        let output = try Scratch.folder().appending(path: "output.json").path
        let run = try run("payroll", "--output-file", output)
        #expect(try run.wait() == .exited(0), "\(run.stderr)")
        #expect(try JSONValue(parsing: String(contentsOfFile: output, encoding: .utf8))["period"]?.string == "2026-11")
        #expect(run.stdout.contains("state ValidateInput entered"))
    }

    @Test func aRealExecutionFailsInItsDeepestState() throws {
        let run = try run("payroll-fails")
        #expect(try run.wait() == .exited(1))
        #expect(run.stderr.contains("in state CalculatePay / RejectHourlyPay: Payroll.ControlTotalMismatch"))
    }

    @Test func aKilledOneIsStopped() throws {
        let run = try run("payroll-long", "--result-file", try Scratch.folder().appending(path: "r").path)
        try eventually("started") { run.stdout.contains("AwaitTimesheets entered") }
        run.send(SIGTERM)
        #expect(try run.wait() == .signalled(SIGTERM))
        #expect(run.stdout.contains("stopped stepfunctions execution"))
        let status = try ChildRun([Repository.awsjob, "status", "payroll:1/1", "--json"], environment: job)
        #expect(try status.wait() == .exited(0), "\(status.stderr)")
        #expect(try JSONValue(parsing: status.stdout)["status"]?.string == "ABORTED")
    }

    @Test func aWrongSecretIs114() throws {
        let run = try run("payroll", change: ["AWS_SECRET_ACCESS_KEY": "wrong-secret-of-the-test"])
        #expect(try run.wait() == .exited(114))
        #expect(run.stderr.contains("SignatureDoesNotMatch"))
        #expect(!run.stderr.contains("wrong-secret-of-the-test"))
    }

    @Test func aMachineOutsideThePolicyIs114() throws {
        let run = try ChildRun(
            [Repository.awsjob, "stepfunctions", "--state-machine-arn", "arn:aws:states:us-east-1:123456789012:stateMachine:nowhere"], environment: job)
        #expect(try run.wait() == .exited(114))
        #expect(run.stderrLines.count == 1)
    }
}
