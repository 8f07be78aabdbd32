import Foundation
import JSON
import Testing
import TestSupport

/// Whatever AWS or the work says: no secret of it is in a file that the program keeps.
@Suite struct KeptSecretTests {
    let aws: ScriptedAWS
    let job: Job
    private let folder: URL

    init() throws {
        aws = try ScriptedAWS()
        folder = try Scratch.folder()
        var job = try Job(aws)
        job.environment["AWSJOB_ADVICE"] = "rules"
        // Known from a file, not from the environment, where a rule would find it by its name.
        let keys = folder.appending(path: "keys")
        try "[default]\naws_access_key_id = AKIDTEST\naws_secret_access_key = secret-of-the-test\n".write(to: keys, atomically: false, encoding: .utf8)
        job.environment["AWS_SHARED_CREDENTIALS_FILE"] = keys.path
        job.environment["AWS_ACCESS_KEY_ID"] = nil
        job.environment["AWS_SECRET_ACCESS_KEY"] = nil
        job.environment["UPSTREAM_PASSWORD"] = "correct-horse-battery"
        self.job = job
    }

    private static let secrets = ["hunter2-of-payroll", "secret-of-the-test", "correct-horse-battery", "hunter3-in-error", "hunter4-in-state", "hunter5-of-tags", "hunter6-site"]

    /// Files below a folder, by what they hold.
    private func kept(in folder: URL) throws -> [(path: String, bytes: Data)] {
        let paths = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        return try paths.filter { !$0.hasSuffix(".lock") }.map { folder.appending(path: $0) }
            .filter { try $0.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true }.map { ($0.path, try Data(contentsOf: $0)) }
    }

    private func expectNoSecrets(_ files: [(path: String, bytes: Data)]) {
        for (path, bytes) in files {
            for secret in Self.secrets { #expect(bytes.range(of: Data(secret.utf8)) == nil, "\(secret) in \(path)") }
        }
    }

    @Test func aFailedExecutionLeavesNone() throws {
        // Where a line for operators would be cut, too.
        let cause = "login of payroll with password=hunter2-of-payroll refused; site code SITE-hunter6-site; sent secret-of-the-test to host " + String(repeating: "x", count: 130) + " correct-horse-battery"
        let walk = """
            {"type":"STANDARD","events":[{"at":0.0,"type":"TaskStateEntered","state":"Load token=hunter4-in-state"}],
             "end":{"at":0.3,"status":"FAILED","output":null,"error":"Login.Failed password=hunter3-in-error","cause":"\(cause)"}}
            """
        let rules = folder.appending(path: "rules")
        try "SITE: SITE-(\\S+)\n".write(to: rules, atomically: false, encoding: .utf8)
        let result = folder.appending(path: "result.json")
        let run = try job.run(try aws.machine("leaky", walk), "--result-file", result.path, "--redaction-rules", rules.path)
        #expect(try run.wait() == .exited(1))
        #expect(run.stderr.contains("hunter2-of-payroll"), "what is printed is the job's own")
        let files = try kept(in: job.stateFolder)
        #expect(files.contains { $0.path.hasSuffix("history.sqlite") } && files.contains { $0.path.hasSuffix(".jsonl") && $0.path.contains("/journal/") })
        #expect(files.contains { $0.path.hasSuffix("audit.jsonl") })
        expectNoSecrets(files + [("result", try Data(contentsOf: result))])
        let record = try JSONValue(parsing: try String(contentsOf: result, encoding: .utf8))
        #expect(record["cause"]?.string?.contains("login of payroll with password=<PASSWORD_") == true)
        #expect(record["message"]?.string?.contains("login of payroll") == true)
        let show = try ChildRun([Repository.awsjob, "history", "show", "nightly"], environment: job.environment)
        #expect(try show.wait() == .exited(0))
        #expect(show.stdout.contains("login of payroll with password=<PASSWORD_"))
    }

    @Test func aRestartReportsAsMasked() throws {
        let machine = try aws.machine("leaky", Walk.ending("FAILED", error: "Login", cause: "password=hunter2-of-payroll"))
        #expect(try job.run(machine).wait() == .exited(1))
        let again = try job.run(machine)
        #expect(try again.wait() == .exited(1))
        expectNoSecrets(try kept(in: job.stateFolder))
    }

    @Test func tagsAndReasonsOfBatchLeaveNone() throws {
        let definition = try aws.jobDefinition("leaky", Walk.job("FAILED", exitCode: 3, reason: "db refused password=hunter2-of-payroll and correct-horse-battery"))
        let run = try job.batch(definition, "--tags", "db_password=hunter5-of-tags,Team=payroll")
        #expect(try run.wait() == .exited(3))
        let files = try kept(in: job.stateFolder)
        #expect(files.contains { $0.bytes.range(of: Data("payroll".utf8)) != nil })
        expectNoSecrets(files)
    }

    @Test func theWorksOwnOutputStaysAsItIs() throws {
        let output = folder.appending(path: "output.json")
        let run = try job.run(try aws.machine("ok", Walk.ending("SUCCEEDED", output: #"{\"password\":\"hunter2-of-payroll\"}"#)), "--output-file", output.path)
        #expect(try run.wait() == .exited(0))
        #expect(try String(contentsOf: output, encoding: .utf8) == #"{"password":"hunter2-of-payroll"}"#)
        expectNoSecrets(try kept(in: job.stateFolder))
    }

    @Test func aRefusedStartLeavesNone() throws {
        try aws.fault(#"{"action":"StartExecution","kind":"error","status":400,"code":"ValidationException","message":"input has password=hunter2-of-payroll"}"#)
        let run = try job.run(try aws.machine("ok", Walk.ending("SUCCEEDED")))
        #expect(try run.wait() == .exited(114))
        #expect(run.stderr.contains("hunter2-of-payroll"))
        expectNoSecrets(try kept(in: job.stateFolder))
    }
}
