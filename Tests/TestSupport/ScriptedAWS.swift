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

    /// One request on a connection of its own, as plain as HTTP allows.
    package func control(_ method: String, _ path: String, _ body: String = "") throws -> JSONValue {
        let fd = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        defer { close(fd) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(fd, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        guard connected == 0 else { throw TestFailure("the scripted server is gone") }
        let text = "\(method) /_control/\(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
        let request = Array(text.utf8)
        var sent = 0
        while sent < request.count {
            let count = request.withUnsafeBytes { write(fd, $0.baseAddress! + sent, request.count - sent) }
            guard count > 0 else { throw TestFailure("the scripted server closed the connection") }
            sent += count
        }
        var reply: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        while case let count = read(fd, &chunk, chunk.count), count > 0 { reply += chunk[..<count] }
        return try Self.body(reply)
    }

    private static func body(_ reply: [UInt8]) throws -> JSONValue {
        guard let end = Data(reply).range(of: Data("\r\n\r\n".utf8)), reply.starts(with: Array("HTTP/1.1 2".utf8)) else {
            throw TestFailure("control: \(String(decoding: reply.prefix(400), as: UTF8.self))")
        }
        let body = Array(reply[end.upperBound...])
        return body.isEmpty ? .null : try JSONValue(parsing: body)
    }
}
