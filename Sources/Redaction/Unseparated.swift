/// Values that follow a name without `=` or `:`: flags, pairs of name and value, sentences, tables.
extension Scan {
    /// `at` is behind the name, its closing quote and blanks.
    mutating func unseparated(_ name: Range<Int>, _ key: KeyName, closing: Int, at: Int) {
        if key.strength != .possible || key.kind == .awsKeyID || key.kind == .card || key.kind == .nationalID {
            if namedValue(name, key, closing: closing, at: at) { return }
        }
        if closing > 0, text.has("with value ", at: at) || text.has("value ", at: at) {
            return told(key, at: (text.firstIndex(of: "value ", in: between(at, at + 12)) ?? at) + 6)
        }
        if key.kind == .pin, at > name.upperBound {
            return digits(at: text.has("is ", at: at) || text.has("was", at: at) ? text.skip(\.isBlank, from: at + 3) : at, 3...8, .pin)
        }
        if key.kind == .nationalID, at > name.upperBound { return digits(at: at, 9...9, .nationalID) }
        if text.has("credential", at: name.lowerBound) { return userAndPasswordBeside(at: at) }
        guard key.strength != .possible else { return }
        if isFlag(name) { return flag(name, key, closing: closing, at: at) }
        if text[at] == "|", at > name.upperBound { return cell(at: at, key) }
        if text[at] == "(", at == name.upperBound, closing == 0, key.kind == .password { return call(name, at: at) }
        guard closing == 0, at > name.upperBound else { return }
        phrase(key, at: at, isVariable: text.all(name) { $0.isUpper || $0.isDigit || $0 == "_" }
            && text.firstIndex(of: "_", in: name) != nil)
    }

    /// `cvv 123`.
    private mutating func digits(at index: Int, _ lengths: ClosedRange<Int>, _ kind: SecretKind) {
        let end = text.skip(\.isDigit, from: index)
        if lengths.contains(end - index), !text[end].isWordPart, text[end] != "." || !text[end + 1].isDigit {
            mask(between(index, end), kind)
        }
    }

    /// `credentials etl/x`, `credentials etl:x`.
    mutating func userAndPasswordBeside(at index: Int) {
        let value = text.bareValue(at: index).range
        guard let split = value.first(where: { text[$0] == "/" || text[$0] == ":" }), split > index else { return }
        let password = between(split + 1, value.upperBound)
        // `credentials prod/db1` is a place; a capital behind the only slash is none of its ways.
        let isPair = text.contains(password, \.isUpper) && !text.contains(password, { $0 == "/" || $0 == ":" || $0 == "." })
        if text.looksChosen(password), isPair || !text.isPath(value) { maskUnlessHarmless(password, .password) }
    }

    private func isFlag(_ name: Range<Int>) -> Bool {
        let dash = name.lowerBound - 1
        guard text[dash] == "-" else { return false }
        let before = text[text[dash - 1] == "-" ? dash - 2 : dash - 1]
        return before == 0 || before.isSpace || before.isQuote || before == "(" || before == "[" || before == "," || before == ":"
    }

    /// `--password x`, `-storepass x`, `["--password", "x"]`.
    private mutating func flag(_ name: Range<Int>, _ key: KeyName, closing: Int, at: Int) {
        var at = at
        if closing > 0 {
            guard text[at] == "," else { return }
            at = text.skip(\.isBlank, from: at + 1)
        }
        guard at > name.upperBound + closing || closing > 0, text[at] != "-" else { return }
        if let value = text.quotedValue(at: at) {
            if !text.isHarmless(value.range) { mask(value.range, key.kind) }
            return
        }
        let value = text.bareValue(at: at)
        if text.has("pass:", at: value.range.lowerBound) {
            return mask(between(value.range.lowerBound + 5, value.range.upperBound), key.kind)
        }
        guard !text.isHarmless(value.range), !Text.proseWords.contains(text.lowercased(value.range)) else { return }
        if key.kind == .secret || key.kind == .apiKey, text.isPath(value.range) { return }
        mask(value.range, key.kind)
    }

    /// `"name": "DB_PASSWORD", "value": "x"`, `name="password" value="x"`, `{Name=TOKEN, Value=x}`, `('password', 'x')`.
    private mutating func namedValue(_ name: Range<Int>, _ key: KeyName, closing: Int, at: Int) -> Bool {
        var at = at
        let hadComma = text[at] == ","
        if hadComma { at = text.skip(\.isSpace, from: at + 1) }
        if text.skip(\.isSpace, from: at) >= text.count, isNamed(name) {
            carried = .value(key.kind, needsName: true)
            return true
        }
        if closing == 0, text[at] == "\n" { at = text.skip(\.isSpace, from: at) }
        // Ruby's `[:password, "x"]` has no quotes around the name.
        let isSymbol = text[name.lowerBound - 1] == ":" && "[(".utf8.contains(text[name.lowerBound - 2])
        if hadComma, let value = text.quotedValue(at: at), isSymbol || closing > 0 && pairOpener(name, closing) {
            let close = text[text.skip(\.isBlank, from: value.end)]
            if close == ")" || close == "]", !text.isHarmless(value.range) {
                mask(value.range, key.kind)
                return true
            }
        }
        // `"Type": "SecureString"` may stand between.
        for _ in 0..<2 {
            if valueMember(at: at, name, key) { return true }
            guard hadComma, let next = afterMember(at) else { return false }
            at = next
        }
        return false
    }

