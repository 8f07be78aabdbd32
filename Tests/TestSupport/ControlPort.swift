import Foundation
package import JSON

/// The test's side of a scripted server: JSON under /_control/.
package struct ControlPort: Sendable {
    private let port: Int

    package init(_ port: Int) {
        self.port = port
    }

    /// One request on a connection of its own, as plain as HTTP allows.
    package func request(_ method: String, _ path: String, _ body: String = "") throws -> JSONValue {
        let fd = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        defer { close(fd) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(fd, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        guard connected == 0 else { throw TestFailure("the server is gone") }
        let text = "\(method) /_control/\(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
        let request = Array(text.utf8)
        var sent = 0
        while sent < request.count {
            let count = request.withUnsafeBytes { write(fd, $0.baseAddress! + sent, request.count - sent) }
            guard count > 0 else { throw TestFailure("the server closed the connection") }
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
