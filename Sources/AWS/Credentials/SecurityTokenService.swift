import Effects
import HTTP
import JSON

/// AWS STS as far as credentials need it: its Query protocol, asked in the region.
/// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
struct SecurityTokenService {
    let endpoints: CredentialEndpoints

    /// Signed with the keys of `source`. Where AWS calls those expired, or does not know them any more, it is asked once more, told their id.
    func assumeRole(
        _ role: AssumedRole, with source: (_ rejected: String?) throws(CredentialsError) -> Credentials, _ io: CredentialIO
    ) throws(CredentialsError) -> Credentials {
        var keys = try source(nil)
        var result = try ask(role, keys, io)
        if case .success(let response) = result, Self.isOfOldKeys(response) {
            let others = try source(keys.accessKeyID)
            if others.accessKeyID != keys.accessKeyID {
                keys = others
                result = try ask(role, keys, io)
            }
        }
        return try AssumedRoleReply(role: role, keys: keys).credentials(result, io)
    }

    private func ask(_ role: AssumedRole, _ keys: Credentials, _ io: CredentialIO) throws(CredentialsError) -> Result<Response, TransportError> {
        let place = try endpoints.place(of: .sts)
        let request = Self.request("AssumeRole", role.parameters, place)
        let signer = Signer(credentials: keys, region: place.signingRegion, service: Service.sts.signingName)
        var canonicalRequest: CanonicalRequest?
        let result = try io.fetch(.service) {
            let signed = signer.sign(request, at: io.clock.now)
            canonicalRequest = signed.canonicalRequest
            return signed.request
        }
        guard case .success(let response) = result, let code = response.serviceError()?.code else { return result }
        if let trace = io.trace, RetryPolicy.signatureCodes.contains(code) {
            canonicalRequest?.trace(hiding: keys.sessionToken).forEach(trace)
        }
        // A host whose clock is wrong is told the time by the refusal itself.
        guard RetryPolicy.skewCodes.contains(code) else { return result }
        let skew = io.serverClock(response).skew
        guard abs(skew.inSeconds) > ServerClock.tolerance.inSeconds else { return result }
        return try io.fetch(.service) { signer.sign(request, at: io.clock.now + skew).request }
    }

    /// Unsigned: the token proves who asks.
    func assumeRoleWithWebIdentity(_ role: AssumedRole, token: String, _ io: CredentialIO) throws(CredentialsError) -> Credentials {
        let place = try endpoints.place(of: .sts)
        let request = Self.request("AssumeRoleWithWebIdentity", role.parameters + [("WebIdentityToken", token)], place)
        let result = try io.fetch(.service, isTransient: { $0.serviceError()?.code == AssumedRoleReply.providerIsAway }) { request }
        return try AssumedRoleReply(role: role, token: token).credentials(result, io)
    }

    private static func isOfOldKeys(_ response: Response) -> Bool {
        guard response.status != 200, let code = response.serviceError()?.code else { return false }
        return RetryPolicy.expiredKeyCodes.contains(code) || RetryPolicy.unknownKeyCodes.contains(code)
    }

    private static func request(_ action: String, _ parameters: [(String, String)], _ place: Endpoint) -> Request {
        let fields = JSONValue.object(parameters.map { .init($0.0, .string($0.1)) })
        var request = Request("POST", place.origin, path: place.path + "/", body: Service.sts.body(action, fields))
        request.headers = [Header("Content-Type", Service.sts.addressing(action).contentType), Header("User-Agent", "awsjob")]
        request.limits = Request.Limits(connect: .seconds(5), total: .seconds(15), body: 1 << 20)
        return request
    }
}
