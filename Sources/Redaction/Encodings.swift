/// Base64 in either alphabet, padded or not (RFC 4648).
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// What the whole groups of four of the text say; stops at the first byte that is no Base64.
    static func decode(_ text: some Sequence<UInt8>) -> [UInt8] {
        var decoded: [UInt8] = []
        var (bits, count) = (UInt32(0), 0)
        for byte in text {
            guard let value = value(byte) else { break }
            bits = bits << 6 | value
            count += 6
            if count >= 8 {
                count -= 8
                decoded.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        return decoded
    }

    /// Without padding.
    static func encode(_ bytes: [UInt8]) -> [UInt8] {
        var encoded: [UInt8] = []
        var (bits, count) = (UInt32(0), 0)
        for byte in bytes {
            (bits, count) = (bits << 8 | UInt32(byte), count + 8)
            while count >= 6 {
                count -= 6
                encoded.append(alphabet[Int(bits >> UInt32(count) & 63)])
            }
        }
        if count > 0 { encoded.append(alphabet[Int(bits << UInt32(6 - count) & 63)]) }
        return encoded
    }

    private static func value(_ byte: UInt8) -> UInt32? {
        switch byte {
        case 0x41...0x5a: UInt32(byte) - 65
        case 0x61...0x7a: UInt32(byte) - 71
        case 0x30...0x39: UInt32(byte) + 4
        case "+", "-": 62
        case "/", "_": 63
        default: nil
        }
    }
}

/// Text with its escapes undone: those of JSON, of URLs and of XML. `places` tells where each byte stood, and has one more
/// for the end.
struct Unescaped {
    private(set) var bytes: [UInt8] = []
    private(set) var places: [Int] = []

    /// Nil when nothing in the text is escaped.
    init?(_ text: Text, onlyJSON: Bool = false) {
        guard text.contains(0..<text.count, { $0 == "\\" || (!onlyJSON && ($0 == "%" || $0 == "&")) }) else { return nil }
        var (at, changes) = (0, 0)
        bytes.reserveCapacity(text.count)
        places.reserveCapacity(text.count + 1)
        while at < text.count {
            places.append(at)
            if let (byte, length) = Self.escape(text, at, onlyJSON) {
                bytes.append(byte)
                (at, changes) = (at + length, changes + 1)
            } else {
                bytes.append(text.bytes[at])
                at += 1
            }
        }
        guard changes > 0 else { return nil }
        places.append(text.count)
    }

    /// The byte that an escape at `at` stands for, and the escape's length. What is no ASCII becomes `?`.
    private static func escape(_ text: Text, _ at: Int, _ onlyJSON: Bool) -> (UInt8, Int)? {
        switch text.bytes[at] {
        case "\\":
            switch text[at + 1] {
            case "\"", "\\", "/", "'": return (text[at + 1], 2)
            case "n", "r": return (0x0a, 2)
            case "t": return (0x09, 2)
            case "u":
                guard let high = byte(text, at + 2), let low = byte(text, at + 4) else { return nil }
                return (high == 0 && low < 0x80 ? low : UInt8(ascii: "?"), 6)
            default: return nil
            }
        case "%" where !onlyJSON:
            guard let byte = byte(text, at + 1), byte >= 0x20 || byte == 0x0a else { return nil }
            return (byte, 3)
        case "&" where !onlyJSON:
            for (name, byte) in entities where text.has(name, at: at) { return (byte, name.utf8CodeUnitCount) }
            return nil
        default: return nil
        }
    }

    private static let entities: [(StaticString, UInt8)] = [("&quot;", 0x22), ("&apos;", 0x27), ("&lt;", 0x3c), ("&gt;", 0x3e),
        ("&amp;", 0x26), ("&#34;", 0x22), ("&#39;", 0x27), ("&#x27;", 0x27), ("&#x22;", 0x22)]

    /// Two hex digits.
    private static func byte(_ text: Text, _ at: Int) -> UInt8? {
        guard text[at].isHexDigit, text[at + 1].isHexDigit else { return nil }
        return digit(text[at]) << 4 | digit(text[at + 1])
    }

    private static func digit(_ byte: UInt8) -> UInt8 { byte.isDigit ? byte - 0x30 : (byte | 0x20) - 0x57 }
}

extension Scan {
    /// The same rules over the text with its escapes undone.
    mutating func scanDecoded() {
        guard let unescaped = Unescaped(text) else { return }
        unescaped.bytes.withUnsafeBufferPointer { bytes in
            var inner = Scan(Text(bytes), known: known, names: names, depth: depth + 1)
            inner.run()
            for span in inner.spans {
                spans.append(Span(range: between(unescaped.places[span.range.lowerBound],
                    unescaped.places[span.range.upperBound]), kind: span.kind, known: span.known))
            }
        }
    }
}
