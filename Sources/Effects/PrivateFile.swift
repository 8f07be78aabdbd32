import CPosix
import Glibc

/// Why a file is not taken for one that only its owner reads and writes.
package enum PrivateFileError: Error, Equatable, CustomStringConvertible {
    case file(FileError)
    /// Others may read or write it, or somebody else owns it.
    case exposed(path: String, mode: UInt32)

    package var isExposed: Bool { if case .exposed = self { true } else { false } }
    package var isMissing: Bool { if case .file(let error) = self { error.isMissing } else { false } }

    package var description: String {
        switch self {
        case .file(let error): error.description
        case .exposed(let path, let mode): "\(path) has mode 0\(String(mode, radix: 8)) or another owner, and must be this user's alone"
        }
    }
}

/// A file of mode 0600 (or less) of this user: keys, and state that several processes share.
package struct PrivateFile: Sendable {
    private let path: String

    package init(_ path: String) {
        self.path = path
    }

    package func read(limit: Int) throws(PrivateFileError) -> [UInt8] {
        let fd = awsjob_open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0)
        guard fd >= 0 else { throw .file(FileError(action: "open", path: path)) }
        defer { close(fd) }
        var file = stat()
        guard fstat(fd, &file) == 0 else { throw .file(FileError(action: "look at", path: path)) }
        guard file.st_mode & S_IFMT == S_IFREG else { throw .file(FileError(action: "read", path: path, code: EINVAL)) }
        guard file.st_mode & 0o077 == 0, file.st_uid == geteuid() else { throw .exposed(path: path, mode: file.st_mode & 0o777) }
        do throws(FileError) {
            return try SystemFiles.readAll(fd, name: path, limit: limit)
        } catch { throw .file(error) }
    }

    /// Nil when there is no such file.
    package func readIfPresent(limit: Int) throws(PrivateFileError) -> [UInt8]? {
        do throws(PrivateFileError) {
            return try read(limit: limit)
        } catch {
            if error.isMissing { return nil }
            throw error
        }
    }

    /// Puts a whole new file in its place.
    package func replace(_ bytes: [UInt8]) throws(PrivateFileError) {
        do throws(FileError) {
            var file = try AtomicFile(path)
            try file.commit(bytes)
        } catch { throw .file(error) }
    }
}

/// Keeps other processes of this program from a file, until it goes out of scope or the process ends.
package struct FileLock: ~Copyable {
    private let fd: Int32

    /// Waits at most `patience` for whoever holds it; fails with EWOULDBLOCK then.
    package init(_ path: String, patience: Duration) throws(PrivateFileError) {
        fd = awsjob_open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard fd >= 0 else { throw .file(FileError(action: "open", path: path)) }
        var left = patience.milliseconds
        while flock(fd, LOCK_EX | LOCK_NB) != 0 {
            let code = errno
            guard code == EWOULDBLOCK || code == EINTR, left > 0 else {
                close(fd)
                throw .file(FileError(action: "lock", path: path, code: code))
            }
            poll(nil, 0, 10)
            left -= 10
        }
    }

    deinit { close(fd) }

    package consuming func release() {}
}
