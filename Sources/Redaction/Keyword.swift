/// Names of secrets, and the values that belong to them.
extension Scan {
    /// Looks at the name around a stem at `index`. Where the scan goes on; nil when no stem stands here.
    mutating func keyword(at index: Int, _ anchors: Anchors) -> Int? {
        let length = anchors.stemLength(text, at: index)
        guard length > 0 else { return nil }
        var start = text.skipBack(\.isNamePart, from: index, reach: 128)
        var end = text.skip(\.isNamePart, from: index + length, reach: 128)
        while end > index + length, text[end - 1] == "-" || text[end - 1] == "." { end -= 1 }
        while start < index, text[start] == "-" || text[start] == "." { start += 1 }
        let next = text.skip(\.isWordPart, from: index + length, reach: 128)
        guard end - start <= 128 else { return next }
        let name = between(start, end)
        if credentialPhrase(name) || reversedPair(name) || pipedSecret(name) || transferCommand(name)
            || text.has("secret:", at: name.lowerBound) && isResourceName(name)
        {
            return next
        }
        guard let key = self.key(name) else { return next }
        assign(name, key)
        return next
    }

    /// The class of a name, with the words before it where it needs them: `Secret Access Key`, `next token`.
    private func key(_ name: Range<Int>) -> KeyName? {
        guard text[name.lowerBound - 1] == " ", name.count <= 6 else { return names.key(text, name) }
        var words = KeyName.words(text, name)
        let isShort = words.count == 1
            && ["key", "keys", "code", "number", "phrase", "token", "secret", "word", "card", "id"].contains(words[0])
        guard isShort, text[name.lowerBound - 1] == " ", text[name.lowerBound - 2].isLetter else { return KeyName(words: words) }
        var start = name.lowerBound
        for _ in 0..<3 {
            let wordStart = text.skipBack(\.isLetter, from: start - 1)
            guard text[start - 1] == " ", wordStart < start - 1 else { break }
            words.insert(text.lowercased(between(wordStart, start - 1)), at: 0)
            start = wordStart
        }
        if words.first == "time", text.has("one-", at: start - 4) { words.insert("one", at: 0) }
        if let before = words.dropLast().last,
            ["unexpected", "invalid", "illegal", "near", "at", "bad", "undefined", "missing", "expected", "duplicate", "unknown",
            "by"].contains(before)
        {
            return nil
        }
        return KeyName(words: words)
    }

    private mutating func assign(_ name: Range<Int>, _ key: KeyName) {
        if key.kind == .authorization || key.kind == .cookie, header(name, key) { return }
        let closing = text.quoteLength(at: name.upperBound)
        var at = name.upperBound + closing
        if text[at] == "]" || text[at] == ")", closing > 0 || (text[at] == "]" && text[name.lowerBound - 1] == "[") { at += 1 }
        // dtexec's `/Set \\Package.Variables[Password];x`
        if text[at] == ";", text[at - 1] == "]", text.firstIndex(of: "/set ", in: 0..<name.lowerBound) != nil {
            return maskUnlessHarmless(text.bareValue(at: at + 1).range, key.kind)
        }
        if text.has("</name>", at: at) { return siteProperty(at: at + 7, key) }
        if text[at] == ">" || isElement(name) { return closing > 0 ? content(at: at + 1, key) : element(name, key) }
        if text[name.lowerBound - 1] == "/", text[name.lowerBound - 2] == "/" { return }
        at = text.skip(\.isBlank, from: at)
        if text[at] == "(" || text[at] == "[" {
            if key.kind == .password, closing == 0, at > name.upperBound || isSetter(name), parenthesised(at: at) { return }
            at = afterRemark(at)
        }
        let separator = text.separatorLength(at: at)
        if key.strength == .certain, at == name.upperBound, text[at] == "," || text[at] == ";" { row(at: at + 1, key) }
        if separator == 0 { return unseparated(name, key, closing: closing, at: at) }
        let isColon = text[at] == ":"
        if isColon, text[at + 1] == ":" || (text[at + 1] == "/" && text[at + 2] == "/") { return }
        let start = text.skip(\.isBlank, from: at + separator)
        if start >= text.count || text[start] == "\n" || text[start] == "\r" {
            return deferred(name, key, from: start, isQuotedName: closing > 0)
        }
        if key.strength == .possible, text.has("cred", at: name.lowerBound) { userAndPasswordBeside(at: start) }
        take(at: start, key, name, isColon: isColon && start > at + separator, isText: closing == 0)
    }

