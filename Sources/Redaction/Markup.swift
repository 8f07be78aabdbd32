/// Elements and attributes of XML and HTML.
extension Scan {
    /// `<password>`, `<ns:Password Type="…">`, `&lt;password&gt;`: whether the name opens an element.
    func isElement(_ name: Range<Int>) -> Bool {
        var at = name.lowerBound
        if text[at - 1] == ":" { at = text.skipBack(\.isNamePart, from: at - 1) }
        guard text[at - 1] == "<" || text.has("&lt;", at: at - 4) else { return false }
        let after = text[name.upperBound]
        return after == ">" || after.isBlank || text.has("&gt;", at: name.upperBound)
    }

    mutating func element(_ name: Range<Int>, _ key: KeyName) {
        guard isElement(name) else { return }
        let escaped = text.has("&gt;", at: name.upperBound)
        guard let close = escaped ? name.upperBound + 3
            : text.firstIndex(of: ">", in: between(name.upperBound, name.upperBound + 300))
        else { return }
        if text[close - 1] == "/" {
            if let value = attribute(in: between(name.upperBound, close)), isSecret(value, key, isColon: false) {
                mask(value.range, key.kind)
            }
            return
        }
        if let value = attribute(in: between(name.upperBound, close)), isSecret(value, key, isColon: false) { mask(value.range, key.kind) }
        content(at: close + 1, key, isEscaped: escaped)
    }

    /// What stands between `>` and the next tag; also of `<entry key="password">x</entry>`.
    mutating func content(at index: Int, _ key: KeyName, isEscaped escaped: Bool = false) {
        var start = text.skip(\.isSpace, from: index)
        if text.has("<![cdata[", at: start) { start += 9 }
        if start >= text.count {
            if key.strength != .possible { carried = .element(key.kind) }
            return
        }
        let end = escaped ? text.firstIndex(of: "&lt;", in: between(start, text.count)) ?? text.count
            : text.firstIndex(of: "<", in: between(start, text.count)) ?? text.count
        var stop = text.skipBack(\.isSpace, from: end)
        if text.has("]]>", at: stop - 3) { stop -= 3 } else if let cdata = text.firstIndex(of: "]]>",
            in: between(start, stop)) { stop = cdata }
        guard stop > start, text[start] != "<" else { return }
        let value = Value(range: between(start, stop), isQuoted: true, end: stop)
        if isSecret(value, key, isColon: false) { mask(value.range, key.kind) }
    }

    /// Hadoop's `<name>fs.s3a.secret.key</name><value>x</value>`; the value may stand on the next line.
    mutating func siteProperty(at index: Int, _ key: KeyName) {
        let start = text.skip(\.isSpace, from: index)
        if text.has("<value>", at: start) { return content(at: start + 7, key) }
        if start >= text.count, key.strength != .possible { carried = .property(key.kind) }
    }

    /// The value attribute of `<password value="x"/>`.
    private func attribute(in range: Range<Int>) -> Value? {
        guard let found = text.firstIndex(of: "value=", in: range) else { return nil }
        return text.quotedValue(at: found + 6)
    }
}
