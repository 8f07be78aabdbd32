import Foundation
import JSON
import TestSupport

/// moto, which nobody here wrote, with signatures verified by botocore and a policy of iam/ enforced.
struct Moto {
    let process: ServerProcess
    let facts: JSONValue
    /// What an AutoSys job starts with: keys of the role `awsjob`.
    let job: [String: String]
    private let log: URL

    init(policy: String..., machines: [String] = [], secrets: [String] = []) throws {
        let demo = Repository.root.appending(path: "Tests/Demo").path
        log = try Scratch.folder().appending(path: "accepted")
        var words = ["--accepted", log.path]
        for name in policy { words += ["--policy", Repository.root.appending(path: "iam/\(name).json").path] }
        for machine in machines { words += ["--machine", "\(machine)=\(demo)/\(machine).asl.json"] }
        for secret in secrets { words += ["--secret", secret] }
        process = try ServerProcess("moto_aws.py", words)
        facts = try JSONValue(parsing: process.firstLine)
        job = [
            "AWSJOB_STATE_DIR": try Scratch.folder().path, "AWS_ACCESS_KEY_ID": facts["access_key"]?.string ?? "", "AWS_SECRET_ACCESS_KEY": facts["secret_key"]?.string ?? "",
            "AWS_SESSION_TOKEN": facts["session_token"]?.string ?? "", "AWS_REGION": facts["region"]?.string ?? "", "AWS_ENDPOINT_URL": facts["endpoint"]?.string ?? "",
            "AUTOSERV": "ACE", "AUTO_JOB_NAME": "payroll", "AUTORUN": "1/1", "AWS_EC2_METADATA_DISABLED": "true",
        ]
    }

    func batch(_ words: [String], environment: [String: String]) throws -> ChildRun {
        let target = ["--job-queue", facts["job_queue"]?.string ?? "", "--job-definition", facts["job_definition"]?.string ?? ""]
        return try ChildRun([Repository.awsjob, "batch"] + target + ["--poll-interval", "0.3"] + words, environment: environment)
    }

    /// The actions that came with a right signature and that the policy allows.
    func accepted() throws -> Set<String> { Set(try calls()) }

    /// Each time that one was accepted.
    func calls() throws -> [String] { try String(contentsOf: log, encoding: .utf8).split(separator: "\n").map(String.init) }

    /// The job with these profiles, and no other keys.
    func job(profiles: String, _ change: [String: String] = [:]) throws -> [String: String] {
        let file = try Scratch.folder().appending(path: "config")
        try profiles.write(to: file, atomically: true, encoding: .utf8)
        let others = job.filter { !["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"].contains($0.key) }
        return others.merging(["AWS_CONFIG_FILE": file.path, "AWS_SHARED_CREDENTIALS_FILE": "/dev/null"]) { $1 }.merging(change) { $1 }
    }

    /// A profile of the user, who may do nothing but assume roles.
    func userProfile(secret: String? = nil) -> String {
        """
        [profile user]
        aws_access_key_id = \(facts["user"]?["access_key"]?.string ?? "")
        aws_secret_access_key = \(secret ?? facts["user"]?["secret_key"]?.string ?? "")

        """
    }

    func role(_ name: String) -> String { facts["roles"]?[name]?.string ?? "" }
}
