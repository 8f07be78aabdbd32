import CCrypto

/// SHA-256 (FIPS 180-4) by libcrypto.
package enum SHA256 {
    package struct Digest: Equatable, Sendable {
        fileprivate(set) var bytes = SIMD32<UInt8>()

        /// 64 lower-case hexadecimal digits.
        package var hex: String { withUnsafeBytes(of: bytes, hexadecimal) }

        /// The same into the first 64 bytes of `text`.
        package func writeHex(to text: UnsafeMutablePointer<UInt8>) { withUnsafeBytes(of: bytes) { writeHexadecimal($0, to: text) } }
    }

    /// Why there is no libcrypto, in the dynamic loader's words; nil when it is loaded. Asking loads it, as the first digest does.
    package static var failure: String? { awsjob_crypto_load().map { String(cString: $0) } }

    package static func hash(_ bytes: [UInt8]) -> Digest { bytes.withUnsafeBytes(hash) }

    package static func hash(_ bytes: UnsafeRawBufferPointer) -> Digest {
        hash(UnsafeRawBufferPointer(start: nil, count: 0), bytes)
    }

    /// Of one piece behind the other.
    fileprivate static func hash(_ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer) -> Digest {
        var digest = Digest()
        let isDone = withUnsafeMutableBytes(of: &digest.bytes) {
            awsjob_sha256_of_two(first.baseAddress, first.count, second.baseAddress, second.count, $0.baseAddress)
        }
        precondition(isDone == 1, "libcrypto has no SHA-256")
        return digest
    }
}

/// HMAC-SHA-256 (RFC 2104) with a key made ready for many messages: libcrypto's own takes four times as long to set up.
package struct HMACKey: Sendable {
    private let inner: SIMD64<UInt8>
    private let outer: SIMD64<UInt8>

    package init(_ key: [UInt8]) {
        var block = SIMD64<UInt8>()
        if key.count <= 64 {
            for index in key.indices { block[index] = key[index] }
        } else {
            block.lowHalf = SHA256.hash(key).bytes
        }
        self.init(block: block)
    }

    package init(_ key: SHA256.Digest) {
        self.init(block: SIMD64(lowHalf: key.bytes, highHalf: SIMD32()))
    }

    private init(block: SIMD64<UInt8>) {
        inner = block ^ SIMD64(repeating: 0x36)
        outer = block ^ SIMD64(repeating: 0x5c)
    }

    package func authenticate(_ message: [UInt8]) -> SHA256.Digest { message.withUnsafeBytes(authenticate) }

    package func authenticate(_ message: UnsafeRawBufferPointer) -> SHA256.Digest {
        let digest = withUnsafeBytes(of: inner) { SHA256.hash($0, message) }
        return withUnsafeBytes(of: digest.bytes) { digest in withUnsafeBytes(of: outer) { SHA256.hash($0, digest) } }
    }
}

extension [UInt8] {
    /// Lower-case hexadecimal digits.
    package var hex: String { withUnsafeBytes(hexadecimal) }
}

private func hexadecimal(_ bytes: UnsafeRawBufferPointer) -> String {
    String(unsafeUninitializedCapacity: bytes.count * 2) { text in
        if let start = text.baseAddress { writeHexadecimal(bytes, to: start) }
        return bytes.count * 2
    }
}

/// Without a table: the compiler turns this into vectors.
private func writeHexadecimal(_ bytes: UnsafeRawBufferPointer, to text: UnsafeMutablePointer<UInt8>) {
    for index in 0..<bytes.count {
        let (high, low) = (bytes[index] >> 4, bytes[index] & 15)
        text[index * 2] = high &+ (high > 9 ? UInt8(ascii: "a") - 10 : UInt8(ascii: "0"))
        text[index * 2 + 1] = low &+ (low > 9 ? UInt8(ascii: "a") - 10 : UInt8(ascii: "0"))
    }
}
