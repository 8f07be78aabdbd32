import Foundation
import JSON
import Testing
import TestSupport

@Suite(.serialized) struct MotoTests {
    private let moto: Moto
    private var facts: JSONValue { moto.facts }
    private var job: [String: String] { moto.job }

    init() throws {
        moto = try Moto(policy: "stepfunctions", machines: ["payroll", "payroll-fails", "payroll-long"])
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

@Suite(.serialized) struct MotoBatchTests {
    @Test func aJobIsSubmittedWithTagsFollowedAndItsLogRead() throws {
        let moto = try Moto(policy: "batch")
        let run = try moto.batch(["--tags", "team=payroll"], environment: moto.job)
        #expect(try run.wait() == .exited(0), "\(run.stderr)")
        #expect(run.stdoutLines.filter { $0.hasSuffix("Z payroll-1-1-2d843111 was here") }.count == 1, "\(run.stdout)")
        #expect(run.stderr == "")

        let id = try #require(run.stdoutLines.first { $0.contains(" started batch job ") }?.split(separator: " ").last.map(String.init))
        let script = "import boto3, json, sys; print(json.dumps(boto3.client('batch', sys.argv[1]).describe_jobs(jobs=[sys.argv[2]])['jobs'][0]['tags']))"
        let asked = try ChildRun([Repository.python, "-c", script, moto.job["AWS_REGION"] ?? "", id], environment: moto.job)
        #expect(try asked.wait() == .exited(0), "\(asked.stderr)")
        let tags = try JSONValue(parsing: asked.stdout)
        #expect(tags["team"]?.string == "payroll")
        #expect(tags["autosys-instance"]?.string == "ACE")
        #expect(tags["autosys-job"]?.string == "payroll")
        #expect(tags["autosys-run"]?.string == "1/1")
    }

    /// By its name and its tags: another state directory knows nothing of it.
    @Test func itIsFoundFromAnotherHost() throws {
        let moto = try Moto(policy: "batch")
        #expect(try moto.batch(["--logs", "none"], environment: moto.job).wait() == .exited(0))
        let elsewhere = moto.job.merging(["AWSJOB_STATE_DIR": try Scratch.folder().path]) { $1 }
        let again = try moto.batch(["--logs", "none"], environment: elsewhere)
        #expect(try again.wait() == .exited(0), "\(again.stderr)")
        #expect(!again.stdout.contains(" started batch job "))
        #expect(try moto.batch(["--logs", "none", "--parameters", "period=2026-12"], environment: elsewhere).wait() == .exited(116))
    }

    /// Without AutoSys' variables nothing is looked for first: SubmitJob is the first call.
    @Test func aPolicyWithoutSubmitJobIs114() throws {
        let moto = try Moto(policy: "stepfunctions")
        let run = try moto.batch(["--job-name", "payroll"], environment: moto.job.filter { !$0.key.hasPrefix("AUTO") })
        #expect(try run.wait() == .exited(114))
        #expect(run.stderrLines.count == 1)
        #expect(run.stderr.contains("role awsjob may not call batch:SubmitJob"), "\(run.stderr)")
    }
}

/// The key of Claude in Secrets Manager, under the policy of iam/claude.json.
@Suite(.serialized) struct MotoSecretTests {
    @Test func theKeyIsReadFromASecret() throws {
        let moto = try Moto(policy: "claude", secrets: ["awsjob/claude={\"ANTHROPIC_API_KEY\":\"\(MessagesAPI.key)\"}", "other/secret=\(MessagesAPI.key)"])
        let api = try MessagesAPI()
        func explain(_ secret: String) throws -> ChildRun {
            let run = try ChildRun(
                [Repository.awsjob, "explain", "--log", "-", "--advice", "claude", "--claude-key-secret", secret, "--json"],
                environment: moto.job.merging(["ANTHROPIC_BASE_URL": api.endpoint]) { $1 }, input: "ERROR frobnicator is out of phase\nERROR job failed\n")
            #expect(try run.wait() == .exited(0))
            #expect(!run.stdout.contains("planted") && !run.stderr.contains("planted"))
            return run
        }
        let run = try explain("awsjob/claude")
        #expect(try JSONValue(parsing: run.stdout)["source"]?.string == "claude-sonnet-5-5", "\(run.stderr)")
        #expect(try api.calls().compactMap { $0["entrance"]?.string } == ["key"])
        #expect(try explain("other/secret").stderr.contains("AccessDenied"))
        #expect(try explain("arn:aws:secretsmanager:us-east-1:123456789012:secret:awsjob/claude-nobody").stderr.contains("ResourceNotFoundException"))
    }
}

/// The Messages API of the tests, judged by a client that nobody here wrote.
@Suite struct MessagesAPITests {
    @Test func anthropicsOwnClientAgrees() throws {
        let run = try ChildRun([Repository.python, "-B", Repository.root.appending(path: "Tests/Servers/check_messages_api.py").path], environment: ["PATH": "/usr/bin:/bin"])
        #expect(try run.wait(limit: 60) == .exited(0), "\(run.stderr)")
        if run.stdout.hasPrefix("skipped") { print(run.stdout) } else { #expect(run.stdout.contains("agrees")) }
    }
}
