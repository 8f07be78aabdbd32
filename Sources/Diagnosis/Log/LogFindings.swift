/// A class that a line of the log speaks for.
struct Sighting: Sendable {
    let classIndex: Int
    let isWeak: Bool
    let line: LogLine
    /// Counts lines that begin a record: stack frames do not make two errors distant.
    let head: Int
    /// Lines of one record, and of exceptions chained to it, share this.
    let record: Int
    /// Pieces of work done before it.
    let progress: Int
    /// It calls itself an error.
    let isMarked: Bool
    let isFatal: Bool
    /// A warning, or something that was to be tried again.
    var isSoft: Bool
    /// It worked again later.
    var isRecovered = false
    var isExhausted = false
}

/// A line of the log by our number, from 1, without its line feed.
package struct LogLine: Equatable, Sendable {
    package let number: Int
    package let bytes: [UInt8]

    /// Of a longer line the beginning is kept.
    private static let limit = 16_384

    init(number: Int, bytes: [UInt8]) {
        self.number = number
        guard bytes.count > Self.limit else {
            self.bytes = bytes
            return
        }
        // Not within a character.
        let end = (0...3).map { Self.limit - $0 }.first { bytes[$0] & 0xc0 != 0x80 } ?? Self.limit
        self.bytes = Array(bytes[..<end])
    }
}

/// A line that says that something went wrong, in words that the catalogue does not know.
struct UnknownError: Sendable {
    let line: LogLine
    let head: Int
    let record: Int
    let progress: Int
    /// An exception that nothing handled: it stands there without a level, or its frames follow.
    var isException: Bool
    /// It only says that the whole failed.
    let isVerdict: Bool
    /// It calls itself an error.
    let isMarked: Bool
}

/// What a log says about its failure, in bounded room however long it is.
package struct LogFindings: Sendable {
    var sightings: [Sighting] = []
    var unknown: [UnknownError] = []
    package internal(set) var lines = 0
    package internal(set) var bytes = 0
    var heads = 0
    /// What stands alone in the line below "exit status:".
    var statedExitCode: (code: Int, line: LogLine)?
    var progress = 0
    /// Null bytes among the first ones: no text.
    package internal(set) var isBinary = false
    /// Lines that gave orders to the reader; they were not followed.
    package internal(set) var orders = 0

    /// Of no log.
    package init() {}
}
