import CPosix
import Glibc

/// A pipe that holds the latest bytes of a stream without copying them; the oldest make room.
struct LatestBytes {
    private let output: Int32
    private let input: Int32
    /// Takes what makes room.
    private let void: Int32

    init?() {
        var ends: [Int32] = [-1, -1]
        guard awsjob_pipe(&ends) == 0 else { return nil }
        (output, input) = (ends[0], ends[1])
        void = awsjob_open("/dev/null", O_WRONLY | O_CLOEXEC, 0)
    }

    func enlarge(_ bytes: Int32) { awsjob_enlarge_pipe(input, bytes) }

    var isEmpty: Bool { awsjob_readable_bytes(output) == 0 }

    /// Moves up to `count` bytes of another pipe in, which has that many: how many, -1 on failure, 0 when something made room.
    func take(_ count: Int, from pipe: Int32) -> Int {
        let moved = awsjob_splice(pipe, input, count)
        guard moved < 0, errno == EAGAIN else { return moved }
        return awsjob_splice(output, void, max(1, Int(awsjob_readable_bytes(output)) / 2)) > 0 ? 0 : -1
    }

    func read(into buffer: inout [UInt8]) -> Int { isEmpty ? 0 : Glibc.read(output, &buffer, buffer.count) }

    func close() {
        for descriptor in [output, input, void] { Glibc.close(descriptor) }
    }
}
