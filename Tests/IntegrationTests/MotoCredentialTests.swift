import Foundation
import JSON
import Testing
import TestSupport

/// Roles at moto's STS, and every call of the program under signatures and policies that botocore and moto check.
@Suite(.serialized) struct MotoCredentialTests {
    private func execute(_ moto: Moto, _ environment: [String: String], _ words: String...) throws -> ChildRun {
        let arn = moto.facts["machines"]?["payroll"]?.string ?? ""
        return try ChildRun(
            [Repository.awsjob, "stepfunctions", "--state-machine-arn", arn, "--poll-interval", "0.3", "--input", #"{"period":"2026-11"}"#] + words, environment: environment)
    }

    private func glue(_ moto: Moto, _ environment: [String: String]) throws -> ChildRun {
        try ChildRun(
            [Repository.awsjob, "glue", "--job-name", moto.facts["glue_job"]?.string ?? "", "--logs", "none", "--poll-interval", "0.3"], environment: environment)
    }

    /// `warnings`: lines before the last one.
    private func expectRefusal(_ run: ChildRun, _ code: Int32, _ words: String..., warnings: Int = 0) throws {
        #expect(try run.wait() == .exited(code), "\(run.stderr)")
        #expect(run.stderrLines.count == warnings + 1, "\(run.stderr)")
        #expect(run.stderrLines.allSatisfy { $0.utf8.count < 300 } && !run.stderr.contains("wrong-secret-of-the-test"))
        for word in words + ["Next: "] { #expect(run.stderrLines.last?.contains(word) == true, "\(word) is not in \(run.stderr)") }
    }

    @Test func rolesAreAssumedAndTheirKeysUsed() throws {
        let moto = try Moto(policy: "stepfunctions", machines: ["payroll"])
        let profiles =
            moto.userProfile() + "[profile etl]\nrole_arn = \(moto.role("awsjob"))\nsource_profile = user\n"
            + "[profile hop]\nrole_arn = \(moto.role("hop"))\nsource_profile = user\n[profile far]\nrole_arn = \(moto.role("awsjob"))\nsource_profile = hop\n"
        for (number, profile) in ["etl", "far"].enumerated() {
            let run = try execute(moto, try moto.job(profiles: profiles, ["AWS_PROFILE": profile, "AUTORUN": "\(number + 1)/1"]))
            #expect(try run.wait() == .exited(0), "\(run.stderr)")
        }
        #expect(try moto.accepted().contains("sts:AssumeRole"))
        try expectRefusal(
            try execute(moto, try moto.job(profiles: profiles, ["AWS_PROFILE": "user", "AUTORUN": "3/1"])), 114, "user ops may not call states:StartExecution")
        // What a role may not do, another on the way to it does not help with.
        try expectRefusal(
            try execute(moto, try moto.job(profiles: profiles, ["AWS_PROFILE": "hop", "AUTORUN": "4/1"])), 114, "role hop may not call states:StartExecution")
    }

    @Test func aWebIdentityTakesARole() throws {
        let moto = try Moto(policy: "stepfunctions", machines: ["payroll"])
        let token = try Scratch.folder().appending(path: "token")
        try "header.claims.signature\n".write(to: token, atomically: true, encoding: .utf8)
        let run = try execute(moto, try moto.job(profiles: "", ["AWS_WEB_IDENTITY_TOKEN_FILE": token.path, "AWS_ROLE_ARN": moto.role("awsjob")]))
        #expect(try run.wait() == .exited(0), "\(run.stderr)")
    }

    @Test func aWrongSecretIsRefusedByEveryService() throws {
        let moto = try Moto(policy: "stepfunctions", machines: ["payroll"])
        let wrong = moto.job.merging(["AWS_SECRET_ACCESS_KEY": "wrong-secret-of-the-test"]) { $1 }
        try expectRefusal(try execute(moto, wrong), 114, "SignatureDoesNotMatch", "secret access key")
        // These look first for work that another host may have started.
        try expectRefusal(try moto.batch([], environment: wrong), 114, "SignatureDoesNotMatch", "secret access key", warnings: 1)
        try expectRefusal(try glue(moto, wrong), 114, "SignatureDoesNotMatch", "secret access key", warnings: 1)
        let profiles = moto.userProfile(secret: "wrong-secret-of-the-test") + "[profile etl]\nrole_arn = \(moto.role("awsjob"))\nsource_profile = user\n"
        try expectRefusal(try execute(moto, try moto.job(profiles: profiles, ["AWS_PROFILE": "etl"])), 115, "STS refused", "SignatureDoesNotMatch")
    }

    /// The work is followed elsewhere; only its log and its task definition are asked for with keys that are wrong.
    @Test func aWrongSecretForLogsOrTasksIsAWarning() throws {
        let moto = try Moto(policy: "stepfunctions")
        let aws = try ScriptedAWS()
        var job = try Job(aws)
        for name in ["AWS_ACCESS_KEY_ID", "AWS_SESSION_TOKEN"] { job.environment[name] = moto.job[name] }
        job.environment["AWS_SECRET_ACCESS_KEY"] = "wrong-secret-of-the-test"
        for service in ["CLOUDWATCH_LOGS", "ECS"] { job.environment["AWS_ENDPOINT_URL_\(service)"] = moto.job["AWS_ENDPOINT_URL"] }
        let logged = try job.batch(try aws.jobDefinition("etl", #"{"attempts":[{"started":0.1,"stopped":0.5,"exitCode":0,"log":[{"at":0.2,"message":"x"}]}],"end":{"at":0.5,"status":"SUCCEEDED"}}"#))
        #expect(try logged.wait(limit: 60) == .exited(0), "\(logged.stderr)")
        #expect(logged.stderr.contains("SignatureDoesNotMatch"), "\(logged.stderr)")

        let details = #""resourceType":"ecs","resource":"runTask.sync""#
        let machine = try aws.machine(
            "outer",
            """
            {"type":"STANDARD","events":[{"at":0,"type":"TaskStateEntered","state":"Serve"},{"at":0.05,"type":"TaskScheduled",\(details)},
             {"at":0.1,"type":"TaskSubmitted",\(details),"output":{"Tasks":[{"TaskArn":"arn:aws:ecs:us-east-1:123456789012:task/c/0123",
              "TaskDefinitionArn":"arn:aws:ecs:us-east-1:123456789012:task-definition/payroll:1"}]}},
             {"at":1.0,"type":"TaskSucceeded",\(details)}],"end":{"at":1.2,"status":"SUCCEEDED","output":"{}"}}
            """)
        let task = try job.at("198/1").run(machine)
        #expect(try task.wait(limit: 60) == .exited(0), "\(task.stderr)")
        #expect(task.stderr.contains("SignatureDoesNotMatch"), "\(task.stderr)")

        // With the right one moto tells of the task.
        job.environment["AWS_SECRET_ACCESS_KEY"] = moto.job["AWS_SECRET_ACCESS_KEY"]
        _ = try job.at("199/1").run(machine).wait(limit: 60)
        #expect(try moto.accepted().contains("ecs:DescribeTaskDefinition"))
    }

    /// moto 5.2.1 lacks states:StartSyncExecution, states:RedriveExecution, glue:BatchStopJobRun and batch:TagResource.
    @Test func everyCallThatMotoKnowsIsAccepted() throws {
        let states = try Moto(policy: "stepfunctions", machines: ["payroll", "payroll-long"])
        #expect(try execute(states, states.job).wait() == .exited(0))
        let long = try ChildRun(
            [Repository.awsjob, "stepfunctions", "--state-machine-arn", states.facts["machines"]?["payroll-long"]?.string ?? "", "--input", #"{"period":"2026-11"}"#],
            environment: states.job.merging(["AUTORUN": "2/1"]) { $1 })
        try eventually("started") { long.stdout.contains("AwaitTimesheets entered") }
        long.send(SIGTERM)
        #expect(try long.wait() == .signalled(SIGTERM))
        let ofStates = ["StartExecution", "DescribeStateMachine", "DescribeExecution", "GetExecutionHistory", "StopExecution"].map { "states:\($0)" }
        #expect(try states.accepted().isSuperset(of: ofStates))

        let batch = try Moto(policy: "batch")
        let run = try batch.batch([], environment: batch.job)
        #expect(try run.wait(limit: 60) == .exited(0), "\(run.stderr)")
        let stop = try ChildRun([Repository.awsjob, "stop", "payroll:1/1"], environment: batch.job)
        _ = try stop.wait()
        let ofBatch = ["batch:ListJobs", "batch:SubmitJob", "batch:DescribeJobs", "batch:TerminateJob", "logs:FilterLogEvents"]
        #expect(try batch.accepted().isSuperset(of: ofBatch), "\(stop.stderr)")

        let etl = try Moto(policy: "glue")
        let glueRun = try glue(etl, etl.job)
        #expect(try glueRun.wait(limit: 60) == .exited(0), "\(glueRun.stderr)")
        #expect(try etl.accepted().isSuperset(of: ["StartJobRun", "GetJobRun", "GetJobRuns"].map { "glue:\($0)" }))
    }
}
