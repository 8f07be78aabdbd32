import CPosix
import Glibc

/// A file that somebody else writes to through a descriptor of ours: by how much it has grown.
package struct GrowingFile {
    private let descriptor: Int32
    private let start: Int

    /// Nil unless the descriptor is a file.
    package init?(_ descriptor: Int32) {
        guard let size = Self.size(descriptor) else { return nil }
        self.descriptor = descriptor
        // What is written without O_APPEND begins at the offset.
        start = fcntl(descriptor, F_GETFL) & O_APPEND != 0 ? size : max(0, Int(lseek(descriptor, 0, SEEK_CUR)))
    }

    private static func size(_ descriptor: Int32) -> Int? {
        var place = stat()
        return fstat(descriptor, &place) == 0 && place.st_mode & S_IFMT == S_IFREG ? Int(place.st_size) : nil
    }

    /// Two descriptors of one file grow together.
    package static func isSame(_ a: Int32, _ b: Int32) -> Bool {
        var (one, other) = (stat(), stat())
        return fstat(a, &one) == 0 && fstat(b, &other) == 0 && one.st_dev == other.st_dev && one.st_ino == other.st_ino
    }

    package var bytes: Int { max(0, (Self.size(descriptor) ?? start) - start) }

    /// Nil when it cannot be read, or would take long to.
    package var lines: Int? {
        guard bytes <= 64 << 20 else { return nil }
        var count = 0
        return read(0..<bytes) { count += $0.withUnsafeBufferPointer { awsjob_count_line_feeds($0.baseAddress, $0.count) } } ? count : nil
    }

    package var endsInsideLine: Bool {
        var last: UInt8?
        let size = bytes
        return size > 0 && read(size - 1..<size) { last = $0.last } && last != UInt8(ascii: "\n")
    }

    /// What it has grown by: its beginning and its end where that is much.
    package func read(into whole: inout WholeLines) {
        let size = bytes
        let isLong = size > Self.beginning + Self.end
        _ = read(0..<(isLong ? Self.beginning : size)) { whole.take($0) }
        if isLong {
            whole.skip()
            _ = read(size - Self.end..<size) { whole.take($0) }
        }
        whole.finish()
    }

    private static let beginning = 1 << 20
    private static let end = 4 << 20

    /// Bytes counted from where it began to grow. False when they cannot be read.
    private func read(_ range: Range<Int>, _ take: (ArraySlice<UInt8>) -> Void) -> Bool {
        let reader = awsjob_open("/proc/self/fd/\(descriptor)", O_RDONLY | O_CLOEXEC, 0)
        guard reader >= 0 else { return false }
        defer { close(reader) }
        var offset = range.lowerBound
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while offset < range.upperBound {
            let wanted = min(chunk.count, range.upperBound - offset)
            let size = chunk.withUnsafeMutableBytes { pread(reader, $0.baseAddress, wanted, off_t(start + offset)) }
            guard size > 0 else { return size == 0 }
            take(chunk[..<size])
            offset += size
        }
        return true
    }
}
