/// HTTP headers that carry credentials, and the schemes within them (RFC 9110, section 11).
extension Scan {
    private static let schemes: Set<String> = [
        "bearer", "basic", "token", "digest", "negotiate", "ntlm", "apikey", "splunk", "sharedkey", "sharedkeylite",
        "sharedaccesssignature", "hawk", "mac", "oauth", "jwt", "key", "googlelogin", "aws4-hmac-sha256", "aws", "kerberos",
        "genie", "genierelease", "genieKey", "ssws", "bot", "discogs", "dpop", "hmac", "hmac-sha256", "signature", "pass",
    ]

    /// `Authorization: …` and `Cookie: …`. False when the name has no separator behind it.
    mutating func header(_ name: Range<Int>, _ key: KeyName) -> Bool {
        let closing = text.quoteLength(at: name.upperBound)
        var at = text.skip(\.isBlank, from: name.upperBound + closing)
        if closing > 0, text[at] == "]" { at = text.skip(\.isBlank, from: at + 1) }
        var separator = text.separatorLength(at: at)
        if separator == 0, closing > 0, text[at] == "," { separator = 1 }
        guard separator > 0 else { return false }
        at = text.skip(\.isBlank, from: at + separator)
        if text[at] == "[" { at += 1 }
        let limit: Int
        if let value = text.quotedValue(at: at), !value.isOpen {
            (at, limit) = (value.range.lowerBound, value.range.upperBound)
        } else {
            at += text.quoteLength(at: at)
            limit = headerEnd(name, from: at)
        }
        if key.kind == .cookie {
            cookies(between(at, limit))
        } else {
            authorization(between(at, limit), isQuoted: text.quoteLength(at: limit) > 0)
        }
        return true
    }

    /// The end of a header that is not in quotes: the quote around all of `-H 'Name: value'`, or the end of the line.
    private func headerEnd(_ name: Range<Int>, from index: Int) -> Int {
        let quote = text[name.lowerBound - 1]
        var at = index
        while at < min(text.count, index + 16_384), text[at] != "\n", text[at] != "\r" {
            if quote.isQuote, text[at] == quote { break }
            if text[at] == "\\", text.quoteLength(at: at) > 0 || text[at + 1] == "n" || text[at + 1] == "r" { break }
            at += 1
        }
        return at
    }

    private mutating func authorization(_ range: Range<Int>, isQuoted: Bool) {
        guard !range.isEmpty else { return }
        let wordEnd = min(range.upperBound, text.skip(\.isNamePart, from: range.lowerBound))
        let scheme = text.lowercased(between(range.lowerBound, wordEnd))
        if Self.schemes.contains(scheme), text[wordEnd].isBlank || text[wordEnd] == "%" || text[wordEnd] == "+" || text[wordEnd] == ":" {
            let start = text[wordEnd] == "%" ? wordEnd + 3 : text.skip({ $0.isBlank || $0 == "+" || $0 == ":" }, from: wordEnd)
            guard start < range.upperBound else { return }
            if scheme == "aws4-hmac-sha256", let name = text.firstIndex(of: "signature=", in: between(start, range.upperBound)) {
                // Which key and which headers were signed tells why a signature did not fit.
                return mask(text.bareValue(at: name + 10).range, .signature)
            }
            if ["digest", "hawk", "oauth", "mac", "signature", "hmac"].contains(scheme) || isQuoted {
                return maskUnlessHarmless(between(start, range.upperBound), .authorization)
            }
            return maskUnlessHarmless(between(start, min(range.upperBound, text.bareValue(at: start).range.upperBound)), .authorization)
        }
        let value = text.bareValue(at: range.lowerBound)
        let first = between(range.lowerBound, min(range.upperBound, max(value.range.upperBound, isQuoted ? range.upperBound : 0)))
        if text.all(first, { $0.isLetter || $0.isBlank || $0 == "." }),
            first.count < 12 || text.isProse(first)
            || Text.proseWords.contains(text.lowercased(between(range.lowerBound, wordEnd)))
        {
            return
        }
        maskUnlessHarmless(first, .authorization)
    }

