import Foundation
import JSON
import Testing
import TestSupport

/// The logs of the work that an execution's tasks start, labelled by the state.
@Suite struct InnerLogTests {
    let aws: ScriptedAWS
    let job: Job

    init() throws {
        aws = try ScriptedAWS()
        job = try Job(aws)
    }

    private func task(_ at: Double, _ type: String, _ service: String, _ resource: String, _ rest: String = "") -> String {
        #"{"at":\#(at),"type":"\#(type)","resourceType":"\#(service)","resource":"\#(resource)"\#(rest)}"#
    }

    @Test func aBatchJobInside() throws {
        _ = try aws.jobDefinition("etl", #"{"attempts":[{"started":0.1,"stopped":0.8,"exitCode":1,"log":[{"at":0.2,"message":"first"}]},{"started":1.0,"stopped":1.5,"exitCode":0,"log":[{"at":1.2,"message":"second"}]}],"end":{"at":1.5,"status":"SUCCEEDED"}}"#)
        let machine = try aws.machine(
            "outer",
            """
            {"type":"STANDARD","events":[{"at":0,"type":"TaskStateEntered","state":"Load"},
             \(task(0.05, "TaskScheduled", "batch", "submitJob.sync")),
             \(task(0.1, "TaskSubmitted", "batch", "submitJob.sync", #","starts":{"batch":{"definition":"etl","queue":"q"}}"#)),
             \(task(1.8, "TaskSucceeded", "batch", "submitJob.sync")),{"at":1.9,"type":"TaskStateExited","state":"Load"}],
             "end":{"at":2.0,"status":"SUCCEEDED","output":"{}"}}
            """)
        let run = try job.run(machine)
        #expect(try run.wait(limit: 60) == .exited(0), "\(run.stderr)")
        #expect(run.stdout.contains("Z [Load] first\n"))
        #expect(run.stdout.contains("Z [Load attempt 2] second\n"))
        #expect(run.stdout.contains("Z [Load] attempt 1 ended: exit code 1"))
        #expect(run.stderr == "")
    }

    @Test func aGlueRunAndAnExecutionInside() throws {
        _ = try aws.control("PUT", "glue-jobs/etl", #"{"started":0.1,"end":{"at":0.8,"state":"SUCCEEDED"},"log":[{"at":0.3,"message":"rows 5"},{"at":0.4,"message":"warn","stream":"error"}]}"#)
        _ = try aws.machine(
            "inner",
            """
            {"type":"STANDARD","events":[{"at":0,"type":"TaskStateEntered","state":"Deep"},
             \(task(0.05, "TaskScheduled", "glue", "startJobRun.sync", #","parameters":{"JobName":"etl"}"#)),
             \(task(0.1, "TaskSubmitted", "glue", "startJobRun.sync", #","starts":{"glue":{"job":"etl"}}"#)),
             \(task(1.2, "TaskSucceeded", "glue", "startJobRun.sync"))],"end":{"at":1.3,"status":"SUCCEEDED","output":"{}"}}
            """)
        let machine = try aws.machine(
            "outer",
            """
            {"type":"STANDARD","events":[{"at":0,"type":"TaskStateEntered","state":"Nest"},
             \(task(0.05, "TaskScheduled", "states", "startExecution.sync:2")),
             \(task(0.1, "TaskSubmitted", "states", "startExecution.sync:2", #","starts":{"states":{"machine":"inner"}}"#)),
             \(task(1.6, "TaskSucceeded", "states", "startExecution.sync:2"))],"end":{"at":1.7,"status":"SUCCEEDED","output":"{}"}}
            """)
        let run = try job.run(machine)
        #expect(try run.wait(limit: 60) == .exited(0), "\(run.stderr)")
        #expect(run.stdout.contains("Z [Nest] state Deep entered\n"))
        #expect(run.stdout.contains("Z [Nest Deep output] rows 5\n"), "\(run.stdout)")
        #expect(run.stdout.contains("Z [Nest Deep error] warn\n"))
        #expect(run.stderr == "")
    }

    @Test func anECSTaskInside() throws {
        _ = try aws.control("PUT", "task-definitions/web", #"{"containers":[{"name":"app","logConfiguration":{"logDriver":"awslogs","options":{"awslogs-group":"/site/web","awslogs-region":"us-east-1","awslogs-stream-prefix":"run"}}}]}"#)
        _ = try aws.control("PUT", "log-streams", #"{"group":"/site/web","stream":"run/app/0123","events":[{"at":0.3,"message":"served","ingested":0.4}]}"#)
        let output = #","output":{"Tasks":[{"TaskArn":"arn:aws:ecs:us-east-1:123456789012:task/c/0123","TaskDefinitionArn":"arn:aws:ecs:us-east-1:123456789012:task-definition/web:7"}]}"#
        let machine = try aws.machine(
            "outer",
            """
            {"type":"STANDARD","events":[{"at":0,"type":"TaskStateEntered","state":"Serve"},
             \(task(0.05, "TaskScheduled", "ecs", "runTask.sync")),\(task(0.1, "TaskSubmitted", "ecs", "runTask.sync", output)),
             \(task(1.0, "TaskSucceeded", "ecs", "runTask.sync"))],"end":{"at":1.2,"status":"SUCCEEDED","output":"{}"}}
            """)
        let run = try job.run(machine)
        #expect(try run.wait(limit: 60) == .exited(0), "\(run.stderr)")
        #expect(run.stdout.contains("Z [Serve] served\n"), "\(run.stdout)")
        #expect(run.stderr == "")
    }

    @Test func aLambdaInvocation() throws {
        let machine = try aws.machine(
            "outer",
            """
            {"type":"STANDARD","events":[{"at":0,"type":"TaskStateEntered","state":"Score"},
             \(task(0.05, "TaskScheduled", "lambda", "invoke", #","parameters":{"FunctionName":"arn:aws:lambda:us-east-1:123456789012:function:score:live"}"#)),
             \(task(1.5, "TaskSucceeded", "lambda", "invoke", #","output":{"StatusCode":200,"SdkResponseMetadata":{"RequestId":"r-1"}}"#))],
             "end":{"at":1.6,"status":"SUCCEEDED","output":"{}"}}
            """)
        let run = try job.run(machine)
        // The log is of the time of this execution, whenever that began.
        try aws.awaitCalls("StartExecution")
        let now = Int(Date.now.timeIntervalSince1970 * 1000)
        let events = [
            (50, "START RequestId: other Version: 1"), (60, "not ours"), (70, "REPORT RequestId: other"), (200, "START RequestId: r-1 Version: 1"), (210, "working"),
            (220, "done"), (230, "END RequestId: r-1"), (240, "REPORT RequestId: r-1 Duration: 40 ms"), (300, "START RequestId: third"), (310, "not ours either"),
        ].map { #"{"timestamp":\#(now + $0.0 + 1000),"message":"\#($0.1)"}"# }
        _ = try aws.control("PUT", "log-streams", #"{"group":"/aws/lambda/score","stream":"2026/11/21/[1]abc","events":[\#(events.joined(separator: ","))]}"#)
        #expect(try run.wait(limit: 60) == .exited(0), "\(run.stderr)")
        #expect(run.stdout.contains("Z [Score] working\n") && run.stdout.contains("Z [Score] done\n"), "\(run.stdout)")
        #expect(!run.stdout.contains("not ours"))
    }

    /// Neither the exit code nor the contact with the execution depends on it.
    @Test func workInsideThatMayNotBeLookedAtIsOneWarning() throws {
        try aws.fault(#"{"action":"DescribeJobs","kind":"error","status":403,"code":"AccessDeniedException","message":"no","times":-1}"#)
        _ = try aws.jobDefinition("etl", Walk.job("SUCCEEDED", exitCode: 0))
        let machine = try aws.machine(
            "outer",
            """
            {"type":"STANDARD","events":[{"at":0,"type":"TaskStateEntered","state":"Load"},
             \(task(0.1, "TaskSubmitted", "batch", "submitJob.sync", #","starts":{"batch":{"definition":"etl","queue":"q"}}"#))],
             "end":{"at":3,"status":"SUCCEEDED","output":"{}"}}
            """)
        let run = try job.run(machine, "--give-up-after", "1.5")
        #expect(try run.wait(limit: 20) == .exited(0), "\(run.stderr)")
        #expect(run.stderrLines.count == 1)
        #expect(run.stderr.contains("may not call batch:DescribeJobs"))
    }

    @Test func withoutLogsTheHistoryIsReadWithoutData() throws {
        let run = try job.run(ScriptedAWS.machinePrefix + "any-x", "--logs", "none")
        #expect(try run.wait() == .exited(0))
        #expect(try aws.calls("GetExecutionHistory").allSatisfy { $0["body"]?.string?.contains(#""includeExecutionData":false"#) == true })
    }
}
