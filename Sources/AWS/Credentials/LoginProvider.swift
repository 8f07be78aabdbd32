/// A profile of `aws login`, whose sessions this program does not read: an error rather than somebody else's keys.
package struct LoginProvider: ProfileLink {
    package let name = "login"
    private let source: ProfileSource

    package init(_ source: ProfileSource) {
        self.source = source
    }

    package func credentials(_ io: CredentialIO) throws(CredentialsError) -> Credentials {
        let (shared, profile) = try source.properties(io)
        guard profile["login_session"] != nil else { throw .notConfigured("no login_session") }
        throw Self.refusal(shared.profileName)
    }

    static func refusal(_ profile: String) -> CredentialsError {
        .refused(
            "profile \(profile) uses aws login, which ends with its person's session",
            next: "give the job a role, or credential_process = aws configure export-credentials")
    }
}