    /// `db.password,x` and `password;x`: the last column of a table without blanks.
    private mutating func row(at index: Int, _ key: KeyName) {
        let value = text.bareValue(at: index)
        guard text.skip(\.isSpace, from: value.end) >= text.count, text.looksChosen(value.range) else { return }
        maskUnlessHarmless(value.range, key.kind)
    }

    /// `password (x1!) rejected`: one chosen word, and no value behind it. `password(x)` too, where a method sets it.
    private mutating func parenthesised(at index: Int) -> Bool {
        let end = text.skip({ !$0.isSpace && $0 != ")" && $0 != "]" && !$0.isQuote && $0 != "(" && $0 != "=" }, from: index + 1, reach: 64)
        let word = between(index + 1, end)
        guard text[end] == ")" || text[end] == "]", text.looksChosen(word), !text.isHarmless(word),
            !text.contains(word, { $0 == ":" || $0 == "." }), text.separatorLength(at: text.skip(\.isBlank, from: end + 1)) == 0
        else { return false }
        mask(word, .password)
        return true
    }

    /// `password (again): x` goes on after the parenthesis.
    private func afterRemark(_ index: Int) -> Int {
        let closer: Unicode.Scalar = text[index] == "(" ? ")" : "]"
        guard let end = text.firstIndex(of: closer, in: between(index, index + 40)) else { return index }
        let after = text.skip(\.isBlank, from: end + 1)
        return text.separatorLength(at: after) > 0 ? after : index
    }

    /// `arn:aws:secretsmanager:…:secret:prod/db`.
    private func isResourceName(_ name: Range<Int>) -> Bool {
        let word = text.skipBack({ $0.isNamePart || $0 == ":" || $0 == "/" }, from: name.lowerBound)
        return text.has("arn:", at: word)
    }

    /// A value on the next line, or on the next line of a decoded text.
    private mutating func deferred(_ name: Range<Int>, _ key: KeyName, from index: Int, isQuotedName: Bool) {
        guard key.strength != .possible else { return }
        let start = text.skip(\.isSpace, from: index)
        if start < text.count {
            if isQuotedName { take(at: start, key, name, isColon: true, isText: false) }
        } else if isQuotedName {
            carried = .value(key.kind, needsName: false)
        }
    }

    /// The value at `index`, quoted or bare, alone or in a container.
    mutating func take(at index: Int, _ key: KeyName, _ name: Range<Int>, isColon: Bool, isText: Bool) {
        let byte = text[index]
        if key.strength == .certain || key.strength == .likely, byte == "|" || byte == ">", blockScalar(at: index, key, name) { return }
        let start = afterConstructor(index)
        if let value = text.quotedValue(at: start) {
            guard isSecret(value, key, isColon: isColon) else { return }
            mask(value.range, key.kind)
            return follow(value.end, key)
        }
        if byte == "{" || byte == "[" || byte == "(", container(at: index, key) { return }
        if text.placeholderEnd(at: index) != nil,
            text.bareValue(at: index).range.count == text.placeholderEnd(at: index).map({ $0 - index })
        {
            return
        }
        let isConnection = !isEntity(before: name.lowerBound)
            && (text[name.lowerBound - 1] == ";" || (text[name.lowerBound - 2] == ";" && text[name.lowerBound - 1] == " "))
        var value = text.bareValue(at: index, inConnectionString: isConnection && !isColon)
        if isConnection, text.contains(value.range, \.isSpace),
            text[value.end] != ";" || text.firstIndex(of: "=", in: between(value.end, value.end + 32)) == nil
        {
            value = text.bareValue(at: index)
        }
        if key.kind == .password, isPassphrase(name), let phrase = phrase(at: index) { value = phrase }
        guard isSecret(value, key, isColon: isColon) else { return }
        if value.end >= text.skipBack(\.isSpace, from: text.count), value.range.count >= 48, text.all(value.range, \.isBase64) {
            carried = .token(key.kind)
        }
        mask(value.range, key.kind)
        if text[name.lowerBound - 1] == "/", text.has(" / ", at: value.end) { mask(text.bareValue(at: value.end + 3).range, key.kind) }
        follow(value.end, key)
    }

