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
        fileprivate let code: SHA256.Digest
        /// Lower-case hexadecimal digits.
        package var signature: String { code.hex }
    }

    /// Signature in the `Authorization` header. `keys`: signing keys kept from earlier requests.
    package func sign(_ request: consuming Request, at time: Timestamp, keys: inout SigningKeys) -> Signed {
        let (amzDate, key) = keys.key(secretAccessKey: credentials.secretAccessKey, region: region, service: service, at: time)
        let payload = SHA256.hash(request.body)
        if request.headers.contains(where: { $0.isNamed("X-Amz-Date") }) { request.headers.removeAll { $0.isNamed("X-Amz-Date") } }
        request.headers.reserveCapacity(request.headers.count + 4)
        request.headers.append(Header("X-Amz-Date", amzDate))
        if declaresPayloadHash { request.headers.append(Header("x-amz-content-sha256", payload.hex)) }
        let token = credentials.sessionToken.map { Header("X-Amz-Security-Token", $0) }
        if let token, signsSessionToken { request.headers.append(token) }

        var text = ByteWriter(capacity: 1024)
        let stages = stages(request, payload: payload, amzDate: amzDate, key: key, in: &text)
        if let token, !signsSessionToken { request.headers.append(token) }
        request.headers.append(Header("Authorization", authorization(stages, in: &text)))
        return Signed(request: request, canonicalRequest: stages.canonical, stringToSign: stages.text, code: stages.code)
    }

    private func authorization(_ stages: Stages, in text: inout ByteWriter) -> String {
        text.cut(to: 0)
        text.append(StringToSign.algorithm)
        text.append(" Credential=")
        text.append(credentials.accessKeyID)
        text.append(UInt8(ascii: "/"))
        text.append(stages.text.scope)
        text.append(", SignedHeaders=")
        stages.canonical.signedHeaders.withUnsafeBufferPointer { text.append($0) }
        text.append(", Signature=")
        text.append(stages.code)
        return text.text
    }

    /// As above, the signing key derived anew.
    package func sign(_ request: Request, at time: Timestamp) -> Signed {
        var keys = SigningKeys()
        return sign(request, at: time, keys: &keys)
    }

    /// Signature in the query string (a presigned URL), valid for `expires`.
    package func presign(_ request: Request, at time: Timestamp, expires: Duration) -> Signed {
        var keys = SigningKeys()
        let (amzDate, key) = keys.key(secretAccessKey: credentials.secretAccessKey, region: region, service: service, at: time)
        var names = ByteWriter(capacity: 256)
        CanonicalHeaders(request).writeNames(to: &names)
        var parameters = [
            ("X-Amz-Algorithm", "\(StringToSign.algorithm)"),
            ("X-Amz-Credential", "\(credentials.accessKeyID)/\(key.scope.text)"),
            ("X-Amz-Date", amzDate),
            ("X-Amz-SignedHeaders", names.text),
            ("X-Amz-Expires", String(expires.components.seconds)),
        ]
        let token = credentials.sessionToken.map { ("X-Amz-Security-Token", $0) }
        if let token, signsSessionToken { parameters.append(token) }
        var request = request
        request.query = Self.appending(parameters, to: request.query)
        var text = ByteWriter(capacity: 1024)
        let stages = stages(request, payload: SHA256.hash(request.body), amzDate: amzDate, key: key, in: &text)
        if let token, !signsSessionToken { request.query = Self.appending([token], to: request.query) }
        request.query = Self.appending([("X-Amz-Signature", stages.code.hex)], to: request.query)
        return Signed(request: request, canonicalRequest: stages.canonical, stringToSign: stages.text, code: stages.code)
    }

    private typealias Stages = (canonical: CanonicalRequest, text: StringToSign, code: SHA256.Digest)

    /// `text`: empty; what is written there is nobody's afterwards.
    private func stages(
        _ request: borrowing Request, payload: SHA256.Digest, amzDate: String, key: borrowing SigningKey, in text: inout ByteWriter
    ) -> Stages {
        let canonical = CanonicalRequest(request, payload: payload, normalizesPath: normalizesPath, in: &text)
        let string = StringToSign(amzDate: amzDate, scope: key.scope.text, canonicalRequest: SHA256.hash(UnsafeRawBufferPointer(text.written)))
        text.cut(to: 0)
        string.write(to: &text)
        return (canonical, string, key.signature(of: text.written))
    }

    private static func appending(_ parameters: [(String, String)], to query: String) -> String {
        let encoded = parameters.map { "\($0.0)=\(PercentEncoding.encode($0.1))" }
        return ((query.isEmpty ? [] : [query]) + encoded).joined(separator: "&")
    }
}
