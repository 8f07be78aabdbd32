import Foundation
import JSON

/// A Python server of Tests/Servers that prints one line when ready and ends when its standard input does.
package final class ServerProcess: @unchecked Sendable {
    package let firstLine: String
    private let input: Int32
    private let pid: pid_t

    package init(_ script: String, _ arguments: [String]) throws {
        var inputs: [Int32] = [0, 0]
        var outputs: [Int32] = [0, 0]
        pipe(&inputs)
        pipe(&outputs)
        for end in inputs + outputs { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, inputs[0], 0)
        posix_spawn_file_actions_adddup2(&actions, outputs[1], 1)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        let command = [Repository.python, "-B", Repository.root.appending(path: "Tests/Servers/\(script)").path] + arguments
        var words = command.map { strdup($0) } + [nil]
        defer { words.forEach { free($0) } }
        var pid: pid_t = 0
        let code = posix_spawnp(&pid, command[0], &actions, &attributes, &words, environ)
        posix_spawn_file_actions_destroy(&actions)
        posix_spawnattr_destroy(&attributes)
        close(inputs[0])
        close(outputs[1])
        guard code == 0 else { throw TestFailure("could not run \(command[0])") }
        self.pid = pid
        input = inputs[1]
        firstLine = Self.readLine(outputs[0])
        close(outputs[0])
        guard !firstLine.isEmpty else { throw TestFailure("\(script) did not get ready") }
    }

    private static func readLine(_ fd: Int32) -> String {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while read(fd, &byte, 1) == 1, byte != UInt8(ascii: "\n") { bytes.append(byte) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Ends it at once, for tests of what happens then.
    package func kill() { Foundation.kill(pid, SIGKILL) }

    deinit {
        close(input)
        var status: Int32 = 0
        for _ in 0..<200 where waitpid(pid, &status, WNOHANG) == 0 { usleep(20_000) }
        kill()
    }
}
