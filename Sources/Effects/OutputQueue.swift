import CPosix
import Glibc

/// Bytes on their way to stdout or stderr. Never blocks: a pipe that nobody reads must not keep a kill from AWS.
///
/// poll(2) calls a pipe writable when at least PIPE_BUF (4,096) bytes fit, so writes of at most that never wait. The
/// descriptor stays as it was given to us: O_NONBLOCK would be seen by everyone who shares it. A pipe, for larger writes,
/// and a terminal, where poll promises less, are opened once more for ourselves where that may be.
package final class OutputQueue {
    package let descriptor: Int32
    private let isOwn: Bool
    private var pending: [UInt8] = []
    private var written = 0
    /// Bytes of one write that do not make us wait.
    private let writeSize: Int
    /// The reason once the reader is gone or the disk is full; from then on bytes are dropped.
    package private(set) var loss: String?

    private static let blockSize = 65536

    package init(descriptor: Int32) {
        var status = stat()
        let kind = fstat(descriptor, &status) == 0 ? status.st_mode & S_IFMT : 0
        let own = kind == S_IFIFO || isatty(descriptor) == 1 ? awsjob_open("/proc/self/fd/\(descriptor)", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0) : -1
        self.descriptor = own >= 0 ? own : descriptor
        isOwn = own >= 0
        writeSize = isOwn || kind == S_IFREG ? 1 << 20 : 4096
    }

    deinit {
        if isOwn { close(descriptor) }
    }

    package var isTerminal: Bool { isatty(descriptor) == 1 }
    package var columns: Int { Int(awsjob_terminal_columns(descriptor)) }
    package var pendingBytes: Int { pending.count - written }

    package func write(_ text: String) {
        guard loss == nil else { return }
        pending += Array(text.utf8)
        flush()
    }

    /// One line of three parts; goes out when there is a block of them, or with the next `flush`.
    package func append(_ time: [UInt8], _ label: [UInt8], _ text: ArraySlice<UInt8>) {
        guard loss == nil else { return }
        pending += time
        pending += label
        pending += text
        pending.append(UInt8(ascii: "\n"))
        if pendingBytes >= Self.blockSize { flush() }
    }

    /// Writes as much as fits without waiting.
    package func flush() {
        while pendingBytes > 0, loss == nil, isWritable {
            let size = min(writeSize, pendingBytes)
            let count = pending.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress?.advanced(by: written), size) }
            if count < 0 {
                if errno == EINTR || errno == EAGAIN { return }
                loss = String(cString: strerror(errno))
            } else {
                written += count
            }
        }
        if written > Self.blockSize {
            pending.removeFirst(written)
            written = 0
        }
        if pendingBytes == 0 || loss != nil {
            pending.removeAll(keepingCapacity: pending.count < 2 * Self.blockSize)
            written = 0
        }
    }

    /// Waits for the reader as long as it takes something now and then; gives up after `patience` without progress, or as
    /// soon as `interrupt` is readable.
    package func drain(patience: Duration, interrupt: Int32? = nil) {
        while pendingBytes > 0, loss == nil {
            var entries = [pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0), pollfd(fd: interrupt ?? -1, events: Int16(POLLIN), revents: 0)]
            guard poll(&entries, 2, Int32(clamping: patience.milliseconds)) > 0, entries[0].revents != 0 else {
                loss = "nobody reads it"
                return
            }
            flush()
        }
    }

    /// Without waiting.
    private var isWritable: Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return poll(&entry, 1, 0) > 0
    }
}
