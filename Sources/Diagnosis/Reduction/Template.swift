/// What a line has in common with others of its kind: the line with its numbers, ids and quoted values left out, as a hash
/// (FNV-1a, 64 bits). A word with a digit in it is a value; so is everything between quotes.
package struct Template: Hashable, Sendable {
    package let hash: UInt64

    package init(_ line: UnsafeBufferPointer<UInt8>) {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        var index = 0
        func take(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        while index < line.count {
            let byte = line[index]
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'"), let close = line[(index + 1)...].prefix(200).firstIndex(of: byte) {
                take(1)
                index = close + 1
            } else if ASCII.isWord(byte) {
                var end = index
                var hasDigit = false
                while end < line.count, ASCII.isWord(line[end]) {
                    hasDigit = hasDigit || ASCII.isDigit(line[end])
                    end += 1
                }
                if hasDigit { take(2) } else { line[index..<end].forEach(take) }
                index = end
            } else {
                // Runs of blanks are one blank.
                if !ASCII.isSpace(byte) { take(byte) } else if index == 0 || !ASCII.isSpace(line[index - 1]) { take(3) }
                index += 1
            }
        }
        self.hash = hash
    }
}

/// The kinds of lines that successful runs of the job log.
package struct Baseline: Sendable {
    package private(set) var templates: Set<Template> = []
    /// A log with more kinds of lines than this has none that are usual.
    package static let limit = 50_000

    package init() {}

    package mutating func add(_ block: [UInt8]) {
        block.withUnsafeBufferPointer { bytes in
            for line in bytes.split(separator: UInt8(ascii: "\n")) where templates.count < Self.limit {
                templates.insert(Template(UnsafeBufferPointer(rebasing: line)))
            }
        }
    }
}
