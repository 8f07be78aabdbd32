/// Private keys between BEGIN and END (RFC 7468), in one text or over many lines.
extension Scan {
    /// Looks for `-----BEGIN` at `index`.
    mutating func keyBlock(at index: Int) {
        if let last = spans.last, last.kind == .privateKey, last.range.upperBound > index { return }
        guard text[index - 1] != "-", text.has("-----begin ", at: index) || text.has("---- begin ", at: index) else { return }
        guard let labelEnd = text.firstIndex(of: "---", in: between(index + 8, index + 80)),
            text.all(between(index + 6, labelEnd), { $0.isUpper || $0.isDigit || $0 == " " || $0 == "-" })
        else { return }
        let label = text.lowercased(between(index, labelEnd))
        let isPublic = label.contains("certificate") || label.contains("public") || label.contains("message")
            || label.contains("signature") || label.contains("parameters") || label.contains("crl")
        let start = text.skip({ $0 == "-" }, from: labelEnd)
        let reach = between(start, min(text.count, start + 32_768))
        // The next dashes are those of END, or the block was cut off.
        guard let end = text.firstIndex(of: "----", in: reach), text.has("end", at: text.skip({ $0 == "-" || $0 == " " }, from: end)) else {
            if isPublic {
                carried = .publicBlock
                return
            }
            let stop = text.firstIndex(of: "\"", in: between(start, text.count)) ?? text.skipBack(\.isSpace, from: text.count)
            if stop > start { mask(between(start, stop), .privateKey) }
            if stop >= text.skipBack(\.isSpace, from: text.count) { carried = .keyBlock }
            return
        }
        if !isPublic, carried == .keyBlock { carried = .nothing }
        guard !isPublic else { return }
        var stop = end
        while stop > start, text[stop - 1] == "-" { stop -= 1 }
        mask(between(start, stop), .privateKey)
    }
}

extension Text {
    /// The part of a line that may be a line of a key's body: its last word, 60 to 76 bytes of Base64 that are no hex.
    var keyBody: Range<Int>? {
        let end = skipBack(\.isSpace, from: count)
        let start = skipBack({ $0.isAlphanumeric || $0 == "+" || $0 == "/" || $0 == "=" }, from: end)
        guard (60...76).contains(end - start), start == 0 || self[start - 1].isSpace else { return nil }
        let range = between(start, end)
        guard contains(range, \.isUpper), contains(range, \.isLower), contains(range, \.isDigit),
            firstIndex(of: "=", in: between(start, end - 2)) == nil
        else { return nil }
        return range
    }

    /// The last word, where it is Base64 of any length.
    var lastBase64Word: Range<Int>? {
        let end = skipBack(\.isSpace, from: count)
        let start = skipBack({ $0.isAlphanumeric || $0 == "+" || $0 == "/" || $0 == "=" }, from: end)
        return end > start && (start == 0 || self[start - 1].isSpace) ? between(start, end) : nil
    }
}
