import Foundation
package import JSON

/// The scripted server (Tests/Servers/scripted_aws.py): true wire protocol, state walks, faults on order.
package final class ScriptedAWS: Sendable {
    package let port: Int
    private let process: ServerProcess
    package static let machinePrefix = "arn:aws:states:us-east-1:123456789012:stateMachine:"

    package init(_ arguments: [String] = []) throws {
        process = try ServerProcess("scripted_aws.py", arguments)
        guard let port = Int(process.firstLine.dropFirst("ready ".count)) else { throw TestFailure(process.firstLine) }
        self.port = port
    }

    package var endpoint: String { "http://127.0.0.1:\(port)" }

    // MARK: Control

    package func machine(_ name: String, _ walk: String) throws -> String {
        _ = try control("PUT", "machines/\(name)", walk)
        return Self.machinePrefix + name
    }

    /// A Batch job definition; its name.
    package func jobDefinition(_ name: String, _ walk: String) throws -> String {
        _ = try control("PUT", "job-definitions/\(name)", walk)
        return name
    }

    /// Batch jobs, oldest first; hidden ones too.
    package func jobs() throws -> [JSONValue] { try control("GET", "jobs").array ?? [] }

    package func jobStatuses() throws -> [String] { try jobs().compactMap { $0["status"]?.string } }

    package func fault(_ faults: String...) throws {
        _ = try control("POST", "faults", "[\(faults.joined(separator: ","))]")
    }

    package func clearFaults() throws { _ = try control("DELETE", "faults") }

    package func calls(_ action: String? = nil) throws -> [JSONValue] {
        (try control("GET", "calls").array ?? []).filter { action == nil || $0["action"]?.string == action }
    }

    package func executions() throws -> [JSONValue] { try control("GET", "executions").array ?? [] }

    package func statuses() throws -> [String] { try executions().compactMap { $0["status"]?.string } }

    /// Waits until that many calls of an action have arrived.
    package func awaitCalls(_ action: String, count: Int = 1, timeout: Double = 10) throws {
        let seen = try control("GET", "wait?action=\(action)&count=\(count)&timeout=\(timeout)").array ?? []
        guard seen.count >= count else { throw TestFailure("only \(seen.count) of \(count) \(action) calls within \(timeout) s") }
    }

    package func control(_ method: String, _ path: String, _ body: String = "") throws -> JSONValue {
        try ControlPort(port).request(method, path, body)
    }
}
