import Effects

/// A role that is assumed with a token of somebody else's, in a file that is rotated: EKS service accounts and the like.
struct WebIdentity: Equatable, Sendable {
    let role: AssumedRole
    let tokenFile: String

    init(role: AssumedRole, tokenFile: String) {
        self.role = role
        self.tokenFile = tokenFile
    }

    /// Nil when the profile names no token file.
    init?(_ profile: [String: String], name: String) throws(CredentialsError) {
        guard let file = profile.nonBlank("web_identity_token_file") else { return nil }
        guard let arn = profile.nonBlank("role_arn") else { throw .refused("profile \(name) has web_identity_token_file, but no role_arn") }
        self.init(role: AssumedRole(arn: arn, sessionName: profile.nonBlank("role_session_name")), tokenFile: file)
    }

    var identity: [String] { ["web identity", tokenFile] + role.identity }

    /// Reads the token file anew.
    func credentials(_ endpoints: CredentialEndpoints, _ io: CredentialIO) throws(CredentialsError) -> Credentials {
        let token: String
        do {
            token = String(decoding: try io.files.read(tokenFile, limit: 1 << 20), as: UTF8.self)
        } catch {
            throw .failed("web identity token: \(error)")
        }
        let trimmed = token.split(whereSeparator: \.isWhitespace).joined()
        guard !trimmed.isEmpty else { throw .failed("the web identity token file \(tokenFile) is empty") }
        return try SecurityTokenService(endpoints: endpoints).assumeRoleWithWebIdentity(role, token: trimmed, io)
    }
}

/// AWS_WEB_IDENTITY_TOKEN_FILE, AWS_ROLE_ARN, AWS_ROLE_SESSION_NAME, each else from the profile.
/// https://docs.aws.amazon.com/sdkref/latest/guide/feature-assume-role-credentials.html
package struct WebIdentityProvider: CredentialProvider {
    package let name = "web identity"
    private let source: ProfileSource
    private let endpoints: CredentialEndpoints

    package init(_ source: ProfileSource, _ endpoints: CredentialEndpoints) {
        self.source = source
        self.endpoints = endpoints
    }

    package func credentials(_ io: CredentialIO) throws(CredentialsError) -> Credentials {
        let shared = try source.load(io)
        // A profile of the command line stands above the environment.
        let environment = source.profile == nil ? io.environment : .init([:])
        var profile = shared.profile(shared.profileName) ?? [:]
        for (variable, property) in [
            ("AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file"), ("AWS_ROLE_ARN", "role_arn"), ("AWS_ROLE_SESSION_NAME", "role_session_name"),
        ] {
            if let value = environment.nonBlank(variable) { profile[property] = value }
        }
        guard let identity = try WebIdentity(profile, name: shared.profileName) else {
            throw .notConfigured("no AWS_WEB_IDENTITY_TOKEN_FILE")
        }
        let place = try endpoints.place(of: .sts)
        return try io.shared(identity.identity + [place.identity]) { () throws(CredentialsError) in
            try identity.credentials(endpoints, io)
        }
    }
}
