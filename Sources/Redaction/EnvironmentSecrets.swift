extension KnownValues {
    /// What the rules find in an environment dump: keys, passwords, those inside of URLs. Mail addresses and the like are
    /// no secrets of a process, and short words would be found everywhere.
    package init(environment: [String: String]) {
        var values: [String] = []
        for (name, value) in environment {
            let line = Array("\(name)=\(value)".utf8)
            line.withUnsafeBufferPointer { bytes in
                var scan = Scan(Text(bytes), known: KnownValues())
                scan.run()
                let personal: Set<SecretKind> = [.email, .card, .iban, .nationalID, .pin]
                for span in scan.spans where !personal.contains(span.kind) {
                    // A value that begins as a secret is one to its end, blanks and quotes in it too.
                    let found = span.range.lowerBound == line.count - value.utf8.count ? value : scan.text.string(span.range)
                    if found.utf8.count >= 8 || scan.text.looksChosen(span.range) { values.append(found) }
                }
            }
        }
        self.init(values)
    }
}
