/// Why a text is no JSON, and where (bytes from 0).
package struct JSONError: Error, Equatable, CustomStringConvertible {
    package let reason: String
    package let offset: Int

    package var description: String { "\(reason) at byte \(offset + 1)" }
}

extension JSONValue {
    /// Parses one JSON text in UTF-8. At most 512 levels deep.
    package init(parsing bytes: [UInt8]) throws(JSONError) {
        var result: Result<JSONValue, JSONError> = .failure(JSONError(reason: "empty text", offset: 0))
        bytes.withUnsafeBufferPointer { buffer in
            var parser = JSONParser(bytes: buffer)
            do throws(JSONError) {
                result = .success(try parser.document())
            } catch {
                result = .failure(error)
            }
        }
        self = try result.get()
    }

    package init(parsing text: String) throws(JSONError) {
        try self.init(parsing: Array(text.utf8))
    }
}

private struct JSONParser {
    let bytes: UnsafeBufferPointer<UInt8>
    var at = 0
    var depth = 0

    init(bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    mutating func document() throws(JSONError) -> JSONValue {
        let value = try self.value()
        skipSpace()
        guard at == bytes.count else { throw unexpected("text after the value") }
        return value
    }

    private func unexpected(_ reason: String) -> JSONError { JSONError(reason: reason, offset: at) }

    private var current: UInt8? { at < bytes.count ? bytes[at] : nil }

    private mutating func skipSpace() {
        while let byte = current, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { at += 1 }
    }

    private mutating func value() throws(JSONError) -> JSONValue {
        skipSpace()
        guard let byte = current else { throw unexpected("unexpected end") }
        switch byte {
        case UInt8(ascii: "{"): return try nested { (parser) throws(JSONError) in try parser.object() }
        case UInt8(ascii: "["): return try nested { (parser) throws(JSONError) in try parser.array() }
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func nested(_ parse: (inout JSONParser) throws(JSONError) -> JSONValue) throws(JSONError) -> JSONValue {
        guard depth < 512 else { throw unexpected("nested too deeply") }
        depth += 1
        defer { depth -= 1 }
        at += 1
        return try parse(&self)
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
        let count = word.utf8CodeUnitCount
        guard at + count <= bytes.count else { throw unexpected("unexpected character") }
        for offset in 0..<count where bytes[at + offset] != word.utf8Start[offset] {
            throw unexpected("unexpected character")
        }
        at += count
        return value
    }

    private mutating func object() throws(JSONError) -> JSONValue {
        var members: [JSONValue.Member] = []
        skipSpace()
        if take("}") { return .object(members) }
        while true {
            skipSpace()
            guard current == UInt8(ascii: "\"") else { throw unexpected("expected a member name in quotes") }
            let name = try string()
            skipSpace()
            guard take(":") else { throw unexpected("expected ':'") }
            members.append(.init(name, try value()))
            skipSpace()
            if take("}") { return .object(members) }
            guard take(",") else { throw unexpected("expected ',' or '}'") }
        }
    }

    private mutating func array() throws(JSONError) -> JSONValue {
        var values: [JSONValue] = []
        skipSpace()
        if take("]") { return .array(values) }
        while true {
            values.append(try value())
            skipSpace()
            if take("]") { return .array(values) }
            guard take(",") else { throw unexpected("expected ',' or ']'") }
        }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard current == UInt8(ascii: character) else { return false }
        at += 1
        return true
    }

    private mutating func number() throws(JSONError) -> JSONValue {
        let start = at
        _ = take("-")
        if take("0") {} else { try digits() }
        if take(".") { try digits() }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            try digits()
        }
        return .number(String(decoding: bytes[start..<at], as: UTF8.self))
    }

    private mutating func digits() throws(JSONError) {
        let start = at
        while let byte = current, byte >= 0x30, byte <= 0x39 { at += 1 }
        guard at > start else { throw unexpected(start < bytes.count ? "unexpected character" : "unexpected end") }
    }

    private mutating func string() throws(JSONError) -> String {
        at += 1
        let start = at
        while let byte = current, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { at += 1 }
        if current == UInt8(ascii: "\"") {
            at += 1
            return String(decoding: bytes[start..<(at - 1)], as: UTF8.self)
        }
        var text = Array(bytes[start..<at])
        while let byte = current {
            switch byte {
            case UInt8(ascii: "\""):
                at += 1
                return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                at += 1
                try escape(into: &text)
            case ..<0x20:
                throw unexpected("control character inside a string")
            default:
                text.append(byte)
                at += 1
            }
        }
        throw unexpected("string without an end")
    }

    private mutating func escape(into text: inout [UInt8]) throws(JSONError) {
        guard let byte = current else { throw unexpected("string without an end") }
        at += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0c)
        case UInt8(ascii: "n"): text.append(0x0a)
        case UInt8(ascii: "r"): text.append(0x0d)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text += Array(String(try unicodeEscape()).utf8)
        default: throw unexpected("unknown escape")
        }
    }

    /// The digits behind `\u`, with the second half of a surrogate pair; half a pair becomes U+FFFD.
    private mutating func unicodeEscape() throws(JSONError) -> Unicode.Scalar {
        let replacement: Unicode.Scalar = "\u{FFFD}"
        let first = try hexDigits()
        guard (0xD800..<0xDC00).contains(first) else { return Unicode.Scalar(first) ?? replacement }
        let behind = at
        guard take("\\"), take("u") else {
            at = behind
            return replacement
        }
        let second = try hexDigits()
        guard (0xDC00..<0xE000).contains(second) else {
            at = behind
            return replacement
        }
        return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)) ?? replacement
    }

    private mutating func hexDigits() throws(JSONError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = current, let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
                throw unexpected("expected four hexadecimal digits")
            }
            value = value << 4 | UInt32(digit)
            at += 1
        }
        return value
    }
}
