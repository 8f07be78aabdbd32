package import Effects

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
        if current.count >= Self.chunkSize { turn() }
    }

    /// Lines on their way elsewhere, nil where some were let go.
    package var taker: WholeLines.Taker {
        { [self] lines in
            if let lines { append(lines) } else { isCut = true }
        }
    }

    /// A full chunk takes the place of the oldest behind the beginning, whose memory serves again.
    private func turn() {
        chunks.append(current)
        isCut = isCut || chunks.count > Self.chunksAtMost
        current = chunks.count > Self.chunksAtMost ? chunks.remove(at: Self.chunksOfBeginning) : []
        current.removeAll(keepingCapacity: true)
        current.reserveCapacity(Self.chunkSize + Self.chunkSize / 8)
    }

    /// In order, each with whole lines.
    package var pieces: [[UInt8]] { chunks + (current.isEmpty ? [] : [current]) }
}
