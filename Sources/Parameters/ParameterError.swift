/// Why a parameter is refused: one line of at most 200 characters without control characters, whatever the input held.
package struct ParameterError: Error, Equatable, Sendable {
    /// With the place in front: "retryStrategy.attempts: 11 is not between 1 and 10".
    package let reason: String
    /// What to write instead, where that is known: "known members: attempts, evaluateOnExit".
    package let next: String?

    package init(_ reason: String, next: String? = nil) {
        self.reason = Excerpt.line(reason, atMost: 200)
        self.next = next.map { Excerpt.line($0, atMost: 200) }
    }

    /// A complaint about the value at a path; the empty path is the whole value.
    init(at path: String, _ complaint: String, next: String? = nil) {
        self.init(path.isEmpty ? complaint : "\(path): \(complaint)", next: next)
    }

    func inside(_ option: String) -> ParameterError {
        ParameterError("\(option): \(reason)", next: next)
    }
}

/// Foreign text, made fit for a message.
enum Excerpt {
    /// Cut with "…", and everything that a terminal acts on or that breaks the line replaced by U+FFFD.
    static func line(_ text: String, atMost limit: Int) -> String {
        let scalars = text.unicodeScalars
        var line = String.UnicodeScalarView(scalars.prefix(limit).map { isPlain($0) ? $0 : "\u{FFFD}" })
        if scalars.dropFirst(limit).first != nil {
            line.removeLast()
            line.append("…")
        }
        return String(line)
    }

    static func quoted(_ text: String) -> String { "'\(line(text, atMost: 40))'" }

    /// At most 60 characters around an index in Unicode scalars.
    static func around(_ index: Int, of scalars: [Unicode.Scalar]) -> String {
        let start = scalars.count <= 60 ? 0 : max(0, min(index - 30, scalars.count - 60))
        var text = String.UnicodeScalarView(scalars[start...].prefix(60))
        if start > 0 { text.insert("…", at: text.startIndex) }
        if start + 60 < scalars.count { text.append("…") }
        return "'\(line(String(text), atMost: 62))'"
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned: false
        default: true
        }
    }
}
