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
        let reader = awsjob_open("/proc/self/fd/\(descriptor)", O_RDONLY | O_CLOEXEC, 0)
        guard reader >= 0 else { return nil }
        defer { close(reader) }
        var count = 0
        var offset = start
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let size = chunk.withUnsafeMutableBytes { pread(reader, $0.baseAddress, $0.count, off_t(offset)) }
            guard size > 0 else { return size == 0 ? count : nil }
            count += awsjob_count_line_feeds(chunk, size)
            offset += size
        }
    }
}
