import CSQLite

/// A connection to one SQLite file. Never waits for locks by itself: a locked file is an error of kind `busy`, and whoever
/// calls decides how long to try again.
package final class Database {
    package enum Access: Equatable, Sendable {
        case readWrite
        case readOnly
        /// Reads without locks and without a shared-memory file: where nothing can be written beside the database.
        case immutable
    }

    private let handle: OpaquePointer

    /// The file has to exist.
    package init(_ path: String, _ access: Access) throws(SQLiteError) {
        var opened: OpaquePointer?
        let flags = (access == .readWrite ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY) | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let code = sqlite3_open_v2(Self.uri(path) + (access == .immutable ? "?immutable=1" : ""), &opened, flags, nil)
        guard code == SQLITE_OK, let opened else {
            let error = Self.error(code, opened)
            sqlite3_close_v2(opened)
            throw error
        }
        handle = opened
    }

    deinit {
        sqlite3_close_v2(handle)
    }

    /// A path as a URI: "?", "#" and "%" would mean something there.
    private static func uri(_ path: String) -> String {
        // String's searches take longer than SQLite takes to open the file.
        guard path.utf8.contains(where: { "%?#".utf8.contains($0) }) else { return "file:" + path }
        return "file:" + path.replacing("%", with: "%25").replacing("?", with: "%3f").replacing("#", with: "%23")
    }

    /// For short-lived writers: what the log holds is moved into the file once it is 64 pages, by whoever writes then, and not
    /// by everyone who closes.
    package func leaveLogAtClose() throws(SQLiteError) {
        awsjob_keep_log(handle)
        try execute("PRAGMA wal_autocheckpoint = 64")
    }

    /// One or several statements without values.
    package func execute(_ sql: String) throws(SQLiteError) {
        try check(sqlite3_exec(handle, sql, nil, nil, nil))
    }

    package func prepare(_ sql: String) throws(SQLiteError) -> Statement {
        var statement: OpaquePointer?
        try check(sqlite3_prepare_v2(handle, sql, -1, &statement, nil))
        guard let statement else { throw SQLiteError(.other, "no statement in \(sql)") }
        return Statement(statement, of: self)
    }

    /// Runs one statement to its end.
    package func run(_ sql: String, _ values: [SQLiteValue] = []) throws(SQLiteError) {
        let statement = try prepare(sql)
        try statement.bind(values)
        while try statement.step() {}
    }

    /// The first column of the first row of a query.
    package func integer(_ sql: String, _ values: [SQLiteValue] = []) throws(SQLiteError) -> Int64? {
        let statement = try prepare(sql)
        try statement.bind(values)
        return try statement.step() ? statement.integer(0) : nil
    }

    package func text(_ sql: String) throws(SQLiteError) -> String? {
        let statement = try prepare(sql)
        return try statement.step() ? statement.text(0) : nil
    }

    /// Rows that the last INSERT, UPDATE or DELETE changed.
    package var changes: Int { Int(sqlite3_changes(handle)) }

    /// All of `body` or nothing of it; the write lock is taken at once, so that nothing after it meets a lock (WAL).
    package func transaction(_ body: () throws(SQLiteError) -> Void) throws(SQLiteError) {
        try execute("BEGIN IMMEDIATE")
        do throws(SQLiteError) {
            try body()
            try execute("COMMIT")
        } catch {
            // SQLite has rolled back by itself after some errors.
            if sqlite3_get_autocommit(handle) == 0 { try? execute("ROLLBACK") }
            throw error
        }
    }

    func check(_ code: Int32) throws(SQLiteError) {
        guard code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE else { throw Self.error(code, handle) }
    }

    private static func error(_ code: Int32, _ handle: OpaquePointer?) -> SQLiteError {
        let words = handle.flatMap { sqlite3_errmsg($0) } ?? sqlite3_errstr(code)
        let kind: SQLiteError.Kind =
            switch code & 0xff {
            case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_PROTOCOL: .busy
            case SQLITE_CORRUPT, SQLITE_NOTADB: .damaged
            case SQLITE_FULL: .full
            case SQLITE_READONLY: .readOnly
            case SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_AUTH: .cannotOpen
            default: .other
            }
        return SQLiteError(kind, words.map { String(cString: $0) } ?? "error \(code)")
    }
}
