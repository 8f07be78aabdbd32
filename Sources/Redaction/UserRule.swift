import Patterns

/// A site's own rule: what the pattern's first group matches, or all of it when it has none, is masked.
package struct UserRule {
    let kind: SecretKind
    let pattern: Pattern

    package struct Invalid: Error, Equatable {
        /// From 1.
        package let line: Int
        package let reason: String
    }

    /// Lines of `NAME: PATTERN`; blank ones and those that begin with `#` are passed over. NAME is the word in the placeholder.
    package static func parse(_ text: String) throws(Invalid) -> [UserRule] {
        var rules: [UserRule] = []
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            if line.allSatisfy(\.isWhitespace) || line.first == "#" { continue }
            guard let colon = line.firstIndex(of: ":"), let kind = SecretKind(custom: String(line[..<colon])) else {
                throw Invalid(line: index + 1, reason: "no name of capitals, digits and _ before a ':'")
            }
            do throws(Pattern.Invalid) {
                rules.append(UserRule(kind: kind,
                    pattern: try Pattern(String(line[line.index(after: colon)...].drop(while: \.isWhitespace)))))
            } catch {
                throw Invalid(line: index + 1, reason: "\(error.reason) at byte \(error.offset + 1) of the pattern")
            }
        }
        return rules
    }

    /// All of the text when the pattern cost more than it may: what could not be checked is not shown.
    func find(in text: Text, _ spans: inout [Span]) {
        var start = 0
        do throws(Pattern.TooCostly) {
            while let match = try pattern.firstMatch(in: text.bytes, from: start) {
                if !match.group.isEmpty, !text.isHarmless(match.group) { spans.append(Span(range: match.group, kind: kind)) }
                start = match.whole.isEmpty ? match.whole.upperBound + 1 : match.whole.upperBound
            }
        } catch {
            spans.append(Span(range: 0..<text.skipBack(\.isSpace, from: text.count), kind: kind))
        }
    }
}
