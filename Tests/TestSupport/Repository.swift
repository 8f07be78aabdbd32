package import Foundation

/// Where things lie in the checkout.
package enum Repository {
    package static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The program under test: AWSJOB_PROGRAM, else the one built beside the test bundle.
    package static var awsjob: String { ProcessInfo.processInfo.environment["AWSJOB_PROGRAM"] ?? built("awsjob") }

    /// What was built beside the test bundle.
    package static func built(_ name: String) -> String {
        URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent().appending(path: name).path
    }

    /// The Python of the test venv; `make test` makes it.
    package static var python: String {
        let venv = root.appending(path: ".venv/bin/python").path
        return FileManager.default.isExecutableFile(atPath: venv) ? venv : "python3"
    }

    /// Public conformance data that lies beside the checkout; nil when it does not.
    package static func fixtures(_ path: String) -> URL? {
        let folder = root.deletingLastPathComponent().appending(path: "shared/fixtures/\(path)")
        if FileManager.default.fileExists(atPath: folder.path) { return folder }
        print("skipped: no fixtures at shared/fixtures/\(path)")
        return nil
    }

    package static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }
}
