/// Masks a log before anything looks at it: bytes in, bytes out, every line feed kept, so that line numbers stay.
package protocol LogMask {
    mutating func mask(_ bytes: [UInt8]) -> [UInt8]
    /// What was held back.
    mutating func finish() -> [UInt8]
}

/// The log as it is.
package struct Unmasked: LogMask {
    package init() {}
    package mutating func mask(_ bytes: [UInt8]) -> [UInt8] { bytes }
    package mutating func finish() -> [UInt8] { [] }
}

/// Reads a log of any length once, in pieces, and keeps what tells of a failure.
package struct LogScan<Mask: LogMask> {
    private let catalogue: Catalogue
    private var mask: Mask
    private var reader: RecordReader
    /// The beginning of a line whose end has not come.
    private var rest: [UInt8] = []
    private var isSkipping = false
    /// Of a longer line the rest is not looked at.
    private static var lineLimit: Int { 1 << 20 }

    package init(_ catalogue: Catalogue, mask: Mask) {
        (self.catalogue, self.mask) = (catalogue, mask)
        reader = RecordReader(catalogue)
    }

    package mutating func read(_ bytes: [UInt8]) { take(mask.mask(bytes)) }

    package mutating func finish() -> LogFindings {
        take(mask.finish())
        if !rest.isEmpty { reader.read(rest, catalogue) }
        rest = []
        return reader.findings
    }

    private mutating func take(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        guard let last = bytes.lastIndex(of: UInt8(ascii: "\n")) else { return keep(bytes[...]) }
        if rest.isEmpty, !isSkipping, last == bytes.count - 1 { return reader.read(bytes, catalogue) }
        if isSkipping {
            let first = bytes.firstIndex(of: UInt8(ascii: "\n")) ?? last
            reader.read(rest + [UInt8(ascii: "\n")] + bytes[(first + 1)...last], catalogue)
        } else {
            reader.read(rest + bytes[...last], catalogue)
        }
        (rest, isSkipping) = ([], false)
        keep(bytes[(last + 1)...])
    }

    private mutating func keep(_ bytes: ArraySlice<UInt8>) {
        guard !isSkipping else { return }
        rest += bytes
        if rest.count > Self.lineLimit {
            rest.removeLast(rest.count - Self.lineLimit)
            isSkipping = true
        }
    }
}