    /// Pairs joined by `;`. Attributes of Set-Cookie stay.
    private mutating func cookies(_ range: Range<Int>) {
        var at = range.lowerBound
        while at < range.upperBound {
            let nameEnd = text.skip({ !$0.isSpace && $0 != "=" && $0 != ";" && $0 != "," }, from: at)
            guard text[nameEnd] == "=" else {
                if text[nameEnd] == ";" { at = text.skip(\.isBlank, from: nameEnd + 1); continue }
                if nameEnd > at, at == range.lowerBound, text.looksRandom(between(at, min(nameEnd, range.upperBound)), minimum: 12) {
                    mask(between(at, nameEnd), .cookie)
                }
                return
            }
            let name = text.lowercased(between(at, nameEnd))
            var end = text.skip({ !$0.isSpace && $0 != ";" && $0 != "\"" && $0 != "'" }, from: nameEnd + 1)
            if text[nameEnd + 1] == "\"" { end = min(range.upperBound, text.skip({ $0 != "\"" }, from: nameEnd + 2) + 1) }
            end = min(end, range.upperBound)
            if !["path", "domain", "expires", "max-age", "samesite", "version", "priority"].contains(name) {
                maskUnlessHarmless(between(nameEnd + 1, max(nameEnd + 1, end)), .cookie)
            }
            if name == "expires" { end = text.skip({ $0 != ";" }, from: end) }
            guard text[end] == ";" else { return }
            at = text.skip(\.isBlank, from: end + 1)
        }
    }

    mutating func maskUnlessHarmless(_ range: Range<Int>, _ kind: SecretKind) {
        guard !range.isEmpty, !text.isHarmless(range) else { return }
        mask(range, kind)
    }

    /// `Bearer x`, `Basic x`, `IDENTIFIED BY x` wherever they stand. True when the name is none that has a value of its own.
    mutating func credentialPhrase(_ name: Range<Int>) -> Bool {
        if name.count == 6, text.has("bearer", at: name.lowerBound) { return scheme(after: name.upperBound, minimum: 8) }
        if name.count == 5, text.has("basic", at: name.lowerBound) { return scheme(after: name.upperBound, minimum: 8) }
        if name.count == 10, text.has("identified", at: name.lowerBound) {
            identified(after: name.upperBound)
            return true
        }
        if name.count == 4, text.has("auth", at: name.lowerBound) { authCommand(name) }
        return authPair(name)
    }

    private mutating func scheme(after end: Int, minimum: Int) -> Bool {
        var start = text.skip({ $0.isBlank || $0 == ":" || $0 == "+" }, from: end)
        if text.has("%20", at: start) { start += 3 }
        guard start > end else { return false }
        start += text.quoteLength(at: start)
        let value = text.bareValue(at: start)
        guard value.range.count >= minimum, !text.isHarmless(value.range) else { return true }
        let digits = text.number(in: value.range) { $0.isDigit }
        let isWord = text.all(value.range) { $0.isLetter || $0 == "-" || $0 == "_" || $0 == "." }
        let humps = text.number(in: value.range.dropFirst()) { $0.isUpper }
        if isWord ? value.range.count >= 16 && humps >= 3 : digits > 0 { mask(value.range, .authorization) }
        return true
    }

    /// SQL: `IDENTIFIED BY x`, `BY VALUES 'x'`, `BY PASSWORD 'x'`, `WITH plugin BY 'x'`.
    private mutating func identified(after end: Int) {
        guard var at = text.firstIndex(of: "by", in: between(end, end + 60)), text[at - 1].isSpace else { return }
        at = text.skip(\.isSpace, from: at + 2)
        for word: StaticString in ["values", "password", "value"] where text.has(word, at: at) {
            at = text.skip(\.isSpace, from: at + word.utf8CodeUnitCount)
        }
        let value = text.quotedValue(at: at) ?? text.bareValue(at: at)
        maskUnlessHarmless(value.range, .password)
        let replace = text.skip(\.isSpace, from: value.end)
        if text.has("replace", at: replace) {
            let start = text.skip(\.isSpace, from: replace + 7)
            maskUnlessHarmless((text.quotedValue(at: start) ?? text.bareValue(at: start)).range, .password)
        }
    }
}
