package import Effects
import Glibc
import JSON

/// The append-only record of advice: lines of JSON, each chained to the one before, on disk before anything is said to be
/// done. A second file holds the number and hash of the last line, so that lines cut off at the end are missed.
package struct AuditFile: Sendable {
    package let path: String
    private var head: String { path + ".head" }

    /// Waits for other writers, at most so long.
    private static let patience = Duration.seconds(10)
    private static let limit = 256 << 20

    package init(_ path: String) {
        self.path = path
    }

    /// What the file holds, as far as it is whole.
    package struct Content: Sendable {
        package let entries: [AuditEntry]
        /// What is wrong with the file, by line; nil when nothing is.
        package let damage: String?
        fileprivate let chain: AuditChain
        /// A crash or a full disk has left half a line at the end.
        fileprivate let isTorn: Bool

        package var lastHash: String { chain.last }
        /// The number of the next advice.
        package var nextAdvice: Int { (entries.map(\.advice).max() ?? 0) + 1 }
    }

    package func read() throws(FileError) -> Content {
        var bytes: [UInt8] = []
        do throws(FileError) {
            bytes = try SystemFiles().read(path, limit: Self.limit)
        } catch {
            if !error.isMissing { throw error }
        }
        return content(bytes)
    }

    private func content(_ bytes: [UInt8]) -> Content {
        var chain = AuditChain()
        var entries: [AuditEntry] = []
        var damage: String?
        let isTorn = bytes.last.map { $0 != UInt8(ascii: "\n") } ?? false
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        _ = lines.popLast()
        for (index, line) in lines.enumerated() {
            // Half a line that a writer after a crash has closed.
            if line.last == Self.tornMark { continue }
            do throws(AuditChain.Break) {
                entries.append(try chain.take(line))
            } catch {
                damage = "line \(index + 1) \(error.reason)"
                break
            }
        }
        return Content(entries: entries, damage: damage ?? headDamage(chain), chain: chain, isTorn: isTorn)
    }

    /// Ends half a line, so that it is not taken for one that was changed.
    private static let tornMark = UInt8(ascii: "~")

    private func headDamage(_ chain: AuditChain) -> String? {
        guard let bytes = try? SystemFiles().read(head, limit: 4096), let json = try? JSONValue(parsing: bytes), let count = json["n"]?.int else {
            return chain.count > 0 ? "\(head) is missing" : nil
        }
        if chain.count < count { return "\(count - chain.count) line\(count - chain.count == 1 ? " is" : "s are") missing at the end" }
        // The head is written after the line; a crash in between leaves it one behind.
        if chain.count == count, json["hash"]?.string != chain.last { return "the last line is not the one that was written" }
        return nil
    }

    /// Adds what `make` wants, given what is there. Nothing is added to a damaged file.
    package func append(clock: any Clock, _ make: (Content) -> [AuditEntry]) throws(AuditError) -> [AuditEntry] {
        do throws(FileError) {
            if let slash = path.lastIndex(of: "/") { try createFolder(String(path[..<slash])) }
            let fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
            guard fd >= 0 else { throw FileError(action: "open", path: path) }
            defer { close(fd) }
            try lock(fd, clock)
            return try append(fd, make)
        } catch {
            switch error.code {
            case EBADMSG: throw AuditError(reason: "\(path) is damaged, nothing was added to it", next: "awsjob advice verify; move the file aside to begin a new one")
            default: throw AuditError(reason: "\(error)", next: "mend that, then try again; nothing was recorded")
            }
        }
    }

    private func append(_ fd: Int32, _ make: (Content) -> [AuditEntry]) throws(FileError) -> [AuditEntry] {
        let content = try read()
        guard content.damage == nil else { throw FileError(action: "append to", path: path, code: EBADMSG) }
        let entries = make(content)
        guard !entries.isEmpty else { return [] }
        var (number, previous) = (content.chain.count, content.chain.last)
        // A crash behind the first line must not look like a head that was taken away.
        if number == 0 { try writeHead(number, previous) }
        var text = content.isTorn ? "\(Character(Unicode.Scalar(Self.tornMark)))\n" : ""
        for entry in entries {
            number += 1
            let line = AuditChain.line(entry, number: number, previous: previous)
            text += line.text + "\n"
            previous = line.hash
        }
        try writeAll(fd, Array(text.utf8), name: path)
        guard fdatasync(fd) == 0 else { throw FileError(action: "sync", path: path) }
        // The lines are recorded; a head that is behind is as after a crash.
        try? writeHead(number, previous)
        return entries
    }

    private func writeHead(_ number: Int, _ hash: String) throws(FileError) {
        var file = try AtomicFile(head)
        let latest: JSONValue = ["n": JSONValue(number), "hash": JSONValue(hash)]
        try file.commit(Array((latest.text + "\n").utf8))
    }

    private func lock(_ fd: Int32, _ clock: any Clock) throws(FileError) {
        let end = clock.instant + Self.patience
        while flock(fd, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR, clock.instant < end else { throw FileError(action: "lock", path: path) }
            usleep(20_000)
        }
    }
}

/// Why nothing was recorded.
package struct AuditError: Error, Equatable, Sendable {
    package let reason: String
    package let next: String
}
