/// The second look, at bytes that are about to leave: a request's body, whose text is in JSON strings.
package struct LeakCheck {
    private let rules: [UserRule]
    private let known: KnownValues

    package init(rules: [UserRule] = [], known: KnownValues = KnownValues()) {
        self.rules = rules
        self.known = known
    }

    /// The kinds of secrets that are still there, none when the bytes may leave. Known values are looked for in the bytes as
    /// they are; everything else in each JSON string with its escapes undone, as the redactor saw it, or in all of the bytes
    /// when they are no JSON.
    package func leaks(in bytes: [UInt8]) -> [String] {
        var kinds: Set<String> = []
        bytes.withUnsafeBufferPointer { buffer in
            let text = Text(buffer)
            var spans: [Span] = []
            known.find(in: text, &spans)
            kinds.formUnion(spans.map(\.kind.name))
            let first = text[text.skip(\.isSpace, from: 0)]
            guard first == "{" || first == "[" else { return kinds.formUnion(leaks(text)) }
            for string in Self.strings(text) { kinds.formUnion(leaks(Text(UnsafeBufferPointer(rebasing: buffer[string])))) }
        }
        return kinds.sorted()
    }

    private func leaks(_ text: Text) -> Set<String> {
        var finder = Redactor(rules: rules, known: known)
        return finder.kinds(in: Unescaped(text, onlyJSON: true)?.bytes ?? Array(text.bytes))
    }

    /// The insides of JSON strings; the last may lack its end.
    private static func strings(_ text: Text) -> [Range<Int>] {
        var strings: [Range<Int>] = []
        var at = 0
        while let start = text.firstIndex(of: "\"", in: between(at, text.count)) {
            var end = start + 1
            while end < text.count, text[end] != "\"" { end += text[end] == "\\" ? 2 : 1 }
            end = min(end, text.count)
            strings.append(between(start + 1, end))
            at = end + 1
            if at > text.count { break }
        }
        return strings
    }
}
