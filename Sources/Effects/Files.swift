import CPosix
import Glibc

/// A system call that failed on a file, in the words of the system.
package struct FileError: Error, Equatable, CustomStringConvertible {
    package let action: String
    package let path: String
    package let code: Int32

    package init(action: String, path: String, code: Int32 = errno) {
        self.action = action
        self.path = path
        self.code = code
    }

    package var isMissing: Bool { code == ENOENT || code == ENOTDIR }
    package var description: String {
        // A line is cut at its end: the reason has to stay.
        let shown = path.utf8.count > 140 ? "\(path.prefix(60))…\(path.suffix(60))" : path
        return "could not \(action) \(shown): \(String(cString: strerror(code)))"
    }
}

/// What the pure parts read files through, so that tests give them a dictionary.
package protocol FileReader {
    /// The whole file. Fails over `limit` bytes with EFBIG.
    func read(_ path: String, limit: Int) throws(FileError) -> [UInt8]
}

package struct SystemFiles: FileReader, Sendable {
    package init() {}

    package func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
        // Without waiting for the other end of a pipe.
        let fd = awsjob_open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0)
        guard fd >= 0 else { throw FileError(action: "open", path: path) }
        defer { close(fd) }
        return try Self.readAll(fd, name: path, limit: limit)
    }

    /// Milliseconds that whoever writes into a pipe may take.
    private static let pipePatience: Int32 = 3000
    /// A file of any length in pieces of at most 1 MiB; `-` is standard input.
    package static func readPieces(_ path: String, _ take: ([UInt8]) -> Void) throws(FileError) {
        let fd = path == "-" ? 0 : awsjob_open(path, O_RDONLY | O_CLOEXEC, 0)
        guard fd >= 0 else { throw FileError(action: "open", path: path) }
        defer { if path != "-" { close(fd) } }
        var piece = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = Glibc.read(fd, &piece, piece.count)
            if count == 0 { return }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw FileError(action: "read", path: path == "-" ? "standard input" : path) }
            take(count == piece.count ? piece : Array(piece[..<count]))
        }
    }

    /// Fails with EINTR as soon as `interrupt` is readable.
    package static func readAll(_ fd: Int32, name: String, limit: Int, interrupt: Int32? = nil) throws(FileError) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        while true {
            if let interrupt {
                var entries = [fd, interrupt].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
                poll(&entries, 2, -1)
                guard entries[1].revents == 0 else { throw FileError(action: "read", path: name, code: EINTR) }
            }
            let count = Glibc.read(fd, &chunk, chunk.count)
            if count == 0 { return bytes }
            if count < 0 {
                if errno == EINTR { continue }
                var entry = pollfd(fd: fd, events: Int16(POLLIN), revents: 0)
                if errno == EAGAIN, poll(&entry, 1, Self.pipePatience) > 0 { continue }
                throw FileError(action: "read", path: name)
            }
            bytes += chunk[..<count]
            guard bytes.count <= limit else { throw FileError(action: "read", path: name, code: EFBIG) }
        }
    }
}

/// A file that appears whole or not at all: written beside its place under another name, synced, renamed. Mode 0600.
package struct AtomicFile: ~Copyable {
    private let path: String
    private let temporary: String
    private var fd: Int32

    /// Opens the temporary file at once, so that an unwritable place is known before any work starts.
    package init(_ path: String) throws(FileError) {
        self.path = path
        if let device = Self.openDevice(path) {
            (temporary, fd) = (path, device)
            guard fd >= 0 else { throw FileError(action: "open", path: path) }
            return
        }
        temporary = path + ".\(getpid()).part"
        fd = awsjob_open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard fd >= 0 else { throw FileError(action: "create", path: path) }
        var place = stat()
        if stat(path, &place) == 0, place.st_mode & S_IFMT == S_IFDIR {
            discard()
            throw FileError(action: "create", path: path, code: EISDIR)
        }
    }

    /// `/dev/null`, a terminal, a pipe, or `/dev/stdout` whatever that is, cannot be renamed over; they are written directly.
    /// Nil for anything else, -1 with errno on failure.
    private static func openDevice(_ path: String) -> Int32? {
        var place = stat()
        guard stat(path, &place) == 0, place.st_mode & S_IFMT != S_IFDIR else { return nil }
        let isDescriptor = ["/dev/std", "/dev/fd/", "/proc/"].contains { path.hasPrefix($0) }
        if place.st_mode & S_IFMT == S_IFREG, !isDescriptor { return nil }
        return awsjob_open(path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0)
    }

    package mutating func commit(_ bytes: [UInt8]) throws(FileError) {
        defer { discard() }
        try writeAll(fd, bytes, name: path)
        guard temporary != path else { return }
        guard fsync(fd) == 0, rename(temporary, path) == 0 else { throw FileError(action: "write", path: path) }
    }

    /// Drops the temporary file when nothing was committed.
    package mutating func discard() {
        guard fd >= 0 else { return }
        close(fd)
        fd = -1
        if temporary != path { unlink(temporary) }
    }
}

/// Waits for bytes and takes as many as there are; 0 at the end.
package func readSome(_ fd: Int32, into chunk: inout [UInt8], name: String) throws(FileError) -> Int {
    while true {
        let count = Glibc.read(fd, &chunk, chunk.count)
        if count >= 0 { return count }
        guard errno == EINTR else { throw FileError(action: "read", path: name) }
    }
}

/// Writes every byte, however often the system takes only some.
package func writeAll(_ fd: Int32, _ bytes: [UInt8], name: String) throws(FileError) {
    var written = 0
    while written < bytes.count {
        let count = bytes.withUnsafeBytes { Glibc.write(fd, $0.baseAddress?.advanced(by: written), bytes.count - written) }
        if count < 0 && (errno == EINTR || errno == EAGAIN && isWritable(fd)) { continue }
        guard count > 0 else { throw FileError(action: "write", path: name) }
        written += count
    }
}

/// Waits ten seconds at most for a reader of what never blocks.
private func isWritable(_ fd: Int32) -> Bool {
    var entry = pollfd(fd: fd, events: Int16(POLLOUT), revents: 0)
    return poll(&entry, 1, 10_000) > 0
}

/// Creates a folder and its parents, for the owner alone (mode 0700). Existing folders stay as they are.
package func createFolder(_ path: String) throws(FileError) {
    var place = stat()
    if stat(path, &place) == 0 {
        if place.st_mode & S_IFMT == S_IFDIR { return }
        throw FileError(action: "create folder", path: path, code: ENOTDIR)
    }
    if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
        try createFolder(String(path[..<slash]))
    }
    guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw FileError(action: "create folder", path: path) }
}
