/// Where a value stands, and how it is written down.
struct Value {
    /// Without its quotes.
    var range: Range<Int>
    var isQuoted: Bool
    /// Where reading goes on: after the closing quote.
    var end: Int
    /// The quote was opened on this line and not closed.
    var isOpen = false
}

extension Text {
    static let longestValue = 65_536

    /// A quote at `index`, plain or escaped as in JSON inside JSON: `"`, `\"`, `\\\"`, `&quot;`, `%22`. Its length, 0 when there is none.
    func quoteLength(at index: Int) -> Int {
        let byte = self[index]
        if byte.isQuote { return 1 }
        if byte == "\\" {
            let end = skip({ $0 == "\\" }, from: index)
            if end - index <= 15, self[end].isQuote { return end - index + 1 }
            return has("\\u0022", at: index) || has("\\u0027", at: index) ? 6 : 0
        }
        if byte == "&" {
            return has("&quot;", at: index) || has("&apos;", at: index) ? 6 : has("&#34;", at: index) || has("&#39;", at: index) ? 5 : 0
        }
        if byte == "%" { return has("%22", at: index) || has("%27", at: index) ? 3 : 0 }
        if byte == 0xe2, self[index + 1] == 0x80 { return (0x98...0x9f).contains(self[index + 2]) ? 3 : 0 }
        return 0
    }

    /// The value whose opening quote is at `index`.
    func quotedValue(at index: Int) -> Value? {
        let length = quoteLength(at: index)
        guard length > 0 else { return nil }
        let triple = length == 1 && self[index + 1] == self[index] && self[index + 2] == self[index]
        let start = index + (triple ? 3 : length)
        var at = start
        let limit = min(count, start + Self.longestValue)
        while at < limit {
            if length == 1, self[at] == "\\" {
                at += 2
                continue
            }
            let found = bytes[at] == self[index] || length == 3 ? quoteLength(at: at) : 0
            if found == length, isSameQuote(at, as: index, length) {
                if length == 1, self[index] == "'", self[at + 1] == "'", !triple, start < at { at += 2; continue }
                return Value(range: between(start, at), isQuoted: true, end: at + (triple ? 3 : length))
            }
            if length > 1, length % 2 == 0, bytes[at] == "\\" {
                at = max(at + 1, skip({ $0 == "\\" }, from: at))
                if self[at].isQuote { at += 1 }
                continue
            }
            at += 1
        }
        let end = skipBack(\.isSpace, from: limit)
        return Value(range: between(start, max(start, end)), isQuoted: true, end: limit, isOpen: true)
    }

    private func isSameQuote(_ at: Int, as index: Int, _ length: Int) -> Bool {
        if self[index] == 0xe2 { return true }
        return self[at + length - 1] == self[index + length - 1] && self[at] == self[index]
    }

    /// The value that begins at `index` without a quote, up to where such a value ends.
    func bareValue(at index: Int, inConnectionString: Bool = false) -> Value {
        var at = index
        var depth = 0
        while at < min(count, index + Self.longestValue) {
            let byte = bytes[at]
            if byte < 0x20 || (byte == 0x20 && !inConnectionString) { break }
            if inConnectionString, byte != ";", byte != "\"" || at == index { at += 1; continue }
            if byte == "{" || byte == "(" || byte == "[" { depth += 1 }
            if depth > 0, byte == "}" || byte == ")" || byte == "]" { depth -= 1; at += 1; continue }
            if endsBareValue(at) { break }
            at += 1
        }
        while at > index + 1, self[at - 1] == "," || self[at - 1] == "." || self[at - 1] == ":" { at -= 1 }
        return Value(range: between(index, at), isQuoted: false, end: at)
    }

    private func endsBareValue(_ at: Int) -> Bool {
        let next = self[at + 1]
        switch bytes[at] {
        case ";": return true
        case "&": return isAssignment(at + 1) || has("&amp;", at: at) || has("&quot;", at: at) || has("&#", at: at) || has("&lt;", at: at)
        case ",": return isEnd(next) || next.isQuote || isAssignment(at + 1) || next == "{" || next == "["
        case ")", "]", "}": return isEnd(next) || next.isQuote || ",;.:)]}>\\&".utf8.contains(next)
        case ">": return isEnd(next) || next == "," || next == "]" || next == ")"
        case "<": return next == "/" || next.isLetter || next == "!"
        case "|": return isAssignment(at + 1)
        case "\"", "'", "`": return true
        case "\\":
            return next.isQuote || next == "\\" || next == "n" || next == "r" || (next == "t" && !self[at + 2].isLower)
                || has("\\u00", at: at)
        case "%":
            return has("%22", at: at) || has("%26", at: at) || has("%0a", at: at) || has("%20", at: at) || has("%7d", at: at)
                || has("%2c", at: at) || has("%3b", at: at)
        default: return false
        }
    }

    private func isEnd(_ byte: UInt8) -> Bool { byte == 0 || byte.isSpace }

    /// `name=`, `"name":` and the like at `index`: the next pair of a list.
    func isAssignment(_ index: Int) -> Bool {
        let start = skip(\.isQuote, from: skip(\.isBlank, from: index))
        let end = skip(\.isNamePart, from: start)
        let after = skip(\.isQuote, from: end)
        return end > start && self[start].isLetter && (self[after] == "=" || (self[after] == ":" && self[after + 1] != "/"))
    }

    /// What separates a name from its value at `index`: `=`, `:`, `=>`, `:=`, `->`, `%3D`, `\u003d`; its length, 0 when there is none.
    func separatorLength(at index: Int) -> Int {
        switch self[index] {
        case "=":
            if self[index + 1] == ">" || self[index + 1] == "=" { return 2 }
            return has("=&gt;", at: index) ? 5 : 1
        case ":":
            if self[index + 1] == "=" { return self[index + 2].isBlank ? 2 : 0 }
            return 1
        case "-": return self[index + 1] == ">" ? 2 : 0
        case "%": return has("%3d", at: index) || has("%3a", at: index) ? 3 : has("%253d", at: index) ? 5 : 0
        case "\\": return has("\\u003d", at: index) || has("\\u003a", at: index) ? 6 : 0
        case "&": return has("&#61;", at: index) ? 5 : 0
        default: return 0
        }
    }
}
