import Digest
import Glibc

/// Bytes written one part behind the other. An array asks at each part whether somebody shares it; a signature has a hundred
/// parts, and that is where its time would go.
struct ByteWriter: ~Copyable {
    private var room: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    private(set) var count = 0

    init(capacity: Int) {
        room = .allocate(capacity: capacity)
        self.capacity = capacity
    }

    deinit { room.deallocate() }

    var written: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: room, count: count) }
    var start: UnsafePointer<UInt8> { UnsafePointer(room) }
    var text: String { String(decoding: written, as: UTF8.self) }

    mutating func append(_ byte: UInt8) {
        claim(1)[0] = byte
    }

    mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let source = bytes.baseAddress else { return }
        memcpy(claim(bytes.count), source, bytes.count)
    }

    mutating func append(_ bytes: [UInt8]) {
        bytes.withUnsafeBufferPointer { append($0) }
    }

    mutating func append(_ text: String) {
        // Every native string has its bytes in one piece.
        if text.utf8.withContiguousStorageIfAvailable({ append($0) }) == nil { append(Array(text.utf8)) }
    }

    mutating func append(_ text: StaticString) {
        append(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func appendLowercased(_ text: String) {
        let start = count
        append(text)
        for index in start..<count { room[index] |= room[index] &- UInt8(ascii: "A") < 26 ? 0x20 : 0 }
    }

    /// 64 hexadecimal digits.
    mutating func append(_ digest: SHA256.Digest) {
        digest.writeHex(to: claim(64))
    }

    /// What was written from `start` on: outer white space gone, inner runs (folded lines too) one space.
    mutating func collapseWhitespace(from start: Int) {
        if !hasBlanks(from: start) { return }
        var end = start
        for index in start..<count {
            let byte = room[index]
            let isWhitespace = byte == UInt8(ascii: " ") || (byte >= UInt8(ascii: "\t") && byte <= UInt8(ascii: "\r"))
            if isWhitespace, end == start || room[end - 1] == UInt8(ascii: " ") { continue }
            room[end] = isWhitespace ? UInt8(ascii: " ") : byte
            end += 1
        }
        count = end > start && room[end - 1] == UInt8(ascii: " ") ? end - 1 : end
    }

    /// White space or a control character. Session tokens have a thousand characters and none of these: eight at a time.
    private func hasBlanks(from start: Int) -> Bool {
        let bytes = UnsafeRawBufferPointer(start: room + start, count: count - start)
        let tail = bytes.count & ~7
        for offset in stride(from: 0, to: tail, by: 8) {
            let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            // A byte of at most 0x20 turns its top bit on.
            if (word &- 0x2121_2121_2121_2121) & ~word & 0x8080_8080_8080_8080 != 0 { return true }
        }
        return bytes[tail...].contains { $0 <= UInt8(ascii: " ") }
    }

    /// What stands from `end` on goes.
    mutating func cut(to end: Int) { count = end }

    /// The next `more` bytes, to be written.
    private mutating func claim(_ more: Int) -> UnsafeMutablePointer<UInt8> {
        if count + more > capacity { grow(by: more) }
        defer { count += more }
        return room + count
    }

    private mutating func grow(by more: Int) {
        capacity = 2 * (capacity + more)
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        memcpy(larger, room, count)
        room.deallocate()
        room = larger
    }
}
