import Digest

/// Where and when a signature is valid.
package struct CredentialScope: Equatable, Sendable {
    package let date: String
    package let region: String
    package let service: String
    /// `20261121/eu-west-1/states/aws4_request`
    package let text: String

    /// `amzDate`: `20261121T010203Z`.
    init(amzDate: String, region: String, service: String) {
        date = String(amzDate.prefix(8))
        self.region = region
        self.service = service
        var text = date
        text.reserveCapacity(64)
        for part in [region, service, "aws4_request"] {
            text += "/"
            text += part
        }
        self.text = text
    }
}

/// The second stage of SigV4.
package struct StringToSign: Equatable, Sendable {
    package static let algorithm = "AWS4-HMAC-SHA256"
    let bytes: [UInt8]
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// `amzDate`: `20261121T010203Z`.
    init(_ canonicalRequest: CanonicalRequest, scope: CredentialScope, amzDate: String) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(scope.text.utf8.count + 100)
        for part in [Self.algorithm, amzDate, scope.text] {
            bytes += part.utf8
            bytes.append(UInt8(ascii: "\n"))
        }
        bytes += SHA256.hash(canonicalRequest.bytes).hex.utf8
        self.bytes = bytes
    }
}
