/// The second look, at bytes that are about to leave: a request's body, whose text is escaped as JSON.
package struct LeakCheck {
    private let rules: [UserRule]
    private let known: KnownValues

    package init(rules: [UserRule] = [], known: KnownValues = KnownValues()) {
        self.rules = rules
        self.known = known
    }

    package func isClean(_ bytes: [UInt8]) -> Bool { leaks(in: bytes).isEmpty }

    /// The kinds of secrets that are still there, none when the bytes may leave. They are looked at as they are, for known
    /// values, and with the escapes of JSON undone, as the redactor saw the text.
    package func leaks(in bytes: [UInt8]) -> [String] {
        var kinds: Set<String> = []
        bytes.withUnsafeBufferPointer { raw in
            var spans: [Span] = []
            known.find(in: Text(raw), &spans)
            kinds.formUnion(spans.map(\.kind.name))
            let unescaped = Unescaped(Text(raw), onlyJSON: true)?.bytes ?? bytes
            var finder = Redactor(rules: rules, known: known)
            kinds.formUnion(finder.kinds(in: unescaped))
        }
        return kinds.sorted()
    }
}
