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

    /// Signature in the `Authorization` header.
    package func sign(_ request: Request, at time: Timestamp) -> Signed {
        var request = request
        let payloadHash = SHA256.hash(request.body).hex
        request.headers.removeAll { $0.name.lowercased() == "x-amz-date" }
        request.headers.append(Header("X-Amz-Date", time.amzDate))
        if declaresPayloadHash { request.headers.append(Header("x-amz-content-sha256", payloadHash)) }
        let token = credentials.sessionToken.map { Header("X-Amz-Security-Token", $0) }
        if let token, signsSessionToken { request.headers.append(token) }

        var signed = stages(request, payloadHash: payloadHash, at: time)
        if let token, !signsSessionToken { signed.request.headers.append(token) }
        let scope = CredentialScope(time: time, region: region, service: service)
        let authorization =
            "\(StringToSign.algorithm) Credential=\(credentials.accessKeyID)/\(scope.text), "
            + "SignedHeaders=\(signed.canonicalRequest.signedHeaders), Signature=\(signed.signature)"
        signed.request.headers.append(Header("Authorization", authorization))
        return signed
    }

    /// Signature in the query string (a presigned URL), valid for `expires`.
    package func presign(_ request: Request, at time: Timestamp, expires: Duration) -> Signed {
        let scope = CredentialScope(time: time, region: region, service: service)
        let names = CanonicalRequest(request, payloadHash: "").signedHeaders
        var parameters = [
            ("X-Amz-Algorithm", StringToSign.algorithm),
            ("X-Amz-Credential", "\(credentials.accessKeyID)/\(scope.text)"),
            ("X-Amz-Date", time.amzDate),
            ("X-Amz-SignedHeaders", names),
            ("X-Amz-Expires", String(expires.components.seconds)),
        ]
        let token = credentials.sessionToken.map { ("X-Amz-Security-Token", $0) }
        if let token, signsSessionToken { parameters.append(token) }
        var request = request
        request.query = Self.appending(parameters, to: request.query)
        var signed = stages(request, payloadHash: SHA256.hash(request.body).hex, at: time)
        if let token, !signsSessionToken { signed.request.query = Self.appending([token], to: signed.request.query) }
        signed.request.query = Self.appending([("X-Amz-Signature", signed.signature)], to: signed.request.query)
        return signed
    }

    private func stages(_ request: Request, payloadHash: String, at time: Timestamp) -> Signed {
        let scope = CredentialScope(time: time, region: region, service: service)
        let canonical = CanonicalRequest(request, payloadHash: payloadHash, normalizesPath: normalizesPath)
        let stringToSign = StringToSign(canonical, scope: scope, time: time)
        let key = SigningKey(secretAccessKey: credentials.secretAccessKey, scope: scope)
        return Signed(
            request: request, canonicalRequest: canonical, stringToSign: stringToSign, signature: key.signature(stringToSign))
    }

    private static func appending(_ parameters: [(String, String)], to query: String) -> String {
        let encoded = parameters.map { "\($0.0)=\(PercentEncoding.encode($0.1))" }
        return ((query.isEmpty ? [] : [query]) + encoded).joined(separator: "&")
    }
}