    /// The `;` before a name may be the end of `&amp;`.
    private func isEntity(before index: Int) -> Bool {
        let start = text.skipBack(\.isLetter, from: index - 1)
        return text[start - 1] == "&" && text[index - 1] == ";"
    }

    /// `b'x'`, `Some("x")`, `SecretStr('x')`, `&"x"`: the index of the quote; `index` when there is none.
    private func afterConstructor(_ index: Int) -> Int {
        if text.quoteLength(at: index) > 0 { return index }
        // PHP's `string(12) "x"`.
        if text.has("string(", at: index), let close = text.firstIndex(of: ")", in: between(index, index + 16)), text[close + 2].isQuote {
            return close + 2
        }
        var at = text[index] == "&" || text[index] == "*" || text[index] == "@" ? index + 1 : index
        let word = text.skip(\.isNamePart, from: at)
        if word - at <= 2, text.quoteLength(at: word) == 1, word > at, text[at] != "-" { return word }
        at = text[word] == "(" && word > at ? word + 1 : at
        return text.quoteLength(at: at) == 1 ? at : index
    }

    private func isPassphrase(_ name: Range<Int>) -> Bool { text.lowercased(name).hasSuffix("phrase") }

    /// Words to the end of the line that are no sentence.
    private func phrase(at index: Int) -> Value? {
        let end = text.skipBack(\.isSpace,
            from: text.skip({ $0 != "\n" && $0 != "\"" && $0 != "'" && $0 != "," && $0 != ";" }, from: index))
        let range = between(index, max(index, end))
        guard text.number(in: range, of: { $0.isBlank }) >= 2, !text.isProse(range) else { return nil }
        return Value(range: range, isQuoted: false, end: end)
    }

    /// `"old" -> "new"`: the other side of a change.
    private mutating func follow(_ end: Int, _ key: KeyName) {
        var at = text.skip(\.isBlank, from: end)
        guard text.separatorLength(at: at) == 2, text[at + 1] == ">" else { return }
        at = text.skip(\.isBlank, from: at + 2)
        guard let value = text.quotedValue(at: at), isSecret(value, key, isColon: false) else { return }
        mask(value.range, key.kind)
    }

    /// Strings of a list, or of an object's members.
    private mutating func container(at index: Int, _ key: KeyName) -> Bool {
        guard key.strength != .possible else { return true }
        let opener = text[index]
        let limit = min(text.count, index + 600)
        if opener == "{", text[index + 1] == "{" { return true }
        if opener == "{", text[text.skip(\.isBlank, from: index + 1)] != "\"", text[text.skip(\.isBlank, from: index + 1)] != "'",
            text[text.skip(\.isBlank, from: index + 1)] != "\\"
        {
            guard let close = text.firstIndex(of: "}", in: between(index, limit)), key.strength == .certain, close > index + 1,
                text.firstIndex(of: ":", in: between(index, close)) == nil,
                !text.isHarmless(between(index, close + 1))
            else { return text[index + 1] == "}" }
            mask(between(index + 1, close), key.kind)
            return true
        }
        var (at, found) = (index + 1, false)
        while at < limit, text[at] != "]", text[at] != "}", text[at] != ")" {
            guard let value = text.quotedValue(at: at) else { at += 1; continue }
            let isName = text.separatorLength(at: text.skip(\.isBlank, from: value.end)) > 0
            if !isName, isSecret(value, key, isColon: false), key.strength == .certain || text.looksChosen(value.range) {
                mask(value.range, key.kind)
            }
            (at, found) = (max(at + 1, value.end), true)
        }
        return found
    }

