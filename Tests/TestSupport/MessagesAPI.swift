import Foundation
package import JSON

/// The Messages API for tests (Tests/Servers/messages_api.py): refuses what the real one refuses, says what is scripted.
package final class MessagesAPI: Sendable {
    package static let key = "sk-ant-planted-key-0123456789abcdef"
    package let port: Int
    private let process: ServerProcess

    package init() throws {
        process = try ServerProcess("messages_api.py", ["--key", Self.key, "--verify", "AKIDTEST=secret-of-the-test"])
        guard let port = Int(process.firstLine.dropFirst("ready ".count)) else { throw TestFailure(process.firstLine) }
        self.port = port
    }

    package var endpoint: String { "http://127.0.0.1:\(port)" }

    /// What the model says, in order; the last one for ever.
    package func answers(_ scripts: String...) throws { _ = try ControlPort(port).request("PUT", "answers", "[\(scripts.joined(separator: ","))]") }
    package func fault(_ fault: String) throws { _ = try ControlPort(port).request("POST", "faults", "[\(fault)]") }
    package func clearFaults() throws { _ = try ControlPort(port).request("DELETE", "faults") }
    package func calls() throws -> [JSONValue] { try ControlPort(port).request("GET", "calls").array ?? [] }
    package func clearCalls() throws { _ = try ControlPort(port).request("DELETE", "calls") }
    package func setClock(offset: Double) throws { _ = try ControlPort(port).request("PUT", "clock", "{\"offset\":\(offset)}") }
}
