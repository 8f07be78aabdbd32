/// How a class shows itself in one line: text in which `*` stands for anything, `#` for digits, `%` for a NAME_IN_CAPITALS, `{a,b}` for either;
/// `^` at the beginning and `$` at the end hold it to the message's ends; `\` takes the next character as it is.
/// ASCII letters match in either case, and a word at an end of the pattern must be a whole word, unless `*` stands there.
struct Pattern: Equatable, Sendable {
    enum Piece: Equatable, Sendable {
        /// In lower case.
        case literal([UInt8])
        case digits
        case capitals
        case anything
    }

    private(set) var pieces: [Piece] = []
    private(set) var isAtStart = false
    private(set) var isAtEnd = false

    /// The literal that has to be in the line: the longest.
    var anchor: [UInt8] {
        pieces.reduce(into: []) { longest, piece in
            if case .literal(let bytes) = piece, bytes.count > longest.count { longest = bytes }
        }
    }

    /// The patterns that a line of the catalogue means, one for each combination of alternatives. Nil when braces do not match.
    static func all(_ text: Substring.UTF8View) -> [Pattern]? {
        expand(Array(text))?.map(Pattern.init)
    }

    /// Alternatives written out, from the first brace on.
    private static func expand(_ text: [UInt8]) -> [[UInt8]]? {
        guard let open = unescaped(UInt8(ascii: "{"), in: text, from: 0) else {
            return unescaped(UInt8(ascii: "}"), in: text, from: 0) == nil ? [text] : nil
        }
        guard let close = unescaped(UInt8(ascii: "}"), in: text, from: open), let tails = expand(Array(text[(close + 1)...])) else { return nil }
        let choices = text[(open + 1)..<close].split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        return choices.flatMap { choice in tails.map { text[..<open] + choice + $0 } }.map(Array.init)
    }

    private static func unescaped(_ byte: UInt8, in text: [UInt8], from start: Int) -> Int? {
        var index = start
        while index < text.count {
            if text[index] == UInt8(ascii: "\\") { index += 1 } else if text[index] == byte { return index }
            index += 1
        }
        return nil
    }

    private init(_ text: [UInt8]) {
        var literal: [UInt8] = []
        var index = 0
        while index < text.count {
            let byte = text[index]
            switch byte {
            case UInt8(ascii: "^") where index == 0: isAtStart = true
            case UInt8(ascii: "$") where index == text.count - 1: isAtEnd = true
            case UInt8(ascii: "*"), UInt8(ascii: "#"), UInt8(ascii: "%"):
                if !literal.isEmpty { pieces.append(.literal(literal)) }
                literal = []
                pieces.append(byte == UInt8(ascii: "*") ? .anything : byte == UInt8(ascii: "#") ? .digits : .capitals)
            case UInt8(ascii: "\\") where index + 1 < text.count:
                index += 1
                literal.append(ASCII.lower(text[index]))
            default: literal.append(ASCII.lower(byte))
            }
            index += 1
        }
        if !literal.isEmpty { pieces.append(.literal(literal)) }
    }
}

/// Bytes of text as ASCII sees them; anything above 0x7f counts as part of a word.
enum ASCII {
    static func lower(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }
    static func isCapital(_ byte: UInt8) -> Bool { byte &- 0x41 < 26 || isDigit(byte) || byte == 0x5f }
    static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
    static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }
    static func isWord(_ byte: UInt8) -> Bool { isLetter(byte) || isDigit(byte) || byte == 0x5f || byte >= 0x80 }
    static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte &- 0x09 < 5 }
}
