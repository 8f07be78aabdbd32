/// What an operator reads when something failed: what and why, and what to do next. One line of at most 300 bytes.
package struct OperatorMessage: Equatable, Sendable {
    package let what: String
    package let next: String?

    package init(_ what: String, next: String? = nil) {
        self.what = what
        self.next = next
    }

    /// The same of any length, and with whatever characters it came with.
    var whole: String { beginning + end }

    private var beginning: String { "awsjob: \(next != nil && what.hasSuffix(".") ? String(what.dropLast()) : what)" }
    private var end: String { next.map { ". Next: \($0)" } ?? "" }

    /// Without line feed. When it is too long the end of `what` gives way; what to do next stays.
    package var line: String { Self.fit(beginning, end) }

    private static let limit = 299

    private static func fit(_ what: String, _ tail: String) -> String {
        let (what, tail) = (Visible.line(what), Visible.line(tail))
        let tailCut = tail.utf8.count > limit / 2 ? cut(tail, to: limit / 2) : tail
        return cut(what, to: limit - tailCut.utf8.count) + tailCut
    }

    private static func cut(_ text: String, to limit: Int) -> String {
        guard text.utf8.count > limit else { return text }
        var cut = Substring(text)
        while cut.utf8.count > limit - 3 { cut.removeLast() }
        while cut.last.map({ " .,:;".contains($0) }) == true { cut.removeLast() }
        return cut + "…"
    }
}
