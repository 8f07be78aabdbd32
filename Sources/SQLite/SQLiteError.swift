/// What SQLite answered instead of doing as asked (https://www.sqlite.org/rescode.html).
package struct SQLiteError: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Kind: Equatable, Sendable {
        /// Another process holds the lock.
        case busy
        /// No database, or a damaged one.
        case damaged
        case full
        case readOnly
        case cannotOpen
        case other
    }

    package let kind: Kind
    /// In SQLite's words.
    package let description: String

    package init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
