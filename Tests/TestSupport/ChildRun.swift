package import Foundation

/// A program run for a test, in a process group of its own, its output collected in files.
package final class ChildRun: @unchecked Sendable {
    package let pid: pid_t
    private let folder: URL
    private var status: Int32?

    package enum Ending: Equatable, Sendable {
        case exited(Int32)
        case signalled(Int32)
    }

    /// Where standard output goes.
    package enum Output {
        case collected
        /// A pipe that nobody reads, and that is full from the start.
        case fullPipe
        /// The write end of a pipe; the test reads the other.
        case descriptor(Int32)
    }

    package init(_ arguments: [String], environment: [String: String], input: String = "", output: Output = .collected, ignoring: [Int32] = []) throws {
        folder = try Scratch.folder()
        try input.write(to: folder.appending(path: "in"), atomically: false, encoding: .utf8)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, folder.appending(path: "in").path, O_RDONLY, 0)
        var pipes: [Int32] = []
        switch output {
        case .collected: posix_spawn_file_actions_addopen(&actions, 1, folder.appending(path: "out").path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        case .fullPipe:
            pipes = Self.fullPipe()
            posix_spawn_file_actions_adddup2(&actions, pipes[1], 1)
        case .descriptor(let descriptor): posix_spawn_file_actions_adddup2(&actions, descriptor, 1)
        }
        posix_spawn_file_actions_addopen(&actions, 2, folder.appending(path: "err").path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        for descriptor in pipes { posix_spawn_file_actions_addclose(&actions, descriptor) }

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        var defaults = sigset_t()
        sigemptyset(&defaults)
        for signal in [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE] where !ignoring.contains(signal) { sigaddset(&defaults, signal) }
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        var words = arguments.map { strdup($0) } + [nil]
        var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { (words + variables).forEach { free($0) } }
        var pid: pid_t = 0
        for signal in ignoring { Foundation.signal(signal, SIG_IGN) }
        let code = posix_spawnp(&pid, arguments[0], &actions, &attributes, &words, &variables)
        for signal in ignoring { Foundation.signal(signal, SIG_DFL) }
        guard code == 0 else { throw TestFailure("could not run \(arguments[0]): \(String(cString: strerror(code)))") }
        self.pid = pid
    }

    private static func fullPipe() -> [Int32] {
        var ends: [Int32] = [0, 0]
        pipe(&ends)
        _ = fcntl(ends[0], F_SETFD, FD_CLOEXEC)
        let flags = fcntl(ends[1], F_GETFL)
        _ = fcntl(ends[1], F_SETFL, flags | O_NONBLOCK)
        let chunk = [UInt8](repeating: 0x2e, count: 4096)
        while write(ends[1], chunk, chunk.count) > 0 {}
        _ = fcntl(ends[1], F_SETFL, flags)
        return ends
    }

    deinit {
        if status == nil {
            kill(-pid, SIGKILL)
            var status: Int32 = 0
            waitpid(pid, &status, 0)
        }
        try? FileManager.default.removeItem(at: folder)
    }

    package func send(_ signal: Int32, toGroup: Bool = false) {
        kill(toGroup ? -pid : pid, signal)
    }

    /// Nil while it runs.
    package func ending() -> Ending? {
        if status == nil {
            var current: Int32 = 0
            if waitpid(pid, &current, WNOHANG) == pid { status = current }
        }
        return status.map { $0 & 0x7f == 0 ? .exited($0 >> 8 & 0xff) : .signalled($0 & 0x7f) }
    }

    /// Waits for the end; fails after `limit` seconds.
    package func wait(limit: Double = 30) throws -> Ending {
        let deadline = Date.now.addingTimeInterval(limit)
        while Date.now < deadline {
            if let ending = ending() { return ending }
            usleep(5000)
        }
        throw TestFailure("process \(pid) still runs after \(limit) s; stdout: \(stdout) stderr: \(stderr)")
    }

    package var stdout: String { text("out") }
    package var stderr: String { text("err") }
    package var stdoutLines: [String] { stdout.split(separator: "\n").map(String.init) }
    package var stderrLines: [String] { stderr.split(separator: "\n").map(String.init) }

    private func text(_ name: String) -> String {
        (try? Data(contentsOf: folder.appending(path: name))).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}

package struct TestFailure: Error, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}

/// Throw-away folders, gone when the tests end.
package enum Scratch {
    private static let root: URL = {
        let root = FileManager.default.temporaryDirectory.appending(path: "awsjob-test-\(getpid())")
        try? FileManager.default.createDirectory(at: root, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        atexit { try? FileManager.default.removeItem(at: Scratch.root) }
        return root
    }()

    package static func folder() throws -> URL {
        let folder = root.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        return folder
    }
}

/// Waits until a condition holds, at most `limit` seconds.
package func eventually(_ what: String, limit: Double = 15, _ condition: () throws -> Bool) throws {
    let deadline = Date.now.addingTimeInterval(limit)
    while Date.now < deadline {
        if try condition() { return }
        usleep(20_000)
    }
    throw TestFailure("not within \(limit) s: \(what)")
}