    /// Whether a value may be what its name promises.
    func isSecret(_ value: Value, _ key: KeyName, isColon: Bool) -> Bool {
        let range = value.range
        guard !range.isEmpty, !text.isHarmless(range) else { return false }
        switch key.kind {
        case .pin: return (3...8).contains(range.count) && text.all(range, \.isDigit) || key.strength == .certain
        case .password where isTally(range): return false
        case .card, .nationalID:
            return (8...23).contains(range.count) && text.number(in: range) { $0.isDigit } >= 6
                && text.all(range) { $0.isAlphanumeric || $0 == "-" || $0 == " " }
        default: break
        }
        if value.isQuoted, text.contains(range, \.isSpace),
            text.isProse(range) || (key.strength != .certain && text.all(range) { $0.isLetter || $0.isSpace || $0 == "." })
        {
            return false
        }
        if !value.isQuoted, isSentence(range, key, isColon: isColon) { return false }
        if text.firstIndex(of: "://", in: between(range.lowerBound, min(range.upperBound, range.lowerBound + 14))) != nil,
            key.kind != .password
        {
            return false
        }
        switch key.strength {
        case .certain: return true
        case .likely:
            if key.kind == .secret || key.kind == .apiKey, text.isPath(range) { return false }
            if text.all(range, \.isDigit), range.count < 6 { return false }
            if key.kind == .cookie { return range.count >= 8 }
            return range.count >= 4 && !(range.count < 9 && text.all(range, \.isLower) && key.kind == .secret && range.count < 6)
        case .possible: return text.looksRandom(range) && text.firstIndex(of: "@", in: range) == nil
        }
    }

    /// `pass: 12, fail: 3`: a small number, and failures beside it.
    private func isTally(_ range: Range<Int>) -> Bool {
        let around = between(max(0, range.lowerBound - 40), min(text.count, range.upperBound + 40))
        return text.has("test", at: range.lowerBound) || range.count < 6
            && text.all(range) { $0.isDigit || $0 == "%" || $0 == "/" } && text.firstIndex(of: "fail", in: around) != nil
    }

    /// `token: expired`, `password: 3 attempts left`.
    private func isSentence(_ range: Range<Int>, _ key: KeyName, isColon: Bool) -> Bool {
        let isWord = text.all(range) { $0.isLetter || $0 == "'" }
        let goesOn = text[range.upperBound].isBlank && text[range.upperBound + 1].isLetter && !text.isAssignment(range.upperBound + 1)
        if isWord, range.count < 20, Text.proseWords.contains(text.lowercased(range)), isColon || key.strength != .certain || goesOn {
            return true
        }
        guard isColon, goesOn else { return false }
        if text.all(range, \.isDigit), range.count < 4 { return true }
        let sentence = between(range.lowerBound, min(text.count, range.lowerBound + 100))
        return isWord && (text.isProse(sentence) || key.strength != .certain)
    }

    /// `|` or `>` and nothing else: the lines below, indented deeper, are the value.
    private mutating func blockScalar(at index: Int, _ key: KeyName, _ name: Range<Int>) -> Bool {
        let mark = text.skip({ $0 == "|" || $0 == ">" || $0 == "-" || $0 == "+" || $0.isDigit }, from: index)
        guard text.skip(\.isSpace, from: mark) >= text.count, mark - index <= 3 else { return false }
        carried = .indentedBlock(key.kind, indentation: text.skip(\.isBlank, from: 0))
        return true
    }
}
