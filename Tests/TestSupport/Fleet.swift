import Foundation
import JSON

/// Hosts that share a state table (moto's DynamoDB, signatures and policy checked) and nothing else; their work runs on the
/// scripted server, which takes faults.
package struct Fleet {
    package let aws: ScriptedAWS
    private let moto: ServerProcess
    private let change: [String: String]

    package init() throws {
        aws = try ScriptedAWS()
        moto = try ServerProcess("moto_aws.py", ["--policy", Repository.root.appending(path: "iam/history.json").path])
        let facts = try JSONValue(parsing: moto.firstLine)
        change = [
            "AWS_ACCESS_KEY_ID": facts["access_key"]?.string ?? "", "AWS_SECRET_ACCESS_KEY": facts["secret_key"]?.string ?? "",
            "AWS_SESSION_TOKEN": facts["session_token"]?.string ?? "", "AWS_ENDPOINT_URL_DYNAMODB": facts["endpoint"]?.string ?? "",
            "AWSJOB_STATE": "dynamodb:awsjob-fleet",
        ]
        let made = try host().awsjob("history", "init")
        guard try made.wait() == .exited(0) else { throw TestFailure("no table: \(made.stderr)") }
    }

    /// A host of its own: nothing is known there but what the table tells.
    package func host(_ autorun: String = "197/1", name: String = "nightly") throws -> Job {
        var job = try Job(aws, name: name, autorun: autorun)
        job.environment.merge(change) { $1 }
        return job
    }

    /// DynamoDB stops answering.
    package func breakTable() { moto.kill() }

    /// As if no runner of the run had shown life for an hour. `job` tells which run.
    package func ageLeases(_ job: Job) throws {
        let journal = try FileManager.default.contentsOfDirectory(atPath: job.stateFolder.appending(path: "journal").path).first { $0.hasSuffix(".jsonl") }
        let script = """
            import boto3, sys
            table, run = boto3.resource("dynamodb").Table("awsjob-fleet"), "fleet run " + sys.argv[1]
            items = table.query(KeyConditionExpression=boto3.dynamodb.conditions.Key("job").eq(run))["Items"]
            leases = [item for item in items if item["run"].startswith("runner ")]
            for item in leases:
                table.update_item(Key={"job": run, "run": item["run"]}, UpdateExpression="SET renewed = renewed - :hour", ExpressionAttributeValues={":hour": 3600000})
            sys.exit(0 if leases else 1)
            """
        let run = try ChildRun([Repository.python, "-c", script, String(journal?.dropLast(6) ?? "")], environment: job.environment.merging(["AWS_DEFAULT_REGION": "us-east-1"]) { $1 })
        guard try run.wait() == .exited(0) else { throw TestFailure("no leases: \(run.stderr)") }
    }
}

extension Job {
    /// `awsjob glue` with quick polls, unless the arguments say otherwise.
    package func glue(_ name: String, _ arguments: String...) throws -> ChildRun {
        try ChildRun([Repository.awsjob, "glue", "--job-name", name, "--poll-interval", "0.1", "--max-poll-interval", "0.3"] + arguments, environment: environment)
    }
}
