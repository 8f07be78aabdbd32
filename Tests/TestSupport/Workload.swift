import Foundation
import JSON

/// The services as tests of all of them see them: what is started, how it stands, what the calls are named.
package enum Workload: String, CaseIterable, Sendable {
    case stepFunctions, batch, glue

    /// One execution, job or run in AWS.
    package struct Work: Sendable {
        package let status: String
        package let began: Double
        /// When it was stopped or had ended; nil while it runs.
        package let ended: Double?
        /// How often it was redriven.
        package let redrives: Int
    }

    package var start: String {
        switch self {
        case .stepFunctions: "StartExecution"
        case .batch: "SubmitJob"
        case .glue: "StartJobRun"
        }
    }

    package var stop: String {
        switch self {
        case .stepFunctions: "StopExecution"
        case .batch: "TerminateJob"
        case .glue: "BatchStopJobRun"
        }
    }

    package var observe: String {
        switch self {
        case .stepFunctions: "DescribeExecution"
        case .batch: "DescribeJobs"
        case .glue: "GetJobRun"
        }
    }

    /// How work is found whose id nobody was told.
    package var find: String? {
        switch self {
        case .stepFunctions: nil
        case .batch: "ListJobs"
        case .glue: "GetJobRuns"
        }
    }

    /// AWS takes every start for a new one.
    package var hasMadeUpIDs: Bool { find != nil }

    /// Scripts what a job of that name starts: work that ends so many seconds after its start, or never.
    package func define(_ aws: ScriptedAWS, _ name: String, endsAfter seconds: Double? = nil, failing: Bool = false) throws {
        let end = seconds.map { #"{"at":\#($0),"status":"\#(failing ? "FAILED" : "SUCCEEDED")"}"# } ?? "null"
        switch self {
        case .stepFunctions: _ = try aws.machine(name, #"{"events":[{"at":0,"type":"TaskStateEntered","state":"Load"}],"end":\#(end)}"#)
        case .batch:
            let stopped = seconds.map { #","stopped":\#($0),"exitCode":\#(failing ? 1 : 0)"# } ?? ""
            let lines = Self.lines.map { #"{"at":0.2,"message":"\#($0)"}"# }.joined(separator: ",")
            _ = try aws.jobDefinition(name, #"{"attempts":[{"started":0.1\#(stopped),"log":[\#(lines)]}],"end":\#(end),"terminateSeconds":0}"#)
        case .glue:
            let lines = Self.lines.map { #"{"at":0.2,"message":"\#($0)"}"# }.joined(separator: ",")
            _ = try aws.control("PUT", "glue-jobs/\(name)", #"{"started":0.1,"end":\#(end.replacing("status", with: "state")),"log":[\#(lines)],"stopSeconds":0}"#)
        }
    }

    /// What a Batch job and a Glue run log.
    package static let lines = ["line one", "line two", "line three"]

    /// The words that start it, quickly polled.
    package func words(_ name: String) -> [String] {
        let quick = ["--poll-interval", "0.1", "--max-poll-interval", "0.3"]
        switch self {
        case .stepFunctions: return ["stepfunctions", "--state-machine-arn", ScriptedAWS.machinePrefix + name] + quick
        case .batch: return ["batch", "--job-queue", "queue", "--job-definition", name] + quick
        case .glue: return ["glue", "--job-name", name] + quick
        }
    }

    /// All that the job of that name has started, oldest first.
    package func works(_ aws: ScriptedAWS, _ name: String) throws -> [Work] {
        switch self {
        case .stepFunctions:
            return try (aws.control("GET", "executions?name=\(name)-").array ?? []).map {
                Work(status: $0["status"]?.string ?? "", began: $0["startDate"]?.double ?? 0, ended: $0["stopDate"]?.double, redrives: $0["redriveCount"]?.int ?? 0)
            }
        case .batch:
            return try (aws.control("GET", "jobs?name=\(name)-").array ?? []).map {
                Work(status: $0["status"]?.string ?? "", began: $0["submittedAt"]?.double ?? 0, ended: $0["endedAt"]?.double, redrives: 0)
            }
        case .glue:
            return try (aws.control("GET", "glue-runs?job=\(name)").array ?? []).map {
                Work(status: $0["state"]?.string ?? "", began: $0["startedOn"]?.double ?? 0, ended: $0["completedOn"]?.double, redrives: 0)
            }
        }
    }
}
