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
        text = [date, region, service, "aws4_request"].joined(separator: "/")
    }
}

/// The second stage of SigV4.
package struct StringToSign: Equatable, Sendable {
    static let algorithm: StaticString = "AWS4-HMAC-SHA256"
    /// `20261121T010203Z`
    let amzDate: String
    let scope: String
    let canonicalRequest: SHA256.Digest

    package var text: String {
        var text = ByteWriter(capacity: 256)
        write(to: &text)
        return text.text
    }

    func write(to text: inout ByteWriter) {
        text.append(Self.algorithm)
        text.append(UInt8(ascii: "\n"))
        text.append(amzDate)
        text.append(UInt8(ascii: "\n"))
        text.append(scope)
        text.append(UInt8(ascii: "\n"))
        text.append(canonicalRequest)
    }
}
