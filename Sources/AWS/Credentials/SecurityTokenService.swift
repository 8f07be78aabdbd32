import Effects
import HTTP
import JSON

/// AWS STS as far as credentials need it: its Query protocol, asked in the region.
/// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
struct SecurityTokenService {
    let endpoints: CredentialEndpoints

    /// Signed with `keys`.
    func assumeRole(_ role: AssumedRole, with keys: Credentials, _ io: CredentialIO) throws(CredentialsError) -> Credentials {
        let place = try endpoints.place(of: .sts)
        let request = Self.request("AssumeRole", role.parameters, place)
        let signer = Signer(credentials: keys, region: place.signingRegion, service: Service.sts.signingName)
        var result = try io.fetch(.service) { signer.sign(request, at: io.clock.now).request }
        // A host whose clock is wrong is told the time by the refusal itself.
        if case .success(let response) = result, let skew = Self.skew(in: response, at: io.clock.now) {
            result = try io.fetch(.service) { signer.sign(request, at: io.clock.now + skew).request }
        }
        return try Self.credentials(result, role, hiding: [keys.secretAccessKey, keys.sessionToken ?? ""])
    }

    /// Unsigned: the token proves who asks.
    func assumeRoleWithWebIdentity(_ role: AssumedRole, token: String, _ io: CredentialIO) throws(CredentialsError) -> Credentials {
        let place = try endpoints.place(of: .sts)
        let request = Self.request("AssumeRoleWithWebIdentity", role.parameters + [("WebIdentityToken", token)], place)
        let result = try io.fetch(.service, isTransient: { $0.serviceError()?.code == Self.providerIsAway }) { request }
        return try Self.credentials(result, role, hiding: [token])
    }

    private static func request(_ action: String, _ parameters: [(String, String)], _ place: Endpoint) -> Request {
        let fields = JSONValue.object(parameters.map { .init($0.0, .string($0.1)) })
        var request = Request("POST", place.origin, path: place.path + "/", body: Service.sts.body(action, fields))
        request.headers = [Header("Content-Type", Service.sts.addressing(action).contentType), Header("User-Agent", "awsjob")]
        request.limits = Request.Limits(connect: .seconds(5), total: .seconds(15), body: 1 << 20)
        return request
    }

    /// STS could not reach the provider of the identity.
    private static let providerIsAway = "IDPCommunicationError"

    /// The clock of AWS minus ours where STS refuses the request for its time.
    private static func skew(in response: Response, at now: Timestamp) -> Duration? {
        guard let code = response.serviceError()?.code, RetryPolicy.skewCodes.contains(code),
            let date = response.header("date").flatMap(Timestamp.init(httpDate:)), abs((date - now).inSeconds) > 240
        else { return nil }
        return date - now
    }

    private static func credentials(
        _ result: Result<Response, TransportError>, _ role: AssumedRole, hiding secrets: [String]
    ) throws(CredentialsError) -> Credentials {
        switch result {
        case .failure(let error): throw .failed("STS did not answer for \(role.arn): \(error.detail)")
        case .success(let response) where response.status == 200: return try keys(response, role)
        case .success(let response):
            guard let error = response.serviceError()?.hiding(secrets) else {
                throw .failed("STS answered for \(role.arn) with a page that is not of AWS (HTTP \(response.status))")
            }
            let message = error.message.isEmpty ? "" : ", \(error.message.prefix(200))"
            let reason = "STS refused \(role.arn): \(error.code)\(message) (request \(error.requestID ?? "without id"))"
            throw response.asksForPatience || error.code == providerIsAway ? .failed(reason) : .refused(reason)
        }
    }

    private static func keys(_ response: Response, _ role: AssumedRole) throws(CredentialsError) -> Credentials {
        guard let id = response.xml("AccessKeyId"), let secret = response.xml("SecretAccessKey"), let token = response.xml("SessionToken"),
            let expiration = response.xml("Expiration").flatMap(Timestamp.init(iso8601:))
        else { throw .failed("STS answered for \(role.arn) without keys") }
        return Credentials(accessKeyID: id, secretAccessKey: secret, sessionToken: token, expiration: expiration, source: "role \(role.arn)")
    }
}
