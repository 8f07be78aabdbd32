/// Keys written in a shared file. Read anew at each refresh: people and tools replace them there.
package struct StaticProfileProvider: CredentialProvider {
    package enum File: Sendable { case credentials, config }

    private let file: File
    private let load: (CredentialIO) throws(CredentialsError) -> SharedConfiguration

    package init(_ file: File, load: @escaping (CredentialIO) throws(CredentialsError) -> SharedConfiguration) {
        self.file = file
        self.load = load
    }

    package var name: String { file == .credentials ? "credentials file" : "config file" }

    package func credentials(_ io: CredentialIO) throws(CredentialsError) -> Credentials {
        let shared = try load(io)
        let path = file == .credentials ? shared.credentialsPath : shared.configPath
        let profiles = file == .credentials ? shared.credentials.profiles : shared.config.profiles
        guard let profile = profiles[shared.profileName] else { throw .notConfigured("no profile \(shared.profileName)") }
        guard let id = profile["aws_access_key_id"] else { throw .notConfigured("no key in profile \(shared.profileName)") }
        guard let secret = profile["aws_secret_access_key"] else {
            throw .failed("profile \(shared.profileName) in \(path) has aws_access_key_id but no aws_secret_access_key")
        }
        return Credentials(
            accessKeyID: id, secretAccessKey: secret, sessionToken: profile["aws_session_token"], source: "profile \(shared.profileName)")
    }
}
