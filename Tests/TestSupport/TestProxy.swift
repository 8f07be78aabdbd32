import Foundation
package import JSON

/// The proxy of Tests/Servers/proxy.py, and what it was asked.
package final class TestProxy: Sendable {
    package let port: Int
    private let process: ServerProcess
    private let log: URL

    package init(_ arguments: String...) throws {
        log = try Scratch.folder().appending(path: "requests")
        process = try ServerProcess("proxy.py", ["--log", log.path] + arguments)
        guard let port = Int(process.firstLine.dropFirst("ready ".count)) else { throw TestFailure(process.firstLine) }
        self.port = port
    }

    package var url: String { "http://127.0.0.1:\(port)" }

    package func requests(_ method: String? = nil) throws -> [JSONValue] {
        let text = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
        return try text.split(separator: "\n").map { try JSONValue(parsing: String($0)) }.filter { method == nil || $0["method"]?.string == method }
    }
}

/// The files of Tests/Servers/certificates.py.
package struct Certificates {
    private let folder: URL

    package init() throws {
        folder = try Scratch.folder()
        let script = Repository.root.appending(path: "Tests/Servers/certificates.py").path
        let run = try ChildRun([Repository.python, "-B", script, folder.path], environment: ["PATH": "/usr/bin:/bin"])
        guard try run.wait() == .exited(0) else { throw TestFailure(run.stderr) }
    }

    package func path(_ file: String) -> String { folder.appending(path: file).path }

    /// The scripted server with this certificate.
    package func server(_ name: String) throws -> ScriptedAWS { try ScriptedAWS(["--tls", path("\(name).pem"), path("\(name).key")]) }
}
