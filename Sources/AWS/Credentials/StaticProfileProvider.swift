/// Keys written in a shared file.
package struct StaticProfileProvider: ProfileLink {
    package enum File: Sendable { case credentials, config }

    private let file: File
    private let source: ProfileSource

    package init(_ file: File, _ source: ProfileSource) {
        self.file = file
        self.source = source
    }

    package var name: String { file == .credentials ? "credentials file" : "config file" }

    package func credentials(_ io: CredentialIO) throws(CredentialsError) -> Credentials {
        let shared = try source.properties(io).shared
        return try Self.keys(of: shared.profileName, in: file, of: shared)
    }

    static func keys(of name: String, in file: File, of shared: SharedConfiguration) throws(CredentialsError) -> Credentials {
        let path = file == .credentials ? shared.credentialsPath : shared.configPath
        guard let profile = (file == .credentials ? shared.credentials : shared.config).profile(name) else { throw .notConfigured("no aws_access_key_id") }
        let id = profile.nonBlank("aws_access_key_id")
        let next = "write both keys of the pair there, or neither"
        guard let secret = profile.nonBlank("aws_secret_access_key") else {
            guard id == nil else { throw .refused("profile \(name) in \(path) has aws_access_key_id but no aws_secret_access_key", next: next) }
            throw .notConfigured("no aws_access_key_id")
        }
        guard isAsked(file, of: shared, name) else { throw .notConfigured("no aws_access_key_id") }
        guard let id else { throw .refused("profile \(name) in \(path) has aws_secret_access_key but no aws_access_key_id", next: next) }
        return Credentials(
            accessKeyID: id, secretAccessKey: secret,
            sessionToken: profile.nonBlank("aws_security_token") ?? profile.nonBlank("aws_session_token"), source: "profile \(name)")
    }

    /// The file has keys of the profile. A secret without its id is passed over where the config file has a pair, as botocore does.
    static func isAsked(_ file: File, of shared: SharedConfiguration, _ name: String) -> Bool {
        let (config, credentials) = (shared.config.profile(name) ?? [:], shared.credentials.profile(name) ?? [:])
        guard file == .credentials else { return config.hasKeys }
        return credentials.nonBlank("aws_access_key_id") != nil || (credentials.hasKeys && !config.hasBothKeys)
    }
}

extension [String: String] {
    /// The property, nil when unset or blank.
    func nonBlank(_ name: String) -> String? {
        self[name].flatMap { $0.allSatisfy(\.isWhitespace) ? nil : $0 }
    }
}
