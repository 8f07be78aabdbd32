import Effects
import HTTP
import JSON

/// The role that a profile takes through IAM Identity Center.
/// https://docs.aws.amazon.com/sdkref/latest/guide/feature-sso-credentials.html
struct SSOProfile: Equatable, Sendable {
    let profile: String
    /// Of the `[sso-session]` section; nil for the older kind of profile, whose tokens cannot be refreshed.
    let session: String?
    let startURL: String
    let region: String
    let account: String
    let role: String

    /// Nil when the profile names neither account nor role.
    init?(_ profile: [String: String], name: String, _ shared: SharedConfiguration) throws(CredentialsError) {
        guard profile.nonBlank("sso_account_id") != nil || profile.nonBlank("sso_role_name") != nil else { return nil }
        var settings = profile
        session = profile.nonBlank("sso_session")
        if let session {
            guard let section = shared.config.ssoSessions[session] else { throw .refused("profile \(name) names [sso-session \(session)], which \(shared.configPath) does not have") }
            for (property, value) in section {
                guard profile[property] == nil || profile[property] == value else { throw .refused("\(property) of profile \(name) differs from that of [sso-session \(session)]") }
                settings[property] = value
            }
        }
        guard let account = settings.nonBlank("sso_account_id"), let role = settings.nonBlank("sso_role_name"),
            let region = settings.nonBlank("sso_region"), let startURL = settings.nonBlank("sso_start_url")
        else {
            let missing = ["sso_account_id", "sso_role_name", "sso_region", "sso_start_url"].filter { settings.nonBlank($0) == nil }
            throw .refused("profile \(name) lacks \(missing.joined(separator: ", "))")
        }
        (self.profile, self.account, self.role, self.region, self.startURL) = (name, account, role, region, startURL)
    }

    var identity: [String] { ["sso", session ?? "", startURL, region, account, role] }

    func credentials(_ shared: SharedConfiguration, _ endpoints: CredentialEndpoints, _ io: CredentialIO) throws(CredentialsError) -> Credentials {
        let token = try SSOToken.current(for: self, home: shared.home, endpoints, io)
        let place = try endpoints.place(of: .sso, region: region)
        let query = "role_name=\(PercentEncoding.encode(role))&account_id=\(PercentEncoding.encode(account))"
        var request = Request("GET", place.origin, path: place.path + "/federation/credentials", query: query)
        request.headers = [Header("x-amz-sso_bearer_token", token), Header("User-Agent", "awsjob")]
        request.limits = Request.Limits(connect: .seconds(5), total: .seconds(15), body: 1 << 20)
        switch try io.fetch(.service, { request }) {
        case .failure(let error): throw .failed("IAM Identity Center did not answer: \(error.detail)")
        case .success(let response) where response.status == 200: return try read(response, io)
        case .success(let response) where response.status == 401: throw .refused("IAM Identity Center does not take the token", next: login)
        case .success(let response):
            let code = response.serviceError()?.code ?? "HTTP \(response.status)"
            let reason = "IAM Identity Center refused role \(role) of account \(account): \(code)"
            throw response.asksForPatience ? .failed(reason) : .refused(reason, next: "check sso_account_id, sso_role_name and who is assigned to that role")
        }
    }

    private func read(_ response: Response, _ io: CredentialIO) throws(CredentialsError) -> Credentials {
        guard let keys = (try? JSONValue(parsing: response.body))?["roleCredentials"], let id = keys["accessKeyId"]?.string,
            let secret = keys["secretAccessKey"]?.string
        else { throw .failed("IAM Identity Center answered without keys") }
        let expiration = keys["expiration"]?.int64.map { io.local(Timestamp(millisecondsSinceEpoch: $0), in: response) }
        return Credentials(
            accessKeyID: id, secretAccessKey: secret, sessionToken: keys["sessionToken"]?.string, expiration: expiration,
            source: "role \(role) of account \(account) by IAM Identity Center")
    }

    /// What to do when nothing but a person helps.
    var login: String { "run aws sso login --profile \(profile)" }
}

package struct SSOProvider: ProfileLink {
    package let name = "sso"
    private let source: ProfileSource
    private let endpoints: CredentialEndpoints

    package init(_ source: ProfileSource, _ endpoints: CredentialEndpoints) {
        self.source = source
        self.endpoints = endpoints
    }

    package func credentials(_ io: CredentialIO) throws(CredentialsError) -> Credentials {
        let (shared, properties) = try source.properties(io)
        guard let profile = try SSOProfile(properties, name: shared.profileName, shared) else {
            let hasSession = properties.nonBlank("sso_session") != nil
            throw .notConfigured(hasSession ? "sso_session without sso_account_id and sso_role_name gives no keys" : "no sso_account_id")
        }
        let place = try endpoints.place(of: .sso, region: profile.region)
        return try io.shared(profile.identity + [place.identity], freshness: .seconds(300)) { () throws(CredentialsError) in
            try profile.credentials(shared, endpoints, io)
        }
    }
}
