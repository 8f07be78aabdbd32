/// Whole lines out of bytes that come in pieces. Where bytes were let go the lines that they belong to are left out: half a
/// line may hold half a secret, which nobody would know for one.
package struct WholeLines {
    /// Takes one or several lines, or nil where some were let go.
    package typealias Taker = (ArraySlice<UInt8>?) -> Void

    /// The beginning of a line whose end has not come.
    private var rest: [UInt8] = []
    /// What comes next belongs to a line whose beginning is gone.
    private var isCut = false
    /// The last byte was no line feed.
    package private(set) var isInsideLine = false
    private let keep: Taker
    private static let longestLine = 1 << 20
    private static let lineFeed = UInt8(ascii: "\n")

    package init(_ keep: @escaping Taker) {
        self.keep = keep
    }

    package mutating func take(_ bytes: ArraySlice<UInt8>) {
        guard let end = bytes.last else { return }
        isInsideLine = end != Self.lineFeed
        var bytes = bytes
        if isCut {
            guard let first = bytes.firstIndex(of: Self.lineFeed) else { return }
            bytes = bytes[(first + 1)...]
            isCut = false
        }
        if let last = bytes.lastIndex(of: Self.lineFeed) {
            if rest.isEmpty { keep(bytes[...last]) } else { keep((rest + bytes[...last])[...]) }
            rest.removeAll(keepingCapacity: true)
            bytes = bytes[(last + 1)...]
        }
        rest += bytes
        if rest.count > Self.longestLine { skip() }
    }

    /// Bytes were let go here.
    package mutating func skip() {
        rest = []
        isCut = true
        keep(nil)
    }

    /// Nothing comes any more: the last line has no end.
    package mutating func finish() {
        if !rest.isEmpty { keep(rest[...]) }
        rest = []
    }
}