    /// Behind `"name": "value",` at `index`.
    private func afterMember(_ index: Int) -> Int? {
        guard text.isAssignment(text[index] == "\\" ? index + 1 : index),
            let colon = text[between(index, min(text.count, index + 40))].firstIndex(where: { $0 == ":" || $0 == "=" })
        else { return nil }
        let start = text.skip(\.isBlank, from: colon + 1)
        let end = (text.quotedValue(at: start) ?? text.bareValue(at: start)).end
        return text[end] == "," ? text.skip(\.isSpace, from: end + 1) : nil
    }

    private mutating func valueMember(at: Int, _ name: Range<Int>, _ key: KeyName) -> Bool {
        let start = text.skip(\.isQuote, from: text[at] == "\\" ? text.skip({ $0 == "\\" }, from: at) : at)
        let end = text.skip(\.isWordPart, from: start)
        guard end > start, end - start <= 16, Self.valueNames.contains(text.lowercased(between(start, end))) else { return false }
        let separatorAt = text.skip(\.isBlank, from: end + text.quoteLength(at: end))
        let separator = text.separatorLength(at: separatorAt)
        guard separator > 0 else { return false }
        take(at: text.skip(\.isBlank, from: separatorAt + separator), key, name, isColon: false, isText: false)
        return true
    }

    /// A tuple of two begins before the name.
    private func pairOpener(_ name: Range<Int>, _ closing: Int) -> Bool {
        let before = text[name.lowerBound - closing - 1]
        return before == "(" || before == "["
    }

    /// `name: DB_PASSWORD` and nothing behind it.
    private func isNamed(_ name: Range<Int>) -> Bool {
        let quote = text[name.lowerBound - 1].isQuote ? 1 : 0
        let end = text.skipBack(\.isBlank, from: name.lowerBound - quote)
        guard text[end - 1] == ":" || text[end - 1] == "=" else { return false }
        let word = text.skipBack(\.isWordPart, from: text.skipBack(\.isQuote, from: end - 1))
        return ["name", "key", "parameterkey", "variable"].contains(text.lowercased(between(word, text.skip(\.isWordPart, from: word))))
    }

    static let valueNames: Set<String> = ["value", "val", "parametervalue", "content", "stringvalue", "defaultvalue", "default",
        "plaintext", "v"]

    /// `"value": "x", "name": "DB_PASSWORD"`. False when no such pair begins with `name`.
    mutating func reversedPair(_ name: Range<Int>) -> Bool {
        guard name.count == 5, text.has("value", at: name.lowerBound) else { return false }
        var at = text.skip(\.isBlank, from: name.upperBound + text.quoteLength(at: name.upperBound))
        let separator = text.separatorLength(at: at)
        guard separator > 0 else { return false }
        at = text.skip(\.isBlank, from: at + separator)
        let value = text.quotedValue(at: at) ?? text.bareValue(at: at)
        at = text.skip({ $0 == "," || $0.isSpace }, from: value.end)
        guard at > value.end || text[at] == "\\" else { return true }
        let start = text.skip({ $0.isQuote || $0 == "\\" }, from: at)
        let end = text.skip(\.isWordPart, from: start)
        guard end > start, end - start <= 16, ["name", "key", "parameterkey"].contains(text.lowercased(between(start, end)))
        else { return true }
        at = text.skip(\.isBlank, from: end + text.quoteLength(at: end))
        at = text.skip({ $0.isBlank || $0.isQuote || $0 == "\\" }, from: at + text.separatorLength(at: at))
        guard let key = KeyName(text, between(at, text.skip(\.isNamePart, from: at))), isSecret(value, key, isColon: false)
        else { return true }
        mask(value.range, key.kind)
        return true
    }

    /// The next cell of a table: `| db_password | x |`.
    private mutating func cell(at bar: Int, _ key: KeyName) {
        let start = text.skip(\.isBlank, from: bar + 1)
        let value = text.bareValue(at: start)
        guard text.looksChosen(value.range), isSecret(value, key, isColon: false) else { return }
        mask(value.range, key.kind)
    }

