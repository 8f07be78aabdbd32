import Glibc

/// Reads a JSON text from front to back without building values, for replies that are large and mostly text.
package struct JSONScanner {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var at = 0

    /// `bytes` must outlive the scanner.
    package init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    /// The inside of a string as it stands in the text.
    package struct Text {
        package let range: Range<Int>
        package let hasEscapes: Bool
    }

    /// Bytes that have been passed over.
    package var offset: Int { at }

    /// Passes over bytes that are the same as those at `range`: what stands between the values of records of one shape.
    package mutating func take(repeating range: Range<Int>) -> Bool {
        guard let base = bytes.baseAddress, at + range.count <= bytes.count, memcmp(base + at, base + range.lowerBound, range.count) == 0 else { return false }
        at += range.count
        return true
    }

    private func unexpected(_ reason: String) -> JSONError { JSONError(reason: reason, offset: at) }

    @inline(__always)
    private mutating func skipSpace() {
        while at < bytes.count, bytes[at] == 0x20 || bytes[at] == 0x0a || bytes[at] == 0x0d || bytes[at] == 0x09 { at += 1 }
    }

    /// Takes a byte of punctuation if it is next.
    @inline(__always)
    private mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard at < bytes.count, bytes[at] == byte else { return false }
        at += 1
        return true
    }

    package mutating func beginObject() throws(JSONError) {
        guard take(UInt8(ascii: "{")) else { throw unexpected("expected an object") }
    }

    package mutating func beginArray() throws(JSONError) {
        guard take(UInt8(ascii: "[")) else { throw unexpected("expected an array") }
    }

    /// The name of the next member, its value next; nil at the end of the object.
    package mutating func nextMember(isFirst: Bool) throws(JSONError) -> Text? {
        if take(UInt8(ascii: "}")) { return nil }
        guard isFirst || take(UInt8(ascii: ",")) else { throw unexpected("expected ',' or '}'") }
        let name = try string()
        guard take(UInt8(ascii: ":")) else { throw unexpected("expected ':'") }
        return name
    }

    /// True when another element is next.
    package mutating func nextElement(isFirst: Bool) throws(JSONError) -> Bool {
        if take(UInt8(ascii: "]")) { return false }
        guard isFirst || take(UInt8(ascii: ",")) else { throw unexpected("expected ',' or ']'") }
        return true
    }

    package mutating func string() throws(JSONError) -> Text {
        guard take(UInt8(ascii: "\"")) else { throw unexpected("expected a string") }
        let start = at
        var hasEscapes = false
        while at < bytes.count {
            skipPlainText()
            guard at < bytes.count else { break }
            let byte = bytes[at]
            if byte == UInt8(ascii: "\"") {
                at += 1
                return Text(range: start..<(at - 1), hasEscapes: hasEscapes)
            }
            if byte == UInt8(ascii: "\\") {
                hasEscapes = true
                at += 1
            } else if byte < 0x20 {
                throw unexpected("control character inside a string")
            }
            at += 1
        }
        throw unexpected("string without an end")
    }

    /// Eight bytes at a time, up to a quote, a backslash or a control character (the zero-byte test of Hacker's Delight,
    /// section 6-1, whose lowest bit is the first of them).
    @inline(__always)
    private mutating func skipPlainText() {
        guard let base = UnsafeRawPointer(bytes.baseAddress) else { return }
        let (ones, tops): (UInt64, UInt64) = (0x0101_0101_0101_0101, 0x8080_8080_8080_8080)
        while at + 8 <= bytes.count {
            let word = base.loadUnaligned(fromByteOffset: at, as: UInt64.self).littleEndian
            let (quote, backslash) = (word ^ (ones &* 0x22), word ^ (ones &* 0x5c))
            let found = (quote &- ones) & ~quote | (backslash &- ones) & ~backslash | (word &- ones &* 0x20) & ~word
            guard found & tops == 0 else {
                at += (found & tops).trailingZeroBitCount / 8
                return
            }
            at += 8
        }
    }

    package var isString: Bool {
        mutating get {
            skipSpace()
            return at < bytes.count && bytes[at] == UInt8(ascii: "\"")
        }
    }

    /// A whole number; nil, and passed over, for anything else.
    package mutating func integer() throws(JSONError) -> Int64? {
        skipSpace()
        let start = at
        var value: Int64 = 0
        while at < bytes.count, bytes[at] >= 0x30, bytes[at] <= 0x39, at - start < 18 {
            value = value * 10 + Int64(bytes[at] - 0x30)
            at += 1
        }
        if at > start, at < bytes.count {
            switch bytes[at] {
            case UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"), 0x20, 0x0a, 0x0d, 0x09: return value
            default: break
            }
        }
        at = start
        try skipValue()
        return nil
    }

    /// Passes over a value of any kind; what stands inside is looked at only as far as that takes.
    package mutating func skipValue() throws(JSONError) {
        var depth = 0
        repeat {
            skipSpace()
            guard at < bytes.count else { throw unexpected("unexpected end") }
            switch bytes[at] {
            case UInt8(ascii: "\""): _ = try string()
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                at += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                at += 1
            case UInt8(ascii: ","), UInt8(ascii: ":"):
                guard depth > 0 else { throw unexpected("expected a value") }
                at += 1
            default: try skipWord()
            }
        } while depth > 0
        if depth < 0 { throw unexpected("expected a value") }
    }

    /// A number, true, false or null.
    private mutating func skipWord() throws(JSONError) {
        let start = at
        while at < bytes.count {
            let byte = bytes[at]
            let isWord = byte >= 0x30 && byte <= 0x39 || byte >= 0x61 && byte <= 0x7a || byte == 0x2b || byte == 0x2d || byte == 0x2e || byte == 0x45
            guard isWord else { break }
            at += 1
        }
        if at == start { throw unexpected("unexpected character") }
    }
}
