import CCrypto

/// SHA-256 and HMAC-SHA-256 (FIPS 180-4, RFC 2104) by libcrypto.
package enum SHA256 {
    /// 32 bytes.
    package static func hash(_ bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        precondition(awsjob_sha256(bytes, bytes.count, &digest) == 1, "libcrypto has no SHA-256")
        return digest
    }

    package static func hmac(key: [UInt8], _ bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        precondition(awsjob_hmac_sha256(key, key.count, bytes, bytes.count, &digest) == 1, "libcrypto has no HMAC")
        return digest
    }
}

extension [UInt8] {
    /// Lower-case hexadecimal digits.
    package var hex: String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(count * 2)
        for byte in self {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
