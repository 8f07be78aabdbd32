/// The words of shorthand: the regular expressions of `awscli/shorthand.py`, quirks included.
struct ShorthandScanner {
    let scalars: [Unicode.Scalar]
    private(set) var index = 0

    init(_ text: String) {
        scalars = Array(text.unicodeScalars)
    }

    var current: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }
    var isAtEnd: Bool { index >= scalars.count }

    mutating func skipSpace() {
        while let scalar = current, scalar == " " || ("\t"..."\r").contains(scalar) { index += 1 }
    }

    /// Past a character that was looked at.
    mutating func skip() {
        index += 1
    }

    /// Takes the character and the space after it, when it comes next.
    mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard current == scalar else { return false }
        index += 1
        skipSpace()
        return true
    }

    mutating func expect(_ scalar: Unicode.Scalar, as description: String? = nil) throws(ShorthandError) {
        guard take(scalar) else { throw .expected(description ?? "'\(scalar)'", at: index) }
    }

    mutating func key() -> String {
        let start = index
        while let scalar = current, Self.isKey(scalar) { index += 1 }
        return text(scalars[start..<index])
    }

    /// Where a value may be a word: `first` follows `key=` and may hold `=`; `next` follows a comma, where `=` ends a key.
    enum Place { case first, next }

    /// Nil where no word begins.
    mutating func word(_ place: Place) -> String? {
        guard let scalar = current, Self.beginsWord(scalar) else { return nil }
        var word: [Unicode.Scalar] = []
        while let scalar = current, word.isEmpty || Self.continues(scalar, place) {
            if scalar == "\\", index + 1 < scalars.count, scalars[index + 1] == "," { index += 1 }
            word.append(scalars[index])
            index += 1
        }
        while let last = word.last, last.isPythonSpace { word.removeLast() }
        return text(word[...])
    }

    /// From one quote to the next that no backslash precedes, or else to the last one.
    mutating func quoted(_ quote: Unicode.Scalar) throws(ShorthandError) -> String {
        var end: Int?
        var at = index + 1
        while at < scalars.count {
            if scalars[at] == "\\", at + 1 < scalars.count, scalars[at + 1] == quote {
                end = at + 1
                at += 2
            } else if scalars[at] == quote {
                end = at
                break
            } else {
                at += 1
            }
        }
        guard let end else { throw .expected("a closing \(quote)", at: scalars.count) }
        let inner = scalars[(index + 1)..<end]
        index = end + 1
        return text(Self.unescaped(Self.unescaped(inner, quote)[...], "\\")[...])
    }

    /// Back to the comma that was taken last, be it one inside quotes.
    mutating func backtrackToComma() {
        while index > 0, index >= scalars.count || scalars[index] != "," { index -= 1 }
    }

    private func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        String(String.UnicodeScalarView(scalars))
    }

    private static func unescaped(_ scalars: ArraySlice<Unicode.Scalar>, _ escaped: Unicode.Scalar) -> [Unicode.Scalar] {
        var result: [Unicode.Scalar] = []
        var rest = scalars
        while let scalar = rest.popFirst() {
            result.append(scalar == "\\" && rest.first == escaped ? rest.removeFirst() : scalar)
        }
        return result
    }
}
