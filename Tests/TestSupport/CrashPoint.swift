package import Foundation

/// Where a run is killed with SIGKILL: at one of its system calls, before or after that is carried out
/// (Tests/Servers/crashpoint.c).
package struct CrashPoint: Sendable {
    /// Which stop of the runner, counted from its fork of the guardian; each system call has two.
    package var runner: Int?
    /// The runner's process group with it.
    package var takesGroup = false
    /// Which stop of the guardian.
    package var guardian: Int?

    package init() {}

    /// What the tool saw: how far both came and how many kills were sent.
    package struct Report: Sendable {
        package let runner: Int
        package let guardian: Int
        package let kills: Int
    }

    private static let tool = Result { () throws in
        let program = try Scratch.folder().appending(path: "crashpoint").path
        let source = Repository.root.appending(path: "Tests/Servers/crashpoint.c").path
        let build = try ChildRun(["cc", "-O2", "-o", program, source], environment: ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"])
        guard try build.wait(limit: 60) == .exited(0) else { throw TestFailure(build.stderr) }
        return program
    }

    /// Starts awsjob so. The run ends when runner and guardian have, with the runner's ending.
    package func run(_ words: [String], _ environment: [String: String], report: URL) throws -> ChildRun {
        var tool = [try Self.tool.get(), "-o", report.path]
        if let runner { tool += ["-r", String(runner)] + (takesGroup ? ["-g"] : []) }
        if let guardian { tool += ["-w", String(guardian)] }
        return try ChildRun(tool + [Repository.awsjob] + words, environment: environment)
    }

    /// Nil before the first kill, or the end.
    package static func report(_ path: URL) -> Report? {
        let words = ((try? String(contentsOf: path, encoding: .utf8)) ?? "").split(separator: " ").compactMap { Int($0.filter(\.isNumber)) }
        return words.count == 3 ? Report(runner: words[0], guardian: words[1], kills: words[2]) : nil
    }
}
