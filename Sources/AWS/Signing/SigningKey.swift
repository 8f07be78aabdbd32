import Digest

/// The third stage of SigV4: the secret key bound to one scope.
package struct SigningKey: Sendable {
    private let key: HMACKey

    package init(secretAccessKey: String, scope: CredentialScope) {
        let steps = [scope.date, scope.region, scope.service, "aws4_request"]
        key = steps.reduce(HMACKey(Array("AWS4\(secretAccessKey)".utf8))) { key, step in HMACKey(key.authenticate(Array(step.utf8))) }
    }

    /// Lower-case hexadecimal digits.
    package func signature(_ stringToSign: StringToSign) -> String { key.authenticate(stringToSign.bytes).hex }
}

/// Signing keys that are at hand: each is good for a day, a region and a service, and takes as long to derive as all the
/// rest of a signature.
package struct SigningKeys: Sendable {
    private var secretAccessKey = ""
    private var known: [(scope: CredentialScope, key: SigningKey)] = []

    package init() {}

    mutating func key(secretAccessKey secret: String, scope: CredentialScope) -> SigningKey {
        if secret == secretAccessKey, let found = known.first(where: { $0.scope == scope }) { return found.key }
        let key = SigningKey(secretAccessKey: secret, scope: scope)
        // Neither keys that were replaced nor a day that is over come back.
        known.removeAll { secret != secretAccessKey || $0.scope.date != scope.date }
        secretAccessKey = secret
        known.append((scope, key))
        return key
    }
}