    /// `password for etl is x`, `password set to x`, `password 'x'`, `password x1!`.
    private mutating func phrase(_ key: KeyName, at index: Int, isVariable: Bool) {
        var (at, verbs, words) = (index, 0, 0)
        while words < 8 {
            let end = text.skip({ !$0.isSpace && $0 != ":" && $0 != "=" }, from: at)
            guard end > at, end - at <= 40 else { break }
            let word = text.lowercased(between(at, end))
            if (word == "is" || word == "was" || word == "to" || word == "are") && (word != "to" || verbs > 0 || isChange(before: index)) {
                return told(key, at: text.skip(\.isBlank, from: text[end] == ":" ? end + 1 : end))
            }
            if text[end] == ":" || text[end] == "=", words > 0,
                verbs > 0 || Self.linkWords.contains(text.lowercased(between(index, text.skip(\.isLetter, from: index))))
            {
                return told(key, at: text.skip(\.isBlank, from: end + 1))
            }
            if word == "set" || word == "changed" || word == "reset" || word == "updated" || word == "rotated" { verbs += 1 }
            if words == 0, verbs == 0, !Self.linkWords.contains(word), word != "has", word != "been" { break }
            words += 1
            at = text.skip(\.isBlank, from: end)
        }
        guard words == 0 else { return }
        beside(key, at: index, isVariable: isVariable)
    }

    private static let linkWords: Set<String> = ["for", "of", "set", "changed", "reset", "updated", "rotated", "has", "been",
        "value", "used", "given", "from"]

    /// The value that a sentence ends with.
    private mutating func told(_ key: KeyName, at index: Int) {
        if let value = text.quotedValue(at: index) {
            if isSecret(value, key, isColon: false) { mask(value.range, key.kind) }
            return
        }
        var value = text.bareValue(at: index)
        if key.strength == .certain, Text.proseWords.contains(text.lowercased(value.range)),
            let colon = text.firstIndex(of: ": ", in: between(index, index + 80))
        {
            let start = text.skip(\.isBlank, from: colon + 2)
            let end = text.skip({ !$0.isSpace }, from: start)
            value = Value(range: between(start, end), isQuoted: false, end: end)
            guard text.looksChosen(value.range) else { return }
        }
        guard !text.isHarmless(value.range), isSecret(value, key, isColon: true) else { return }
        let word = text.lowercased(value.range)
        guard !Text.proseWords.contains(word),
            text.looksChosen(value.range)
            || (key.strength == .certain && text.skip(\.isSpace, from: value.end + 1) >= text.count && value.range.count >= 6)
        else { return }
        mask(value.range, key.kind)
    }

    /// SQL's `PASSWORD('x')`, and methods that set one: `setPassword("x")`, `.withPassword("x")`.
    private mutating func call(_ name: Range<Int>, at index: Int) {
        guard name.count == 8 || isSetter(name) || text.all(name, { $0.isUpper || $0 == "_" })
            || text.has("old_password", at: name.lowerBound),
            let value = text.quotedValue(at: index + 1),
            text[value.end] == ")"
        else { return }
        maskUnlessHarmless(value.range, .password)
    }

    /// The last part of the name is that of a method that takes a password.
    func isSetter(_ name: Range<Int>) -> Bool {
        let method = text.lowercased(name).split(separator: ".").last ?? ""
        return method.hasPrefix("set") || method.hasPrefix("with") || method == "password"
    }

    /// `changed password of etl to x`: a verb stands before the name.
    private func isChange(before index: Int) -> Bool {
        let before = between(max(0, index - 40), index)
        let verbs: [StaticString] = ["chang", "set", "updat", "rotat"]
        return verbs.contains { text.firstIndex(of: $0, in: before) != nil }
    }

    /// A value right behind the name. `isVariable`: the name is written as a variable is, as in `ENV DB_PASSWORD x`.
    private mutating func beside(_ key: KeyName, at index: Int, isVariable: Bool) {
        if let value = text.quotedValue(at: index) {
            guard key.kind == .password, !value.isOpen, isSecret(value, key, isColon: false),
                !text.contains(value.range, \.isSpace)
            else { return }
            return mask(value.range, key.kind)
        }
        let value = text.bareValue(at: index)
        guard text[index] != "-", isSecret(value, key, isColon: true), !text.isHarmless(value.range) else { return }
        let type = text.lowercased(between(value.range.lowerBound, text.skip(\.isLetter, from: value.range.lowerBound)))
        guard !Text.emptyWords.contains(type),
            key.kind == .password || isVariable ? text.looksChosen(value.range)
            && text[value.range.lowerBound] != "(" && text[value.range.lowerBound] != "[" : text.looksRandom(value.range)
        else { return }
        if text[value.range].contains(where: { $0 == "=" || $0 == ":" || $0 == "(" }), text.isAssignment(value.range.lowerBound) { return }
        mask(value.range, key.kind)
    }
}
