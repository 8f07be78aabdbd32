/// The general rules, for words that no other rule knows: encoded credentials, and keys by their looks alone.
extension Scan {
    mutating func scanLongWords() {
        var index = 0
        while index < text.count {
            guard text.bytes[index].isAlphanumeric || text.bytes[index] == "+" || text.bytes[index] == "/" else { index += 1; continue }
            let end = text.skip({ $0.isAlphanumeric || $0 == "+" || $0 == "/" || $0 == "_" || $0 == "-" }, from: index)
            if end - index >= 12, end - index <= 1 << 16 { longWord(between(index, end)) }
            index = end + 1
        }
    }

    private mutating func longWord(_ range: Range<Int>) {
        let upper = text.number(in: range) { $0.isUpper }
        let lower = text.number(in: range) { $0.isLower }
        if range.count >= 36, range.count <= 38, text.has("-us", at: range.lowerBound + 32),
            text.all(between(range.lowerBound, range.lowerBound + 32), \.isHexDigit)
        {
            return mask(range, .apiKey)
        }
        guard upper > 0, lower > 0 else { return }
        let padding = min(text.skip({ $0 == "=" }, from: range.upperBound), range.upperBound + 2)
        let whole = between(range.lowerBound, padding)
        if depth < Self.deepest, holdsCredentials(whole) { return mask(whole, .encoded) }
        guard range.count == 40 || text.contains(range, \.isDigit) else { return }
        if range.count == 40, padding == range.upperBound, isAWSSecretKey(range) { return mask(range, .awsSecretKey) }
        if range.count >= 20, text.looksRandom(range, minimum: 20), isInContext(range) { mask(whole, .secret) }
    }

    /// Whether it is Base64 of `user:password`, or of text in which a secret is found.
    private mutating func holdsCredentials(_ range: Range<Int>) -> Bool {
        let decoded = Base64.decode(text[range])
        guard decoded.count >= 8, decoded.prefix(8).allSatisfy({ $0.isPrintable || $0.isSpace || $0 == 0 }) else { return false }
        let plain = decoded.filter { $0 != 0 }
        guard decoded.count <= 16_384, plain.count * 2 >= decoded.count, plain.allSatisfy({ $0.isPrintable || $0.isSpace })
        else { return false }
        return plain.withUnsafeBufferPointer { bytes in
            let inner = Text(bytes)
            if let colon = inner.firstIndex(of: ":" as Unicode.Scalar, in: between(1, bytes.count)),
                inner.all(0..<colon, { $0.isNamePart || $0 == "@" || $0 == "\\" }), bytes.count - colon > 4,
                inner.all(between(colon + 1, bytes.count), { !$0.isSpace && $0 != "/" }), inner[colon + 1] != ":"
            {
                return true
            }
            if decoded.first == 0, decoded.count(where: { $0 == 0 }) == 2 { return true }
            var scan = Scan(inner, known: known, names: names, depth: depth + 1)
            scan.run()
            return !scan.spans.isEmpty
        }
    }

    /// 40 letters, digits, `+` and `/`, of all kinds, on their own.
    private func isAWSSecretKey(_ range: Range<Int>) -> Bool {
        let before = text[range.lowerBound - 1]
        let after = text[range.upperBound]
        guard !".:/@".utf8.contains(before), !"./:".utf8.contains(after), !text.contains(range, { $0 == "_" || $0 == "-" })
        else { return false }
        let digits = text.number(in: range) { $0.isDigit }
        // One in twenty-five has fewer digits: then the words before it decide.
        return text.entropy(range) > 4.3 && !text.all(range, \.isHexDigit) && (digits >= 3 || isInContext(range))
    }

    /// Whether words before it speak of a secret, and none of a thing that looks like one.
    private func isInContext(_ range: Range<Int>) -> Bool {
        let before = between(text.skipBack({ $0 != "\n" && $0 != ">" }, from: range.lowerBound, reach: 40), range.lowerBound)
        let neighbour = text[range.lowerBound - 1]
        if neighbour == "/" || neighbour == "." || neighbour == "-" || neighbour == "_" || text.all(range, { $0.isHexDigit || $0 == "-" }) {
            return false
        }
        let suspicious: [StaticString] = ["secret", "token", "passw", "credential", "api key", "apikey", "api_key", "access key",
            "private key", "bearer", "signature=", "aws_secret"]
        let harmless: [StaticString] = [
            "request", "trace", "commit", "sha", "digest", "etag", "version", "id-2", "uuid", "container", "idempot", "partition",
            "object", "s3:", "arn:", "marker", "next", "host", "execution", "page", "continuation", "class", "no such", "nosuch",
            "fingerprint", "public", "secretsmanager", "event", "span", "message",
        ]
        guard suspicious.contains(where: { text.firstIndex(of: $0, in: before) != nil }) else { return false }
        return !harmless.contains { text.firstIndex(of: $0, in: before) != nil }
    }
}
