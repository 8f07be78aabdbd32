import Effects
import HTTP

/// What STS answers to somebody who wants to be a role: keys, or why not, in words.
struct AssumedRoleReply {
    private let role: AssumedRole
    /// That the role is asked for with, as people know it.
    private let means: Means
    private let secrets: [String]

    private enum Means {
        case keys(source: String, areRenewed: Bool)
        case token
    }

    init(role: AssumedRole, keys: Credentials) {
        self.role = role
        // Only keys with an end are given anew by where they came from.
        means = .keys(source: keys.source, areRenewed: keys.expiration != nil)
        secrets = Self.spellings([keys.secretAccessKey, keys.sessionToken ?? ""])
    }

    init(role: AssumedRole, token: String) {
        self.role = role
        (means, secrets) = (.token, Self.spellings([token]))
    }

    /// As they are, and as a form carries them: STS may quote either.
    private static func spellings(_ secrets: [String]) -> [String] { secrets + secrets.map { PercentEncoding.encode($0) } }

    /// STS could not reach the provider of the identity.
    static let providerIsAway = "IDPCommunicationError"
    /// Tokens are rotated by somebody else: the next one may do.
    private static let tokenCodes: Set<String> = [providerIsAway, "InvalidIdentityToken", "ExpiredTokenException"]
    /// The keys are at fault, or the clock that signed with them.
    private static let keyCodes = RetryPolicy.unknownKeyCodes.union(RetryPolicy.signatureCodes).union(RetryPolicy.expiredKeyCodes)

    func credentials(_ result: Result<Response, TransportError>, _ io: CredentialIO) throws(CredentialsError) -> Credentials {
        switch result {
        case .failure(let error): throw .failed("STS did not answer for \(role.arn): \(error.detail)", next: "check the way to STS: network, proxy, AWS_ENDPOINT_URL_STS")
        case .success(let response) where response.status == 200: return try keys(response, io)
        case .success(let response):
            guard let error = response.serviceError()?.hiding(secrets) else {
                throw .failed("STS answered for \(role.arn) with a page that is not of AWS (HTTP \(response.status))", next: "look who answers there: a proxy or its login page")
            }
            // AWS's message, which may be long, comes last.
            let message = error.message.isEmpty ? "" : ": \(error.message.prefix(200))"
            let reason = "STS refused \(role.arn): \(error.code), request \(error.requestID ?? "without id")\(message)"
            throw response.asksForPatience || mayPass(error.code) ? .failed(reason, next: advice(error)) : .refused(reason, next: advice(error))
        }
    }

    private func mayPass(_ code: String) -> Bool {
        switch means {
        case .token: Self.tokenCodes.contains(code)
        case .keys(_, let areRenewed): areRenewed && RetryPolicy.expiredKeyCodes.contains(code)
        }
    }

    private func advice(_ error: ServiceError) -> String {
        switch (means, error.code) {
        case (.keys(let source, _), "AccessDenied"): "allow the keys of \(source) sts:AssumeRole on that role, and admit them in its trust policy"
        case (.keys(let source, _), let code) where Self.keyCodes.contains(code): "check the keys of \(source), and this host's clock"
        case (.token, "AccessDenied"): "let the role's trust policy admit the token: issuer, audience, subject"
        case (.token, let code) where Self.tokenCodes.contains(code): "check the token file and the identity provider in IAM"
        default: "check role_arn and what stands beside it in the profile"
        }
    }

    private func keys(_ response: Response, _ io: CredentialIO) throws(CredentialsError) -> Credentials {
        guard let id = response.xml("AccessKeyId"), let secret = response.xml("SecretAccessKey"), let token = response.xml("SessionToken"),
            let expiration = response.xml("Expiration").flatMap(Timestamp.init(iso8601:))
        else { throw .failed("STS answered for \(role.arn) without keys") }
        return Credentials(
            accessKeyID: id, secretAccessKey: secret, sessionToken: token, expiration: io.local(expiration, in: response), source: "role \(role.arn)")
    }
}
