package import Foundation

/// An AutoSys command job on this host: the environment that its command starts with.
package struct Job {
    package var environment: [String: String]
    package let stateFolder: URL

    package init(_ aws: ScriptedAWS, name: String = "nightly", autorun: String? = "197/1") throws {
        stateFolder = try Scratch.folder()
        environment = [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "AWSJOB_STATE_DIR": stateFolder.path, "AWS_ACCESS_KEY_ID": "AKIDTEST", "AWS_SECRET_ACCESS_KEY": "secret-of-the-test",
            "AWS_ENDPOINT_URL": aws.endpoint, "AWS_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null", "AUTOSERV": "ACE", "AUTO_JOB_NAME": name,
            // Root-cause notes are lines of their own; the tests of those ask for them.
            "AWSJOB_ADVICE": "off",
            // A debug build loads the Swift runtime before its own constructors run.
            "SWIFT_BACKTRACE": "enable=no",
        ]
        environment["AUTORUN"] = autorun
    }

    /// The same job at another run and try.
    package func at(_ autorun: String) -> Job {
        var job = self
        job.environment["AUTORUN"] = autorun
        return job
    }

    /// As on another host: nothing is known of earlier runs.
    package func onAnotherHost() throws -> Job {
        var job = self
        job.environment["AWSJOB_STATE_DIR"] = try Scratch.folder().path
        return job
    }

    /// `awsjob batch` with quick polls, unless the arguments say otherwise.
    package func batch(_ definition: String, _ arguments: String..., output: ChildRun.Output = .collected) throws -> ChildRun {
        let words = [Repository.awsjob, "batch", "--job-queue", "queue", "--job-definition", definition, "--poll-interval", "0.1", "--max-poll-interval", "0.3"]
        return try ChildRun(words + arguments, environment: environment, output: output)
    }

    /// Starts `awsjob` with these words.
    package func awsjob(_ arguments: String..., input: String = "", output: ChildRun.Output = .collected, ignoring: [Int32] = []) throws -> ChildRun {
        try ChildRun([Repository.awsjob] + arguments, environment: environment, input: input, output: output, ignoring: ignoring)
    }

    /// `awsjob stepfunctions` with quick polls, unless the arguments say otherwise.
    package func run(_ machine: String, _ arguments: String..., input: String = "", output: ChildRun.Output = .collected, ignoring: [Int32] = []) throws -> ChildRun {
        let words = [Repository.awsjob, "stepfunctions", "--state-machine-arn", machine, "--poll-interval", "0.1", "--max-poll-interval", "0.3"]
        return try ChildRun(words + arguments, environment: environment, input: input, output: output, ignoring: ignoring)
    }
}

/// State walks for the scripted server.
package enum Walk {
    /// A Batch job that runs until it is stopped.
    package static let endlessJob = #"{"attempts":[{"started":0.1}],"end":null}"#

    /// A Batch job of one attempt. `reason`: the container's, as JSON.
    package static func job(_ status: String, exitCode: Int?, reason: String? = nil, after seconds: Double = 0.3) -> String {
        let code = exitCode.map { ",\"exitCode\":\($0)" } ?? ""
        let why = reason.map { ",\"reason\":\"\($0)\"" } ?? ""
        return #"{"attempts":[{"started":0.1,"stopped":\#(seconds)\#(code)\#(why)}],"end":{"at":\#(seconds),"status":"\#(status)","reason":"Essential container in task exited"}}"#
    }

    /// Runs for ever.
    package static let endless = #"{"type":"STANDARD","events":[{"at":0.0,"type":"TaskStateEntered","state":"Load"}],"end":null}"#

    package static func ending(_ status: String, after seconds: Double = 0.2, error: String? = nil, cause: String? = nil, output: String? = nil) -> String {
        func quoted(_ text: String?) -> String { text.map { "\"\($0)\"" } ?? "null" }
        return """
            {"type":"STANDARD","events":[{"at":0.0,"type":"TaskStateEntered","state":"Load"}],
             "end":{"at":\(seconds),"status":"\(status)","output":\(quoted(output ?? (status == "SUCCEEDED" ? "{}" : nil))),"error":\(quoted(error)),"cause":\(quoted(cause))}}
            """
    }
}
