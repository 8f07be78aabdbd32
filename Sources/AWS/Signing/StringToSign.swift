import Digest
package import Effects

/// Where and when a signature is valid: `20261121/eu-west-1/states/aws4_request`.
package struct CredentialScope: Equatable, Sendable {
    package let date: String
    package let region: String
    package let service: String

    package init(time: Timestamp, region: String, service: String) {
        date = String(time.amzDate.prefix(8))
        self.region = region
        self.service = service
    }

    package var text: String { "\(date)/\(region)/\(service)/aws4_request" }
}

/// The second stage of SigV4.
package struct StringToSign: Equatable, Sendable {
    package static let algorithm = "AWS4-HMAC-SHA256"
    package let text: String

    package init(_ canonicalRequest: CanonicalRequest, scope: CredentialScope, time: Timestamp) {
        text = """
            \(Self.algorithm)
            \(time.amzDate)
            \(scope.text)
            \(SHA256.hash(Array(canonicalRequest.text.utf8)).hex)
            """
    }
}
