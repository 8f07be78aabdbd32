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

    /// A runner of the run lives. Takes no lock, so that a runner that starts just now is not kept from its own.
    package var isLive: Bool { awsjob_byte_holder(fd, Self.live) == F_RDLCK }

    /// The file has been pruned since it was opened: its locks and lines reach nobody any more.
    package var isUnlinked: Bool {
        var place = stat()
        return fstat(fd, &place) == 0 && place.st_nlink == 0
    }

    package func unlock(_ lock: Lock) {
        _ = awsjob_lock_byte(fd, Int16(F_UNLCK), lock == .gate ? Self.gate : Self.live)
    }

    // MARK: Records

    package func append(_ records: [JournalRecord], at time: Timestamp) throws(FileError) {
        try append(lines: records.map { $0.line(at: time) })
    }

    /// Records as lines, see `JournalRecord.line`. What is not `isDurable` outlives this process, but not a loss of power.
    package func append(lines: [String], isDurable: Bool = true) throws(FileError) { try append(lines, isDurable: isDurable, looksBack: true) }

    /// Of these lines of the same run, from other hosts, those that are not here yet, in their order.
    package func take(_ lines: [String]) throws(FileError) {
        var known = Set(try recordLines())
        let new = lines.filter { known.insert($0).inserted }
        if !new.isEmpty { try append(lines: new) }
    }

    /// Without the notes.
    package func recordLines() throws(FileError) -> [String] {
        try lines().filter { !RunnerNote.isNote($0) }.map { String(decoding: $0, as: UTF8.self) }
    }

    package func append(_ note: RunnerNote, at time: Timestamp, isDurable: Bool) throws(FileError) {
        // Nothing depends on a note that is lost behind half a line of another process.
        try append([note.json(at: time).text], isDurable: isDurable, looksBack: isDurable)
    }

    private func append(_ lines: [String], isDurable: Bool, looksBack: Bool) throws(FileError) {
        var text = looksBack && endsInsideLine() ? "\n" : ""
        for line in lines { text += line + "\n" }
        try writeAll(fd, Array(text.utf8), name: path)
        guard !isDurable || fdatasync(fd) == 0 else { throw FileError(action: "sync", path: path) }
    }

    /// A crash or a full disk can leave half a line behind.
    private func endsInsideLine() -> Bool {
        let size = lseek(fd, 0, SEEK_END)
        var last: UInt8 = 0
        return size > 0 && pread(fd, &last, 1, size - 1) == 1 && last != UInt8(ascii: "\n")
    }

    /// The run as its whole lines tell it; a torn line is passed over.
    package func read() throws(FileError) -> RunJournal {
        RunJournal(lines: try lines().filter { !RunnerNote.isNote($0) })
    }

    /// The run, and what its runners noted beside it.
    package func readWithNotes() throws(FileError) -> NotedJournal {
        var noted = NotedJournal()
        for line in try lines() {
            guard let json = try? JSONValue(parsing: Array(line)) else { continue }
            let time = JournalRecord.time(json)
            noted.advance(to: time)
            if let note = RunnerNote(json) {
                noted.notes.append((note, time ?? Timestamp(millisecondsSinceEpoch: 0)))
            } else if let record = JournalRecord(json) {
                noted.journal.apply(record, at: time)
            }
        }
        return noted
    }

    private func lines() throws(FileError) -> [ArraySlice<UInt8>] {
        guard lseek(fd, 0, SEEK_SET) == 0 else { throw FileError(action: "read", path: path) }
        return try SystemFiles.readAll(fd, name: path, limit: 64 << 20).split(separator: UInt8(ascii: "\n"))
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
