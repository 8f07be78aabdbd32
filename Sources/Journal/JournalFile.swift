import CPosix
package import Effects
import Glibc
import JSON

/// The journal of one run: a file of JSON lines, each on disk before the next step is taken. The truth about the run.
///
/// Two byte locks (open file description locks, so they work over NFS and end with the process):
/// the gate is held by one process while it decides, starts, adopts or stops; `live` is shared by every runner of the run
/// for as long as it lives.
package final class JournalFile {
    package let path: String
    private let fd: Int32

    private static let gate: off_t = 0
    private static let live: off_t = 1

    package convenience init(creating path: String) throws(FileError) {
        if let slash = path.lastIndex(of: "/") { try createFolder(String(path[..<slash])) }
        try self.init(path, flags: O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW)
    }

    package convenience init(existing path: String) throws(FileError) {
        try self.init(path, flags: O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW)
    }

    private init(_ path: String, flags: Int32) throws(FileError) {
        self.path = path
        fd = awsjob_open(path, flags, 0o600)
        guard fd >= 0 else { throw FileError(action: "open", path: path) }
    }

    deinit {
        close(fd)
    }

    // MARK: Locks

    package enum Lock: Sendable { case gate, live, onlyLive }

    /// Never waits. `onlyLive` succeeds when no other process is live.
    package func tryLock(_ lock: Lock) throws(FileError) -> Bool {
        let (kind, offset) =
            switch lock {
            case .gate: (F_WRLCK, Self.gate)
            case .live: (F_RDLCK, Self.live)
            case .onlyLive: (F_WRLCK, Self.live)
            }
        let code = awsjob_lock_byte(fd, Int16(kind), offset)
        // Anything but "somebody has it" is a file system without locks.
        guard [0, EAGAIN, EACCES].contains(code) else { throw FileError(action: "lock", path: path, code: code) }
        return code == 0
    }

    package func unlock(_ lock: Lock) {
        _ = awsjob_lock_byte(fd, Int16(F_UNLCK), lock == .gate ? Self.gate : Self.live)
    }

    // MARK: Records

    package func append(_ records: [JournalRecord], at time: Timestamp) throws(FileError) {
        var text = endsInsideLine() ? "\n" : ""
        for record in records { text += record.json(at: time).text + "\n" }
        try writeAll(fd, Array(text.utf8), name: path)
        guard fdatasync(fd) == 0 else { throw FileError(action: "sync", path: path) }
    }

    /// A crash or a full disk can leave half a line behind.
    private func endsInsideLine() -> Bool {
        let size = lseek(fd, 0, SEEK_END)
        var last: UInt8 = 0
        return size > 0 && pread(fd, &last, 1, size - 1) == 1 && last != UInt8(ascii: "\n")
    }

    /// The run as its whole lines tell it; a torn line is passed over.
    package func read() throws(FileError) -> RunJournal {
        guard lseek(fd, 0, SEEK_SET) == 0 else { throw FileError(action: "read", path: path) }
        let bytes = try SystemFiles.readAll(fd, name: path, limit: 16 << 20)
        var journal = RunJournal()
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            if let json = try? JSONValue(parsing: Array(line)), let record = JournalRecord(json) {
                journal.apply(record, at: json["time"]?.string.flatMap(Timestamp.init(iso8601:)))
            }
        }
        return journal
    }

    /// Makes the new file's name itself durable.
    package func syncFolder() {
        guard let slash = path.lastIndex(of: "/") else { return }
        let folder = awsjob_open(String(path[..<slash]), O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
        if folder >= 0 {
            fsync(folder)
            close(folder)
        }
    }
}
