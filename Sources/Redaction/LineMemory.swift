/// What has to be known of earlier lines to judge the next one.
struct LineMemory {
    /// A line that is shown later, and the part of it that is a key by then.
    struct Held {
        let bytes: [UInt8]
        var secret: Range<Int>?
    }

    enum Step {
        case show(Held)
        case scan, pass
        case mask(Range<Int>)
    }

    var carried = Carried.nothing
    /// Lines that look like a key's body; three of them are one, even without BEGIN.
    private var held: [Held] = []
    private var isInBody = false

    /// What to do now, in order; the last step is about this line unless it is held back.
    mutating func take(_ text: Text) -> [Step] {
        switch carried {
        case .keyBlock: return [keyLine(text)]
        case .publicBlock: return [publicLine(text)]
        default: break
        }
        if let body = text.keyBody { return bodyLine(text, body) }
        if isInBody {
            isInBody = false
            if let tail = text.lastBase64Word,
                tail.lowerBound == 0 || text.contains(tail, \.isDigit) || text[tail.upperBound - 1] == "=",
                text.contains(tail, { $0.isUpper || $0.isDigit || $0 == "=" })
            {
                return [.mask(tail)]
            }
        }
        guard !held.isEmpty else { return [.scan] }
        let isKey = text.firstIndex(of: "-----end", in: 0..<text.count) != nil && text.firstIndex(of: "private", in: 0..<text.count) != nil
        if isKey { for index in held.indices { held[index].secret = held[index].bytes.withUnsafeBufferPointer { Text($0).keyBody } } }
        return release().map { .show($0) } + [.scan]
    }

    mutating func release() -> [Held] {
        defer { held = [] }
        return held
    }

    private mutating func bodyLine(_ text: Text, _ body: Range<Int>) -> [Step] {
        if isInBody { return [.mask(body)] }
        held.append(Held(bytes: Array(text.bytes)))
        guard held.count == 3 else { return [] }
        isInBody = true
        return release().map { line in
            .show(Held(bytes: line.bytes, secret: line.bytes.withUnsafeBufferPointer { Text($0).keyBody }))
        }
    }

    /// A line after BEGIN … PRIVATE KEY.
    private mutating func keyLine(_ text: Text) -> Step {
        if let end = text.firstIndex(of: "---", in: 0..<text.count), text.firstIndex(of: "end", in: between(end, text.count)) != nil {
            carried = .nothing
            let start = text.skipBack({ $0.isAlphanumeric || $0 == "+" || $0 == "/" || $0 == "=" }, from: end)
            return start < end ? .mask(between(start, end)) : .scan
        }
        let isHeader = text.firstIndex(of: "proc-type:", in: 0..<text.count)
            ?? text.firstIndex(of: "dek-info:", in: 0..<text.count) ?? text.firstIndex(of: "version:", in: 0..<text.count)
        if isHeader != nil || text.skip(\.isSpace, from: 0) >= text.count { return .pass }
        if let word = text.lastBase64Word,
            word.lowerBound == text.skip(\.isBlank, from: 0) || word.count >= 16 || text[word.upperBound - 1] == "="
        {
            return .mask(word)
        }
        carried = .nothing
        return .scan
    }

    private mutating func publicLine(_ text: Text) -> Step {
        if text.firstIndex(of: "---", in: 0..<text.count) == nil,
            text.lastBase64Word != nil || text.skip(\.isSpace, from: 0) >= text.count
        {
            return .pass
        }
        carried = .nothing
        return .scan
    }
}

extension Scan {
    /// Finishes what the line before began.
    mutating func resume(_ carried: Carried) {
        let start = text.skip(\.isBlank, from: 0)
        let end = text.skipBack(\.isSpace, from: text.count)
        switch carried {
        case .nothing, .keyBlock, .publicBlock: return
        case .value(let kind, let needsName): value(kind, needsName, at: start)
        case .indentedBlock(let kind, let indentation):
            if start >= end { self.carried = carried }
            guard start < end, start > indentation else { return }
            mask(between(start, end), kind)
            self.carried = carried
        case .element(let kind):
            let stop = text.firstIndex(of: "<", in: between(start, text.count)) ?? end
            if stop > start, end - start < 4096 { mask(between(start, text.skipBack(\.isSpace, from: stop)), kind) }
            if stop == end, start < end { self.carried = carried }
        case .property(let kind):
            guard text.has("<value>", at: start), let stop = text.firstIndex(of: "<", in: between(start + 7, end)) else { return }
            maskUnlessHarmless(between(start + 7, stop), kind)
        case .token(let kind):
            let stop = text.skip({ $0.isBase64 || $0 == "." || $0 == "%" }, from: start)
            let range = between(start, stop)
            guard stop - start >= 12, stop >= end || text[stop].isSpace || text[stop].isQuote, text.contains(range, \.isDigit),
                text.contains(range, { $0.isUpper }), text.looksRandom(range, minimum: 12)
            else { return }
            mask(range, kind)
            if stop >= end, stop - start >= 40 { self.carried = carried }
        }
    }

    private mutating func value(_ kind: SecretKind, _ needsName: Bool, at start: Int) {
        var at = text[start] == "-" && text[start + 1] == " " ? text.skip(\.isBlank, from: start + 1) : start
        if needsName {
            at += text.quoteLength(at: at)
            let end = text.skip(\.isWordPart, from: at)
            guard Self.valueNames.contains(text.lowercased(between(at, end))) else { return }
            at = text.skip(\.isBlank, from: end + text.quoteLength(at: end))
            let separator = text.separatorLength(at: at)
            guard separator > 0 else { return }
            at = text.skip(\.isBlank, from: at + separator)
        }
        guard let quoted = text.quotedValue(at: at) ?? (needsName ? text.bareValue(at: at) : nil) else { return }
        maskUnlessHarmless(quoted.range, kind)
    }
}
