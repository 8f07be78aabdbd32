/// What the work has logged, kept for root-cause notes: the beginning, where first errors stand, and the end.
package final class LogCopy {
    private var chunks: [[UInt8]] = []
    private var current: [UInt8] = []
    /// Bytes in the middle were let go.
    package private(set) var isCut = false

    private static let chunkSize = 262_144
    private static let chunksOfBeginning = 4
    private static let chunksAtMost = 20

    package init() {}

    func append(_ message: ArraySlice<UInt8>) {
        current += message
        if current.last != UInt8(ascii: "\n") { current.append(UInt8(ascii: "\n")) }
        guard current.count >= Self.chunkSize else { return }
        chunks.append(current)
        current = []
        guard chunks.count > Self.chunksAtMost else { return }
        chunks.remove(at: Self.chunksOfBeginning)
        isCut = true
    }

    /// In order, each with whole lines.
    package var pieces: [[UInt8]] { chunks + (current.isEmpty ? [] : [current]) }
}
