import CPosix
import Glibc

/// Passes a child's output on to a pipe of ours, byte for byte, and counts it on the way. The bytes are not copied for that:
/// tee(2) lends the same pages to both pipes. What is looked at beside is the beginning, and what comes slowly; of what comes
/// fast the pages of the end are held until they are looked at, or make room.
package struct Relay {
    /// What the child writes to; to be closed once it has been started.
    package private(set) var childEnd: Int32
    package private(set) var bytes = 0
    /// Nil once output came too fast to be looked at.
    package private(set) var lines: Int? = 0
    package private(set) var isOver = false
    package var endsInsideLine: Bool { whole.isInsideLine }
    private let input: Int32
    private let output: Int32
    private let latest: LatestBytes
    private var whole: WholeLines
    private var isFast = false
    private var isOutputFull = false
    /// Bytes that had been written when the child ended.
    private var owed = 0
    private var buffer = [UInt8](repeating: 0, count: 1 << 16)

    /// Of a stream all of it is looked at until there is so much.
    private static let beginning = 1 << 20
    /// Of the pipes of a fast stream; a user may have some 64 MiB of pipes in all before the system makes new ones tiny.
    private static let fastPipe: Int32 = 1 << 18

    /// Nil unless `output` is a pipe: files, terminals and sockets are better given to the child itself.
    package init?(to output: Int32, keep: @escaping WholeLines.Taker) {
        var place = stat()
        var ends: [Int32] = [-1, -1]
        guard fstat(output, &place) == 0, place.st_mode & S_IFMT == S_IFIFO, let latest = LatestBytes() else { return nil }
        guard awsjob_pipe(&ends) == 0 else {
            latest.close()
            return nil
        }
        (input, childEnd, self.output, self.latest) = (ends[0], ends[1], output, latest)
        whole = WholeLines(keep)
    }

    package mutating func closeChildEnd() {
        close(childEnd)
        childEnd = -1
    }

    /// What to wait for before `pump` can do something.
    package var awaited: (descriptor: Int32, events: Int16) { isOutputFull ? (output, Int16(POLLOUT)) : (input, Int16(POLLIN)) }

    /// Passes on what fits without waiting, and no more than leaves time for signals. True when that was something.
    package mutating func pump() -> Bool {
        var moved = false
        isOutputFull = false
        for _ in 0..<64 where !isOver {
            let count = awsjob_tee(input, output, 1 << 20)
            if count > 0 {
                take(count)
                moved = true
            } else if count < 0, errno == EAGAIN || errno == EINTR {
                isOutputFull = awsjob_readable_bytes(input) > 0
                return moved
            } else {
                end()
            }
        }
        return moved
    }

    /// Everybody has closed the input, or our reader is gone: then the child gets to know it by SIGPIPE, as without us.
    package mutating func end() {
        guard !isOver else { return }
        isOver = true
        close(input)
    }

    package mutating func noteEndOfChild() {
        owed = bytes + (isOver ? 0 : Int(awsjob_readable_bytes(input)))
    }

    /// Of what the child has written some waits for our reader.
    package var isReaderSlow: Bool { !isOver && bytes < owed }

    /// Nothing is looked at any more after what is held.
    package mutating func finish() {
        lookAtLatest()
        whole.finish()
        latest.close()
    }

    /// Removes from the input what the output has.
    private mutating func take(_ count: Int) {
        bytes += count
        if !isFast, bytes > Self.beginning, count >= buffer.count / 2 {
            isFast = true
            // Fewer turns between the child, us and our reader. Where the system allows no more, they stay as they are.
            for pipe in [input, output] { awsjob_enlarge_pipe(pipe, Self.fastPipe) }
            latest.enlarge(Self.fastPipe)
        }
        let isSetAside = bytes > Self.beginning && count >= buffer.count / 2
        if !isSetAside { lookAtLatest() }
        var left = count
        while left > 0 {
            let moved = isSetAside ? setAside(left) : look(at: left)
            guard moved >= 0, isSetAside || moved > 0 else { return end() }
            left -= moved
        }
    }

    private mutating func setAside(_ count: Int) -> Int {
        lines = nil
        let moved = latest.take(count, from: input)
        if moved == 0 { whole.skip() }
        return moved
    }

    private mutating func look(at count: Int) -> Int {
        let read = buffer.withUnsafeMutableBytes { Glibc.read(input, $0.baseAddress, min(count, $0.count)) }
        if read > 0 {
            lines = lines.map { $0 + awsjob_count_line_feeds(buffer, read) }
            whole.take(buffer[..<read])
        }
        return read
    }

    private mutating func lookAtLatest() {
        while case let read = latest.read(into: &buffer), read > 0 { whole.take(buffer[..<read]) }
    }
}
