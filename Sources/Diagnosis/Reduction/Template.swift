/// What a line has in common with others of its kind: the line with its numbers and ids left out, as a hash (FNV-1a, 64 bits).
/// A word with a digit in it is a value.
package struct Template: Hashable, Sendable {
    package let hash: UInt64

    /// Of a longer line the beginning tells its kind.
    private static let reach = 1024

    init(hash: UInt64) { self.hash = hash }

    /// What is between quotes is a value too.
    package init(_ line: UnsafeBufferPointer<UInt8>) { hash = Self.hash(line, isExact: false) }

    /// Nearer to the text, for telling errors apart: quoted words stay, and so do numbers that are codes.
    init(exact line: UnsafeBufferPointer<UInt8>) { hash = Self.hash(UnsafeBufferPointer(rebasing: line.prefix(Self.reach)), isExact: true) }

    private static func hash(_ line: UnsafeBufferPointer<UInt8>, isExact: Bool) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        var index = 0
        func take(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        while index < line.count {
            let byte = line[index]
            if !isExact, byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'"), let close = line[(index + 1)...].prefix(200).firstIndex(of: byte) {
                take(1)
                index = close + 1
            } else if ASCII.isWord(byte) {
                var end = index
                var hasDigit = false
                while end < line.count, ASCII.isWord(line[end]) {
                    hasDigit = hasDigit || ASCII.isDigit(line[end])
                    end += 1
                }
                if hasDigit, !isExact || !isCode(index..<end, in: line) { take(2) } else { line[index..<end].forEach(take) }
                index = end
            } else {
                // Runs of blanks are one blank.
                if !ASCII.isSpace(byte) { take(byte) } else if index == 0 || !ASCII.isSpace(line[index - 1]) { take(3) }
                index += 1
            }
        }
        return hash
    }

    private static let codeWords = ["code", "status", "errno", "exit", "rc", "http", "sqlcode", "sqlstate", "signal", "returned"].map { Array($0.utf8) }

    /// `ORA-00942`, `IGN4021`, `exit code 3`, `status=503`, the 500 of `"GET / HTTP/1.1" 500`.
    private static func isCode(_ word: Range<Int>, in line: UnsafeBufferPointer<UInt8>) -> Bool {
        let capitals = line[word].prefix { $0 &- 0x41 < 26 }.count
        if capitals >= 2 { return true }
        var end = word.lowerBound
        while end > 0, !ASCII.isWord(line[end - 1]), word.lowerBound - end < 3 { end -= 1 }
        guard end > 0, end < word.lowerBound else { return false }
        if line[end] == UInt8(ascii: "\"") { return true }
        var start = end
        while start > 0, ASCII.isWord(line[start - 1]) { start -= 1 }
        let before = line[start..<end]
        if line[end] == UInt8(ascii: "-"), before.count >= 2, before.allSatisfy({ $0 &- 0x41 < 26 }) { return true }
        return before.count <= 8 && codeWords.contains { $0.elementsEqual(before.lazy.map(ASCII.lower)) }
    }
}
