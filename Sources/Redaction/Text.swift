/// The bytes that one scan looks at. Reading outside of them gives 0, so that a rule may look around itself without asking.
struct Text {
    let bytes: UnsafeBufferPointer<UInt8>

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    @inline(__always) var count: Int { bytes.count }

    @inline(__always)
    subscript(index: Int) -> UInt8 {
        UInt(bitPattern: index) < UInt(bitPattern: bytes.count) ? bytes[index] : 0
    }

    /// What of the range is there.
    @inline(__always)
    subscript(range: Range<Int>) -> Slice<UnsafeBufferPointer<UInt8>> { bytes[range.clamped(to: 0..<bytes.count)] }

    func string(_ range: Range<Int>) -> String { String(decoding: UnsafeBufferPointer(rebasing: self[range]), as: UTF8.self) }
    /// ASCII letters made small.
    func lowercased(_ range: Range<Int>) -> String {
        String(unsafeUninitializedCapacity: range.count) { letters in
            for (offset, byte) in self[range].enumerated() { letters[offset] = byte.lowercased }
            return self[range].count
        }
    }

    /// Whether `word`, in small letters, stands at `index` in letters of any case.
    func has(_ word: StaticString, at index: Int) -> Bool {
        guard index >= 0, index + word.utf8CodeUnitCount <= count else { return false }
        for offset in 0..<word.utf8CodeUnitCount where bytes[index + offset].lowercased != word.utf8Start[offset] { return false }
        return true
    }

    /// The first place of `word`, in small letters, within `range`.
    func firstIndex(of word: StaticString, in range: Range<Int>) -> Int? {
        let limit = min(range.upperBound, count) - word.utf8CodeUnitCount
        var index = max(0, range.lowerBound)
        while index <= limit {
            if bytes[index].lowercased == word.utf8Start[0], has(word, at: index) { return index }
            index += 1
        }
        return nil
    }

    func firstIndex(of byte: Unicode.Scalar, in range: Range<Int>) -> Int? {
        var index = max(0, range.lowerBound)
        while index < min(range.upperBound, count) {
            if bytes[index] == byte { return index }
            index += 1
        }
        return nil
    }

    /// The first index from `index` on whose byte does not belong to the class; at most `reach` bytes on. Wherever a line
    /// could make many rules look far, a reach keeps the time for it linear.
    @inline(__always)
    func skip(_ isMember: (UInt8) -> Bool, from index: Int, reach: Int = .max / 2) -> Int {
        var index = max(0, index)
        let end = min(count, index + reach)
        while index < end, isMember(bytes[index]) { index += 1 }
        return index
    }

    /// The start of the run of the class that ends before `index`.
    @inline(__always)
    func skipBack(_ isMember: (UInt8) -> Bool, from index: Int, reach: Int = .max / 2) -> Int {
        var index = min(count, index)
        let start = max(0, index - reach)
        while index > start, isMember(bytes[index - 1]) { index -= 1 }
        return index
    }

    func all(_ range: Range<Int>, _ isMember: (UInt8) -> Bool) -> Bool { skip(isMember, from: range.lowerBound) >= range.upperBound }
    @inline(__always)
    func number(in range: Range<Int>, of isMember: (UInt8) -> Bool) -> Int {
        var number = 0
        for byte in self[range] where isMember(byte) { number += 1 }
        return number
    }
    func contains(_ range: Range<Int>, _ isMember: (UInt8) -> Bool) -> Bool { self[range].contains(where: isMember) }
}

/// From `start` up to `end`, empty where the end stands before the start, instead of a trap: a rule that runs past its text must
/// find nothing, and whatever a log holds must not end the program.
@inline(__always) func between(_ start: Int, _ end: Int) -> Range<Int> { Range(uncheckedBounds: (start, max(start, end))) }

/// Classes of bytes, in ASCII; bytes above are part of words in no class.
extension UInt8 {
    @inline(__always) var lowercased: UInt8 { isUpper ? self | 0x20 : self }
    @inline(__always) var isUpper: Bool { self &- 0x41 < 26 }
    @inline(__always) var isLower: Bool { self &- 0x61 < 26 }
    @inline(__always) var isLetter: Bool { (self | 0x20) &- 0x61 < 26 }
    @inline(__always) var isDigit: Bool { self &- 0x30 < 10 }
    @inline(__always) var isAlphanumeric: Bool { isLetter || isDigit }
    @inline(__always) var isHexDigit: Bool { isDigit || (self | 0x20) &- 0x61 < 6 }
    /// Space, tab and line ends.
    @inline(__always) var isSpace: Bool { self == 0x20 || self &- 0x09 < 5 }
    @inline(__always) var isBlank: Bool { self == 0x20 || self == 0x09 }
    @inline(__always) var isQuote: Bool { self == 0x22 || self == 0x27 || self == 0x60 }
    /// Of names such as `spring.datasource.password`, `x-api-key`, `DB_PASS`.
    @inline(__always) var isNamePart: Bool { isAlphanumeric || self == 0x5f || self == 0x2d || self == 0x2e }
    @inline(__always) var isWordPart: Bool { isAlphanumeric || self == 0x5f }
    /// Of Base64 in either alphabet, padding included.
    @inline(__always) var isBase64: Bool { isAlphanumeric || self == 0x2b || self == 0x2f || self == 0x3d || self == 0x5f || self == 0x2d }
    @inline(__always) var isBase64URL: Bool { isWordPart || self == 0x2d }
    @inline(__always) var isPrintable: Bool { self &- 0x20 < 0x5f }

    @inline(__always) static func == (byte: UInt8, scalar: Unicode.Scalar) -> Bool { UInt32(byte) == scalar.value }
    @inline(__always) static func != (byte: UInt8, scalar: Unicode.Scalar) -> Bool { UInt32(byte) != scalar.value }
    @inline(__always) static func ~= (scalar: Unicode.Scalar, byte: UInt8) -> Bool { UInt32(byte) == scalar.value }
}
