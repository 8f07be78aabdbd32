/// One pass over the bytes of a line, or of a decoded part of it. The rules look closer only where an anchor stands; each
/// of them adds the spans that it finds.
struct Scan {
    let text: Text
    let known: KnownValues
    var spans: [Span] = []
    /// What the next line has to be looked at for.
    var carried = Carried.nothing
    let names: KeyNames
    /// Encoded text within encoded text is followed this deep.
    let depth: Int
    static let deepest = 3

    init(_ text: Text, known: KnownValues, names: KeyNames = KeyNames(), depth: Int = 0) {
        self.names = names
        self.text = text
        self.known = known
        self.depth = depth
    }

    mutating func mask(_ range: Range<Int>, _ kind: SecretKind) {
        let range = range.clamped(to: 0..<text.count)
        guard !range.isEmpty, text.placeholderEnd(at: range.lowerBound) != range.upperBound else { return }
        spans.append(Span(range: range, kind: kind))
    }

    mutating func run() {
        let anchors = Anchors.shared
        var index = 0
        while index < text.count {
            // What is masked already needs no second look.
            if let last = spans.last?.range, last.contains(index) { index = last.upperBound; continue }
            let byte = text.bytes[index]
            let marks = anchors.marks(byte, text[index + 1])
            if marks == 0 {
                index += 1
                continue
            }
            if byte == "<", let end = text.placeholderEnd(at: index) {
                index = end
                continue
            }
            let end = look(at: index, marks, anchors)
            index = max(index + 1, end)
        }
        scanLongWords()
        known.find(in: text, &spans)
        if depth < Self.deepest { scanDecoded() }
    }

    /// Where the scan goes on.
    private mutating func look(at index: Int, _ marks: UInt8, _ anchors: Anchors) -> Int {
        if marks & Anchors.format != 0, !text[index - 1].isAlphanumeric || text[index] == "/", let end = tokenFormat(at: index, anchors) {
            return end
        }
        if marks & Anchors.stem != 0, let end = keyword(at: index, anchors) { return end }
        switch text[index] {
        case ":":
            if text[index + 1] == "/" { urlCredentials(at: index) } else { passwordFileLine(at: index) }
        case "@": addressCredentials(at: index)
        case "-":
            if text[index + 1] == "-" { keyBlock(at: index) }
            commandFlag(at: index)
        case "/":
            oracleCredentials(at: index)
            windowsOption(at: index)
        case "$": passwordHash(at: index)
        case "<": if text[index + 1] == "<" { hereString(at: index) }
        case 0x30...0x39: return personalNumber(at: index)
        default: break
        }
        if text[index] == "A" { spacedKeyID(at: index) }
        if text[index].isUpper, text[index + 1].isUpper { internationalAccount(at: index) }
        return index + 1
    }
}

/// What a line leaves to the next.
enum Carried: Equatable {
    case nothing
    /// Within a private key; within another block between BEGIN and END.
    case keyBlock, publicBlock
    /// The name stood on this line, its value follows; `after` is a name that must come first (`value:`), if any.
    case value(SecretKind, needsName: Bool)
    /// A block of lines that are indented deeper than this.
    case indentedBlock(SecretKind, indentation: Int)
    /// An element that is closed on a later line.
    case element(SecretKind)
    /// A property whose value is an element on the next line.
    case property(SecretKind)
    /// A long token that reached the end of the line.
    case token(SecretKind)
}
