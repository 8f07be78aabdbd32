import CPosix
import Glibc

/// A program run without a shell: standard input closed, output and errors collected, no signal blocked, a process group of its own.
package final class ChildProcess {
    package enum Status: Equatable, Sendable {
        case exited(Int32)
        case signalled(Int32)
    }

    package struct StartError: Error {
        package let reason: String
    }

    package private(set) var output: [UInt8] = []
    package private(set) var errors: [UInt8] = []
    private let limit = 1 << 20
    private var pid: pid_t = 0
    private var outputEnd: Int32 = -1
    private var errorEnd: Int32 = -1

    /// `arguments[0]` is looked up in PATH.
    package init(_ arguments: [String]) throws(StartError) {
        var outputs: [Int32] = [-1, -1]
        var errorsPipe: [Int32] = [-1, -1]
        guard awsjob_pipe(&outputs) == 0, awsjob_pipe(&errorsPipe) == 0 else {
            throw StartError(reason: String(cString: strerror(errno)))
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, outputs[1], 1)
        posix_spawn_file_actions_adddup2(&actions, errorsPipe[1], 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        var restored = sigset_t()
        sigemptyset(&restored)
        sigaddset(&restored, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &restored)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))
        var words = arguments.map { strdup($0) } + [nil]
        let code = posix_spawnp(&pid, arguments.first ?? "", &actions, &attributes, &words, awsjob_environment())
        words.forEach { free($0) }
        posix_spawn_file_actions_destroy(&actions)
        posix_spawnattr_destroy(&attributes)
        close(outputs[1])
        close(errorsPipe[1])
        (outputEnd, errorEnd) = (outputs[0], errorsPipe[0])
        guard code == 0 else {
            closeEnds()
            throw StartError(reason: String(cString: strerror(code)))
        }
    }

    deinit {
        closeEnds()
    }

    private func closeEnds() {
        if outputEnd >= 0 { close(outputEnd) }
        if errorEnd >= 0 { close(errorEnd) }
        (outputEnd, errorEnd) = (-1, -1)
    }

    package var openDescriptors: [Int32] { [outputEnd, errorEnd].filter { $0 >= 0 } }

    /// Takes what the child has printed so far, at most 1 MiB of each.
    package func readAvailable() {
        if outputEnd >= 0, let ended = collect(outputEnd, into: &output), ended { close(outputEnd); outputEnd = -1 }
        if errorEnd >= 0, let ended = collect(errorEnd, into: &errors), ended { close(errorEnd); errorEnd = -1 }
    }

    /// True at end of file, nil when there is nothing to read yet.
    private func collect(_ fd: Int32, into bytes: inout [UInt8]) -> Bool? {
        var chunk = [UInt8](repeating: 0, count: 4096)
        while isReadable(fd) {
            let count = read(fd, &chunk, chunk.count)
            if count == 0 { return true }
            if count < 0 { return errno == EINTR ? nil : true }
            if bytes.count < limit { bytes += chunk[..<count] }
        }
        return nil
    }

    package func statusIfEnded() -> Status? {
        var status: Int32 = 0
        guard waitpid(pid, &status, WNOHANG) == pid else { return nil }
        readAvailable()
        let signal = status & 0x7f
        return signal == 0 ? .exited(status >> 8 & 0xff) : .signalled(signal)
    }

    /// With all that it has started in its process group.
    package func kill() {
        Glibc.kill(-pid, SIGKILL)
        var status: Int32 = 0
        waitpid(pid, &status, 0)
    }
}

/// True when a read would not wait (data, end of file or an error).
package func isReadable(_ fd: Int32) -> Bool {
    var entry = pollfd(fd: fd, events: Int16(POLLIN), revents: 0)
    return poll(&entry, 1, 0) > 0
}
