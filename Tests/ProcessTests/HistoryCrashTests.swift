import Foundation
import JSON
import Testing
import TestSupport

/// SIGKILL while runners write their history, also many at once: whoever ended by itself is remembered with its exit code,
/// whoever was killed as dead, and the store is whole.
@Suite(.serialized) struct HistoryCrashTests {
    @Test(arguments: [false, true])
    func killsLoseNothing(inDynamoDB: Bool) throws {
        var environment = [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "AWSJOB_STATE_DIR": try Scratch.folder().path, "AUTOSERV": "ACE",
            "AUTO_JOB_NAME": "crash", "AWS_EC2_METADATA_DISABLED": "true", "SWIFT_BACKTRACE": "enable=no", "AWS_CONFIG_FILE": "/dev/null",
        ]
        var moto: ServerProcess?
        if inDynamoDB {
            let server = try ServerProcess("moto_aws.py", ["--policy", Repository.root.appending(path: "iam/history.json").path])
            let facts = try JSONValue(parsing: server.firstLine)
            environment.merge([
                "AWS_ACCESS_KEY_ID": facts["access_key"]?.string ?? "", "AWS_SECRET_ACCESS_KEY": facts["secret_key"]?.string ?? "",
                "AWS_SESSION_TOKEN": facts["session_token"]?.string ?? "", "AWS_REGION": "us-east-1", "AWS_ENDPOINT_URL": facts["endpoint"]?.string ?? "",
                "AWSJOB_STATE": "dynamodb:awsjob-crash",
            ]) { $1 }
            moto = server
        }
        let prepared = try ChildRun([Repository.awsjob, "history", "init"], environment: environment)
        #expect(try prepared.wait() == .exited(0), "\(prepared.stderr)")
        var random = SplitMix(state: 11)
        var expected: [String: Int?] = [:]
        let rounds = inDynamoDB ? 6 : 15
        for round in 0..<rounds {
            let runs = try (0..<6).map { number in
                try ChildRun([Repository.awsjob, "exec", "--", "sh", "-c", "exit \(number)"], environment: environment.merging(["AUTORUN": "\(round * 6 + number)/1"]) { $1 })
            }
            usleep(UInt32.random(in: 0..<(inDynamoDB ? 400_000 : 120_000), using: &random))
            for run in runs.shuffled(using: &random).prefix(4) {
                run.send(SIGKILL)
                usleep(UInt32.random(in: 0..<8000, using: &random))
            }
            for (number, run) in runs.enumerated() {
                switch try run.wait() {
                case .exited(let code):
                    #expect(code == number, "\(run.stderr)")
                    expected["\(round * 6 + number)"] = number
                case .signalled: expected["\(round * 6 + number)"] = .some(nil)
                }
            }
        }
        // One that was at work for certain.
        let last = try ChildRun([Repository.awsjob, "exec", "--", "sh", "-c", "echo started; sleep 30"], environment: environment.merging(["AUTORUN": "9999/1"]) { $1 })
        try eventually("started") { last.stdout == "started\n" }
        last.send(SIGKILL)
        #expect(try last.wait() == .signalled(SIGKILL))

        let asked = try ChildRun([Repository.awsjob, "history", "--json", "--limit", "1000"], environment: environment)
        #expect(try asked.wait() == .exited(0), "\(asked.stderr)")
        let found = Dictionary(uniqueKeysWithValues: try (JSONValue(parsing: asked.stdout).array ?? []).map { ($0["run"]?.string ?? "", $0) })
        for (run, code) in expected {
            // Nothing is known of a runner that was killed before it had begun.
            guard let record = found[run] else {
                #expect(code == nil, "run \(run) is lost")
                continue
            }
            if let code { #expect(record["exit_code"]?.int == code) }
            #expect(["died", "succeeded", "failed"].contains(record["outcome"]?.string), "\(record.text)")
        }
        #expect(found["9999"]?["outcome"]?.string == "died")
        let check = try ChildRun([Repository.awsjob, "history", "init"], environment: environment)
        #expect(try check.wait() == .exited(0))
        #expect(check.stdout.contains(inDynamoDB ? "there" : "whole"))
        withExtendedLifetime(moto) {}
    }
}
