/// Whether a line reports what was found in it, or only speaks of it.
enum Wording {
    /// "no deadlock", "OOMKilled: false", "retry_on: [SlowDown]", "for example …": not a report of it.
    static func isReport(_ range: Range<Int>, in line: [UInt8], level: LineLevel) -> Bool {
        if isNegated(range, in: line) || isOfOrdinaryProse(range, in: line, level: level) { return false }
        return level == .error || !isSetting(range, in: line)
    }

    private static let negations: Set<String> = ["no", "not", "without", "0", "zero", "never", "neither", "nor", "isn't", "wasn't", "none", "non", "prevents", "prevent", "avoid", "avoids", "avoiding", "preventing", "excluding", "cannot"]

    /// A negation among the three words in front, or `: 0`, `=false`, `not detected` behind.
    private static func isNegated(_ range: Range<Int>, in line: [UInt8]) -> Bool {
        let clause = line[max(0, range.lowerBound - 48)..<range.lowerBound].split(omittingEmptySubsequences: false) { ".:;,!?()\"[]{}|='`".utf8.contains($0) && $0 != UInt8(ascii: "'") }.last ?? []
        let words = clause.split(whereSeparator: ASCII.isSpace).suffix(3).map { String(decoding: $0.map(ASCII.lower), as: UTF8.self) }
        if words.contains(where: negations.contains), !words.contains("found"), !words.contains("because"), !words.contains("to"), words.last != "an" || words.contains("not") { return true }
        let tail = line[range.upperBound...].prefix(40).map(ASCII.lower)
        let behind = String(decoding: tail.drop { ASCII.isSpace($0) || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "s") }, as: UTF8.self)
        if behind.first == ":" || behind.first == "=" {
            let value = behind.dropFirst().drop { " \"=".contains($0) }
            let word = value.prefix { $0.isLetter || $0.isNumber }
            let next = value.dropFirst(word.count).first
            // "caused: no such file" says nothing of the kind.
            return word == "0" || word == "false" || ["none", "no", "null", "nil", "off", "disabled"].contains(word) && (next.map { ",;.)}]|\"'".contains($0) } ?? true)
        }
        return ["not detected", "not observed", "did not occur", "was not the", "is not the", "count 0", "resolved", "fixed in", "no longer", "already fixed", "-> 0", "passed"].contains { behind.hasPrefix($0) }
    }

    /// Words in front of it in the line that make it an example, an instruction, a look back or a test's name.
    private static let asides = [
        "e.g.", "for example", "such as", "if you see", "if you get", "in case of", "known issue", "checking for", "check for", "watch for", "look for", "search for", "scanning for", "grep", "simulat", "runbook", "troubleshoot", "documentation",
        "previous run", "last run", "yesterday", "last week", "earlier run", "prior run", "last night", "should ", "handles ", "handler for", "test_", "tests/", "--- pass", "passed", "retries on", "retry on", "retry policy", "protects against",
        "may cause", "might cause", "can cause", "could cause", "would cause", "may indicate", "unlike", "instead of", "alert rule", "alert if", "monitor for", "expected exception", "expected error", "faq", "help text", "mapping code", "error code table",
        "https://docs", "see also", "self-test", "injected fault", "chaos", "release note", "changelog", "fixed:", "comment:", "ticket", "release", "guard against", "in the event of", "raises ", "raise ", "throws ", "except ", "catch (",
    ].map { Array($0.utf8) }

    private static func isOfOrdinaryProse(_ range: Range<Int>, in line: [UInt8], level: LineLevel) -> Bool {
        let body = line.drop(while: ASCII.isSpace)
        if body.starts(with: "#".utf8) && !body.starts(with: "#0".utf8) || body.starts(with: "//".utf8) || body.starts(with: "+ ".utf8) || body.starts(with: "> ".utf8) { return true }
        if behindMarks(range, in: line) { return true }
        guard level != .error else { return false }
        return asides.contains { Pattern.find($0, in: line, from: max(0, range.lowerBound - 160), to: range.lowerBound) != nil }
    }

    /// A test's outcome at the end of the line, or a login that never was.
    private static func behindMarks(_ range: Range<Int>, in line: [UInt8]) -> Bool {
        let tail = String(decoding: line.suffix(min(24, line.count - range.upperBound)).reversed().drop(while: ASCII.isSpace).reversed(), as: UTF8.self)
        return ["[preauth]", "PASSED", " passed", "... ok", "PASS", "[100%]", "... skipped"].contains { tail.hasSuffix($0) } || tail.contains("PASSED")
    }

    /// Keys in front of `=` or `:` whose value only names the thing, and beginnings of words in such keys.
    private static let keys: Set<String> = ["note", "hint", "help", "example", "title", "doc", "faq", "description", "pattern", "regex", "rule", "policy"]
    private static let keyParts = ["retry", "retri", "ignore", "expect", "known", "skip", "alert", "watch", "catch", "filter", "exclude", "errorequals", "handled", "allowlist", "transient"]

    private static func isSetting(_ range: Range<Int>, in line: [UInt8]) -> Bool {
        let front = line[max(0, range.lowerBound - 200)..<range.lowerBound]
        guard let mark = front.lastIndex(where: { $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "[") }) else { return false }
        let key = front[..<mark].reversed().drop { !ASCII.isWord($0) }.prefix { ASCII.isWord($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") }
        let name = String(decoding: key.reversed().map(ASCII.lower), as: UTF8.self)
        if name.hasSuffix("exception") || name.hasSuffix("error") { return false }
        return keys.contains(name) || name.split { "._-".contains($0) }.contains { part in keyParts.contains(where: part.hasPrefix) }
    }
}
