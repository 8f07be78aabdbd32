/// Masks the secrets in a log, line by line as it comes. What it keeps between lines is bounded: a line of any length is
/// looked at in pieces, and equal values are told by a hash.
package struct Redactor {
    /// A line that is longer is cut, where it can be between words.
    private static let pieceSize = 1 << 20

    private let rules: [UserRule]
    private var known: KnownValues
    private var placeholders = Placeholders()
    private var partial: [UInt8] = []
    private var lines = LineMemory()
    private let names = KeyNames()
    private var found: Set<String> = []

    package init(rules: [UserRule] = [], known: KnownValues = KnownValues()) {
        self.rules = rules
        self.known = known
    }

    /// Further secrets that are known by value.
    package mutating func add(_ secrets: [String]) {
        for secret in secrets { known.add(secret) }
    }

    /// Takes the next bytes of the log, and appends what can be shown so far.
    package mutating func append(_ chunk: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]) {
        var start = 0
        while start < chunk.count {
            let rest = UnsafeBufferPointer(rebasing: chunk[start...])
            guard let newline = Self.newline(in: rest) else {
                partial += rest
                break
            }
            if partial.isEmpty {
                line(UnsafeBufferPointer(rebasing: rest[...newline]), to: &output)
            } else {
                partial += rest[...newline]
                takePartial(to: &output)
            }
            start += newline + 1
        }
        while partial.count > Self.pieceSize { cut(to: &output) }
    }

    /// The end of the log: shows what was held back. The redactor may go on with another log.
    package mutating func finish(to output: inout [UInt8]) {
        if !partial.isEmpty { takePartial(to: &output) }
        for held in lines.release() { show(held, to: &output) }
        lines = LineMemory()
    }

    /// A whole log at once.
    package mutating func redact(_ bytes: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        bytes.withUnsafeBufferPointer { append($0, to: &output) }
        finish(to: &output)
        return output
    }

    private mutating func takePartial(to output: inout [UInt8]) {
        let bytes = partial
        partial.removeAll(keepingCapacity: bytes.count <= Self.pieceSize)
        bytes.withUnsafeBufferPointer { line($0, to: &output) }
    }

    /// Shows the beginning of a line that is too long to wait for its end.
    private mutating func cut(to output: inout [UInt8]) {
        let window = Self.pieceSize - 65_536..<Self.pieceSize
        let end = partial[window].lastIndex { $0 == 0x20 || $0 == 0x2c || $0 == 0x3b || $0 == 0x09 }.map { $0 + 1 } ?? Self.pieceSize
        let piece = Array(partial[..<end])
        partial.removeFirst(end)
        piece.withUnsafeBufferPointer { line($0, to: &output) }
    }

    private static func newline(in bytes: UnsafeBufferPointer<UInt8>) -> Int? { bytes.firstIndex(of: 0x0a) }

    /// One line, its end included.
    private mutating func line(_ bytes: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]) {
        guard !TerminalCodes.occur(in: bytes) else {
            return TerminalCodes.removed(from: bytes).withUnsafeBufferPointer { plain($0, to: &output) }
        }
        plain(bytes, to: &output)
    }

    private mutating func plain(_ bytes: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]) {
        let text = Text(bytes)
        for step in lines.take(text) {
            switch step {
            case .show(let held): show(held, to: &output)
            case .scan: scan(text, to: &output)
            case .mask(let range): write(text, [Span(range: range, kind: .privateKey)], to: &output)
            case .pass: output += bytes
            }
        }
    }

    private mutating func show(_ held: LineMemory.Held, to output: inout [UInt8]) {
        held.bytes.withUnsafeBufferPointer { bytes in
            if let secret = held.secret { write(Text(bytes), [Span(range: secret, kind: .privateKey)], to: &output) } else { scan(Text(bytes), to: &output) }
        }
    }

    private mutating func scan(_ text: Text, to output: inout [UInt8]) {
        var scan = Scan(text, known: known, names: names)
        scan.resume(lines.carried)
        scan.run()
        for rule in rules { rule.find(in: text, &scan.spans) }
        lines.carried = scan.carried
        write(text, Span.merged(scan.spans), to: &output)
    }

    /// What kinds of secrets it finds in a whole text.
    mutating func kinds(in bytes: [UInt8]) -> Set<String> {
        found = []
        _ = redact(bytes)
        return found
    }

    private mutating func write(_ text: Text, _ spans: [Span], to output: inout [UInt8]) {
        for span in spans { found.insert(span.kind.name) }
        var at = 0
        for span in spans {
            output += text.bytes[at..<span.range.lowerBound]
            output += (span.known.map { placeholders.text(known: $0, kind: span.kind) } ?? placeholders.text(for: text.bytes[span.range], kind: span.kind)).utf8
            at = span.range.upperBound
        }
        output += text.bytes[at...]
    }
}
