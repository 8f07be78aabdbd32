import Glibc

/// How random a word looks.
extension Text {
    /// Shannon entropy in bits per byte.
    func entropy(_ range: Range<Int>) -> Double {
        var counts = [Int](repeating: 0, count: 256)
        for byte in self[range] { counts[Int(byte)] += 1 }
        let total = Double(range.count)
        return counts.reduce(0) { sum, count in count == 0 ? sum : sum - Double(count) / total * log2(Double(count) / total) }
    }

    /// A key or token rather than a word, a number, an id or a path: `minimum` bytes, letters and digits mixed.
    func looksRandom(_ range: Range<Int>, minimum: Int = 16) -> Bool {
        guard range.count >= minimum, range.count < 4096 else { return range.count >= 4096 }
        let digits = number(in: range) { $0.isDigit }
        let upper = number(in: range) { $0.isUpper }
        let lower = number(in: range) { $0.isLower }
        guard digits + upper + lower > 0, digits < range.count else { return false }
        if isUUID(range) || isPath(range) { return false }
        if all(range, \.isHexDigit) { return range.count >= 20 && entropy(range) > 2.8 }
        let kinds = (digits > 0 ? 1 : 0) + (upper > 0 ? 1 : 0) + (lower > 0 ? 1 : 0)
        if kinds == 3, range.count >= 32, entropy(range) > 4.3 { return true }
        return kinds >= 2 && digits >= 2 && entropy(range) > (range.count < 24 ? 3.0 : 3.3)
    }

    /// 8-4-4-4-12 hex digits.
    func isUUID(_ range: Range<Int>) -> Bool {
        guard range.count == 36 else { return false }
        for (offset, byte) in self[range].enumerated() {
            guard [8, 13, 18, 23].contains(offset) ? byte == "-" : byte.isHexDigit else { return false }
        }
        return true
    }

    /// A password rather than an English word: a digit or a sign among letters.
    func looksChosen(_ range: Range<Int>) -> Bool {
        guard range.count >= 5 else { return false }
        let letters = number(in: range) { $0.isLetter }
        let signs = number(in: range.dropLast()) { !$0.isAlphanumeric && $0 != "-" && $0 != "." && $0 != "/" && $0 != "'"
            && $0 != "," && $0 != "_" && $0 != "(" }
        let others = signs + number(in: range) { $0.isDigit }
        return letters >= 2 && others >= 1 && !isPath(range) && self[range.upperBound - 1] != ":" && self[range.upperBound - 1] != "="
    }
}
