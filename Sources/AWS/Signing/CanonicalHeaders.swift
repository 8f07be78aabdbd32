import Glibc
import HTTP

/// The headers that are signed, Host among them: names in lower case and sorted, values of one name joined by "," in their
/// order. In bytes and without a string for each part: this is where a signature's time goes.
struct CanonicalHeaders: ~Copyable {
    /// What is being sorted: names, each with its value behind it.
    private let bytes: UnsafeMutablePointer<UInt8>
    private var places: [Place] = []
    private var end = 0

    /// A name from `start` to `colon`, then the value.
    private struct Place {
        let start: Int
        let colon: Int
        let end: Int
        var nameCount: Int { colon - start }
    }

    /// Headers that proxies and clients change on the way; botocore leaves them unsigned too (auth.py).
    private static let unsigned: [StaticString] = [
        "connection", "expect", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer", "transfer-encoding",
        "upgrade", "user-agent", "x-amzn-trace-id",
    ]
    private static let host: [StaticString] = ["host"]

    init(_ request: Request) {
        let host = request.origin.hostHeader
        bytes = .allocate(capacity: request.headers.reduce(host.utf8.count + 4) { $0 + $1.name.utf8.count + $1.value.utf8.count })
        places.reserveCapacity(request.headers.count + 1)
        var hasHost = false
        for header in request.headers {
            let place = write(header.name, header.value)
            if isNamed(place, in: Self.unsigned) { continue }
            hasHost = hasHost || isNamed(place, in: Self.host)
            insert(place)
        }
        if !hasHost { insert(write("host", host)) }
    }

    deinit { bytes.deallocate() }

    /// Behind what is kept so far.
    private func write(_ name: String, _ value: String) -> Place {
        var (name, value) = (name, value)
        let colon = name.withUTF8 { name in
            for (index, byte) in name.enumerated() {
                bytes[end + index] = byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
            }
            return end + name.count
        }
        return Place(start: end, colon: colon, end: value.withUTF8 { writeCollapsed($0, at: colon) })
    }

    /// Outer white space gone, inner runs (folded lines too) one space. Returns the end.
    private func writeCollapsed(_ value: UnsafeBufferPointer<UInt8>, at start: Int) -> Int {
        // Session tokens have a thousand characters, and no white space.
        if !Self.hasBlanks(value), let base = value.baseAddress {
            memcpy(bytes + start, base, value.count)
            return start + value.count
        }
        var end = start
        for byte in value {
            let isWhitespace = byte == UInt8(ascii: " ") || (byte >= UInt8(ascii: "\t") && byte <= UInt8(ascii: "\r"))
            if isWhitespace, end == start || bytes[end - 1] == UInt8(ascii: " ") { continue }
            bytes[end] = isWhitespace ? UInt8(ascii: " ") : byte
            end += 1
        }
        return end > start && bytes[end - 1] == UInt8(ascii: " ") ? end - 1 : end
    }

    /// White space or a control character; looked for in 32 bytes at a time.
    private static func hasBlanks(_ value: UnsafeBufferPointer<UInt8>) -> Bool {
        let (bytes, blank) = (UnsafeRawBufferPointer(value), SIMD32(repeating: UInt8(ascii: " ")))
        let tail = value.count & ~31
        for offset in stride(from: 0, to: tail, by: 32) where any(bytes.loadUnaligned(fromByteOffset: offset, as: SIMD32<UInt8>.self) .<= blank) { return true }
        return value[tail...].contains { $0 <= UInt8(ascii: " ") }
    }

    private func isNamed(_ place: Place, in names: [StaticString]) -> Bool {
        names.contains { $0.utf8CodeUnitCount == place.nameCount && memcmp($0.utf8Start, bytes + place.start, place.nameCount) == 0 }
    }

    /// Below zero when the first name comes first, zero when they are the same.
    private func order(_ a: Place, _ b: Place) -> Int {
        let difference = memcmp(bytes + a.start, bytes + b.start, min(a.nameCount, b.nameCount))
        return difference == 0 ? a.nameCount - b.nameCount : Int(difference)
    }

    /// Behind those of the same name.
    private mutating func insert(_ place: Place) {
        var index = places.count
        while index > 0, order(place, places[index - 1]) < 0 { index -= 1 }
        places.insert(place, at: index)
        end = place.end
    }

    private func part(_ start: Int, _ end: Int) -> UnsafeBufferPointer<UInt8> { .init(start: bytes + start, count: end - start) }

    /// Adds `name:value`, each with its line feed; returns the names joined by ";".
    consuming func append(to text: inout [UInt8]) -> [UInt8] {
        var names: [UInt8] = []
        names.reserveCapacity(places.count * 32)
        text.reserveCapacity(text.count + end + places.count * 34 + 128)
        var previous: Place?
        for place in places {
            if let previous, order(previous, place) == 0 {
                text[text.count - 1] = UInt8(ascii: ",")
            } else {
                if previous != nil { names.append(UInt8(ascii: ";")) }
                names += part(place.start, place.colon)
                text += part(place.start, place.colon)
                text.append(UInt8(ascii: ":"))
            }
            text += part(place.colon, place.end)
            text.append(UInt8(ascii: "\n"))
            previous = place
        }
        return names
    }
}
