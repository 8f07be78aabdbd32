import CPosix
import Glibc

/// Passes a child's output on to a pipe of ours, byte for byte, and counts it on the way. The bytes are not copied for that:
/// tee(2) lends the same pages to both pipes.
package struct Relay {
    /// What the child writes to; to be closed once it has been started.
    package private(set) var childEnd: Int32
    package private(set) var bytes = 0
    /// Nil once output came too fast to be looked at.
    package private(set) var lines: Int? = 0
    package private(set) var isOver = false
    private let input: Int32
    private let output: Int32
    /// Takes what need not be looked at.
    private let void: Int32
    private var isOutputFull = false
    private var buffer = [UInt8](repeating: 0, count: 1 << 16)

    /// Nil unless `output` is a pipe: files, terminals and sockets are better given to the child itself.
    package init?(to output: Int32) {
        var place = stat()
        var ends: [Int32] = [-1, -1]
        guard fstat(output, &place) == 0, place.st_mode & S_IFMT == S_IFIFO, awsjob_pipe(&ends) == 0 else { return nil }
        (input, childEnd, self.output) = (ends[0], ends[1], output)
        void = awsjob_open("/dev/null", O_WRONLY | O_CLOEXEC, 0)
        // Fewer turns between the child, us and our reader. Where the system allows no more, it stays as it is.
        for pipe in [input, output] { awsjob_enlarge_pipe(pipe, 1 << 20) }
    }

    package mutating func closeChildEnd() {
        close(childEnd)
        childEnd = -1
    }

    /// What to wait for before `pump` can do something.
    package var awaited: (descriptor: Int32, events: Int16) { isOutputFull ? (output, Int16(POLLOUT)) : (input, Int16(POLLIN)) }

    /// Passes on what fits without waiting. True when that was something.
    package mutating func pump() -> Bool {
        var moved = false
        while !isOver {
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
        close(void)
    }

    /// Removes from the input what the output has.
    private mutating func take(_ count: Int) {
        bytes += count
        var left = count
        while left > 0 {
            let moved = count < buffer.count ? look(at: left) : awsjob_splice(input, void, left)
            guard moved > 0 else { return end() }
            left -= moved
        }
        if count >= buffer.count { lines = nil }
    }

    private mutating func look(at count: Int) -> Int {
        let read = buffer.withUnsafeMutableBytes { Glibc.read(input, $0.baseAddress, count) }
        if read > 0 { lines = lines.map { $0 + awsjob_count_line_feeds(buffer, read) } }
        return read
    }
}
