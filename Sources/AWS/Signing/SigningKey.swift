import Digest
import Effects

/// The third stage of SigV4: the secret key bound to one scope.
package struct SigningKey: Sendable {
    let scope: CredentialScope
    private let key: HMACKey

    init(secretAccessKey: String, scope: CredentialScope) {
        self.scope = scope
        let steps = [scope.date, scope.region, scope.service, "aws4_request"]
        key = steps.reduce(HMACKey(Array("AWS4\(secretAccessKey)".utf8))) { key, step in HMACKey(key.authenticate(Array(step.utf8))) }
    }

    func signature(of stringToSign: UnsafeBufferPointer<UInt8>) -> SHA256.Digest { key.authenticate(UnsafeRawBufferPointer(stringToSign)) }
}

/// Signing keys that are at hand: each is good for a day, a region and a service, and takes as long to derive as all the
/// rest of a signature.
package struct SigningKeys: Sendable {
    private var secretAccessKey = ""
    /// The second that was signed in last, since the epoch, and as text.
    private var second: Int64?
    private var amzDate = ""
    /// Of one secret and of the day of `second`.
    private var known: [SigningKey] = []

    package init() {}

    /// `20261121T010203Z` and the key of that day.
    mutating func key(secretAccessKey secret: String, region: String, service: String, at time: Timestamp) -> (amzDate: String, key: SigningKey) {
        // Neither keys that were replaced nor a day that is over come back.
        if secret != secretAccessKey { known = [] }
        secretAccessKey = secret
        turn(to: time)
        if let index = known.firstIndex(where: { $0.scope.region == region && $0.scope.service == service }) { return (amzDate, known[index]) }
        let key = SigningKey(secretAccessKey: secret, scope: CredentialScope(amzDate: amzDate, region: region, service: service))
        known.append(key)
        return (amzDate, key)
    }

    private mutating func turn(to time: Timestamp) {
        let next = time.millisecondsSinceEpoch / 1000
        if next == second { return }
        second = next
        let text = time.amzDate
        if text.prefix(8) != amzDate.prefix(8) { known = [] }
        amzDate = text
    }
}
