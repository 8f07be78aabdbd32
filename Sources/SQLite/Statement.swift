import CSQLite

package enum SQLiteValue: Equatable, Sendable {
    case null
    case integer(Int64)
    case text(String)

    package init(_ text: String?) { self = text.map { .text($0) } ?? .null }
    package init(_ number: Int64?) { self = number.map { .integer($0) } ?? .null }
    package init(_ number: Int?) { self.init(number.map { Int64($0) }) }
}

/// A prepared statement; can be bound and run again.
package final class Statement {
    private let handle: OpaquePointer
    private let database: Database

    init(_ handle: OpaquePointer, of database: Database) {
        (self.handle, self.database) = (handle, database)
    }

    deinit {
        sqlite3_finalize(handle)
    }

    /// For "?1", "?2" … in their order. Starts the statement anew.
    package func bind(_ values: [SQLiteValue]) throws(SQLiteError) {
        sqlite3_reset(handle)
        for (index, value) in values.enumerated() {
            let place = Int32(index + 1)
            switch value {
            case .null: try database.check(sqlite3_bind_null(handle, place))
            case .integer(let number): try database.check(sqlite3_bind_int64(handle, place, number))
            case .text(var text):
                let code = text.withUTF8 { bytes in
                    bytes.withMemoryRebound(to: CChar.self) { awsjob_bind_text(handle, place, $0.baseAddress, Int32(clamping: $0.count)) }
                }
                try database.check(code)
            }
        }
    }

    /// True when there is a row to read.
    package func step() throws(SQLiteError) -> Bool {
        let code = sqlite3_step(handle)
        try database.check(code)
        return code == SQLITE_ROW
    }

    /// Nil for NULL.
    package func integer(_ column: Int) -> Int64? {
        isNull(column) ? nil : sqlite3_column_int64(handle, Int32(column))
    }

    package func text(_ column: Int) -> String? {
        guard !isNull(column), let bytes = sqlite3_column_text(handle, Int32(column)) else { return nil }
        let count = Int(sqlite3_column_bytes(handle, Int32(column)))
        return String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    }

    private func isNull(_ column: Int) -> Bool { sqlite3_column_type(handle, Int32(column)) == SQLITE_NULL }
}
