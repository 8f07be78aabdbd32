package import Effects
import Glibc
import SQLite

/// The history of one host: a SQLite file that hundreds of runners write to. Nobody waits for a lock longer than its
/// patience; what could not be written stays in the journals.
package final class SQLiteHistory: HistoryStore {
    let file: StoreFile
    private let patience: StorePatience
    let clock: any Clock
    private let warn: (String) -> Void
    private let usesWriteAheadLog: Bool
    var database: Database?
    private var access = Database.Access.readWrite

    package var name: String { file.path }

    /// `isOnNetwork`: nil to ask the file system.
    package init(_ path: String, clock: any Clock, patience: StorePatience, isOnNetwork: Bool? = nil, warn: @escaping (String) -> Void) {
        file = StoreFile(path: path)
        (self.clock, self.patience, self.warn) = (clock, patience, warn)
        usesWriteAheadLog = !(isOnNetwork ?? file.isOnNetwork)
    }

    // MARK: Opening

    /// Makes the file when there is none.
    func writable() throws(HistoryError) -> Database {
        if let database, access == .readWrite { return database }
        do throws(FileError) {
            if !file.exists { try file.create() }
            if try file.closeToOthers() { warn("\(file.path) could be read by other users; its mode is 0600 now") }
        } catch {
            throw HistoryError(error.code == EROFS || error.code == EACCES || error.code == EPERM ? .readOnly : .other, "\(error)", next: "run as the owner of \(file.path)")
        }
        let opened = try attempt { () throws(SQLiteError) in
            let opened = try Database(file.path, .readWrite)
            try opened.execute("PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF")
            try opened.leaveLogAtClose()
            return opened
        }
        let found = try attempt { () throws(SQLiteError) in try Schema.found(opened) }
        guard found <= Schema.version else { throw newer(found) }
        try attempt { () throws(SQLiteError) in
            if found == 0 { try opened.execute("PRAGMA journal_mode = \(usesWriteAheadLog ? "WAL" : "TRUNCATE")") }
            if found < Schema.version { try Schema.migrate(opened) }
        }
        (database, access) = (opened, .readWrite)
        return opened
    }

    /// As much access as there is: read and write, else read, else read a file that nobody can be writing to.
    func readable() throws(HistoryError) -> Database {
        if let database { return database }
        guard file.exists else { throw nothingYet }
        var failure: HistoryError?
        for access in [Database.Access.readWrite, .readOnly, .immutable] {
            do throws(HistoryError) {
                let opened = try attempt { () throws(SQLiteError) -> Database? in
                    let opened = try Database(file.path, access)
                    // The first look at the file; opening alone does not take one.
                    return try Schema.found(opened) > 0 ? opened : nil
                }
                guard let opened else { throw nothingYet }
                (database, self.access) = (opened, access == .readWrite ? .readOnly : access)
                return opened
            } catch {
                if [.damaged, .locked, .missing].contains(error.kind) { throw error }
                failure = failure ?? error
            }
        }
        throw failure ?? HistoryError(.other, "could not open \(file.path)", next: "check its mode")
    }

    private var nothingYet: HistoryError { HistoryError(.missing, "no run has been recorded in \(file.path) yet", next: "run something, or awsjob history init") }

    private func newer(_ found: Int64) -> HistoryError {
        HistoryError(.newer, "\(file.path) is of version \(found), this awsjob knows \(Schema.version): it is read, not written", next: "use the newer awsjob that wrote it")
    }

    /// Tries again while somebody else has the lock, as long as patience lasts; pauses differ so that hundreds do not meet again.
    @discardableResult
    func attempt<Result>(_ body: () throws(SQLiteError) -> Result) throws(HistoryError) -> Result {
        while true {
            do throws(SQLiteError) {
                return try body()
            } catch {
                guard error.kind == .busy, patience.remaining() > .zero else { throw explained(error) }
                patience.pause(min(.milliseconds(Int64.random(in: 2...40)), patience.remaining()))
            }
        }
    }

    func explained(_ error: SQLiteError) -> HistoryError {
        switch error.kind {
        case .busy: HistoryError(.locked, "\(file.path) is locked by another process", next: "look who holds it (fuser); the run stays in its journal and is recorded later")
        case .damaged: HistoryError(.damaged, "\(file.path) is damaged (\(error))", next: "awsjob history init --set-aside; it begins anew from the journals")
        case .full: HistoryError(.other, "no space for \(file.path) (\(error))", next: "make room; the run stays in its journal and is recorded later")
        case .readOnly, .cannotOpen: HistoryError(.readOnly, "\(file.path) cannot be written (\(error))", next: "check the mode of it and of its folder")
        case .other: HistoryError(.other, "\(file.path): \(error)", next: "make room, or check the disk; the run stays in its journal and is recorded later")
        }
    }
}
