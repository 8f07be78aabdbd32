import Digest

/// The third stage of SigV4: the secret key bound to one scope.
package struct SigningKey: Sendable {
    private let bytes: [UInt8]

    package init(secretAccessKey: String, scope: CredentialScope) {
        let steps = [scope.date, scope.region, scope.service, "aws4_request"]
        bytes = steps.reduce(Array("AWS4\(secretAccessKey)".utf8)) { key, step in SHA256.hmac(key: key, Array(step.utf8)) }
    }

    /// Lower-case hexadecimal digits.
    package func signature(_ stringToSign: StringToSign) -> String {
        SHA256.hmac(key: bytes, Array(stringToSign.text.utf8)).hex
    }
}
