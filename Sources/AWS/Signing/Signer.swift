import Digest
package import Effects
package import HTTP

/// Signs requests with AWS Signature Version 4. It reads no clock: the time is a parameter.
package struct Signer: Sendable {
    package var credentials: Credentials
    package var region: String
    package var service: String
    package var normalizesPath = true
    /// Adds and signs `x-amz-content-sha256`.
    package var declaresPayloadHash = false
    /// Services of one old kind want the session token behind the signature instead of under it.
    package var signsSessionToken = true

    package init(credentials: Credentials, region: String, service: String) {
        self.credentials = credentials
        self.region = region
        self.service = service
    }

    /// A request that carries its signature, and the stages that led there.
    package struct Signed: Equatable, Sendable {
        package var request: Request
        package let canonicalRequest: CanonicalRequest
        package let stringToSign: StringToSign
        package let signature: String
    }

    /// Signature in the `Authorization` header. `keys`: signing keys kept from earlier requests.
    package func sign(_ request: consuming Request, at time: Timestamp, keys: inout SigningKeys) -> Signed {
        let payloadHash = SHA256.hash(request.body).hex
        let amzDate = time.amzDate
        if request.headers.contains(where: { $0.isNamed("X-Amz-Date") }) { request.headers.removeAll { $0.isNamed("X-Amz-Date") } }
        request.headers.reserveCapacity(request.headers.count + 4)
        request.headers.append(Header("X-Amz-Date", amzDate))
        if declaresPayloadHash { request.headers.append(Header("x-amz-content-sha256", payloadHash)) }
        let token = credentials.sessionToken.map { Header("X-Amz-Security-Token", $0) }
        if let token, signsSessionToken { request.headers.append(token) }

        let scope = CredentialScope(amzDate: amzDate, region: region, service: service)
        let stages = stages(request, payloadHash: payloadHash, amzDate: amzDate, scope: scope, keys: &keys)
        if let token, !signsSessionToken { request.headers.append(token) }
        request.headers.append(Header("Authorization", authorization(scope, stages)))
        return Signed(request: request, canonicalRequest: stages.canonical, stringToSign: stages.text, signature: stages.signature)
    }

    private func authorization(_ scope: CredentialScope, _ stages: Stages) -> String {
        var text = StringToSign.algorithm
        text.reserveCapacity(384)
        text += " Credential="
        text += credentials.accessKeyID
        text += "/"
        text += scope.text
        text += ", SignedHeaders="
        text += stages.canonical.signedHeaders
        text += ", Signature="
        text += stages.signature
        return text
    }

    /// As above, the signing key derived anew.
    package func sign(_ request: Request, at time: Timestamp) -> Signed {
        var keys = SigningKeys()
        return sign(request, at: time, keys: &keys)
    }

    /// Signature in the query string (a presigned URL), valid for `expires`.
    package func presign(_ request: Request, at time: Timestamp, expires: Duration) -> Signed {
        let amzDate = time.amzDate
        let scope = CredentialScope(amzDate: amzDate, region: region, service: service)
        let names = CanonicalRequest(request, payloadHash: "").signedHeaders
        var parameters = [
            ("X-Amz-Algorithm", StringToSign.algorithm),
            ("X-Amz-Credential", "\(credentials.accessKeyID)/\(scope.text)"),
            ("X-Amz-Date", amzDate),
            ("X-Amz-SignedHeaders", names),
            ("X-Amz-Expires", String(expires.components.seconds)),
        ]
        let token = credentials.sessionToken.map { ("X-Amz-Security-Token", $0) }
        if let token, signsSessionToken { parameters.append(token) }
        var request = request
        request.query = Self.appending(parameters, to: request.query)
        var keys = SigningKeys()
        let stages = stages(request, payloadHash: SHA256.hash(request.body).hex, amzDate: amzDate, scope: scope, keys: &keys)
        if let token, !signsSessionToken { request.query = Self.appending([token], to: request.query) }
        request.query = Self.appending([("X-Amz-Signature", stages.signature)], to: request.query)
        return Signed(request: request, canonicalRequest: stages.canonical, stringToSign: stages.text, signature: stages.signature)
    }

    private typealias Stages = (canonical: CanonicalRequest, text: StringToSign, signature: String)

    private func stages(_ request: Request, payloadHash: String, amzDate: String, scope: CredentialScope, keys: inout SigningKeys) -> Stages {
        let canonical = CanonicalRequest(request, payloadHash: payloadHash, normalizesPath: normalizesPath)
        let text = StringToSign(canonical, scope: scope, amzDate: amzDate)
        let key = keys.key(secretAccessKey: credentials.secretAccessKey, scope: scope)
        return (canonical, text, key.signature(text))
    }

    private static func appending(_ parameters: [(String, String)], to query: String) -> String {
        let encoded = parameters.map { "\($0.0)=\(PercentEncoding.encode($0.1))" }
        return ((query.isEmpty ? [] : [query]) + encoded).joined(separator: "&")
    }
}
