import Effects

/// AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN (or the older AWS_SECURITY_TOKEN).
package struct EnvironmentProvider: CredentialProvider {
    package let name = "environment"

    package init() {}

    package func credentials(_ io: CredentialIO) throws(CredentialsError) -> Credentials {
        guard let id = io.environment.nonBlank("AWS_ACCESS_KEY_ID") else { throw .notConfigured("AWS_ACCESS_KEY_ID unset") }
        guard let secret = io.environment.nonBlank("AWS_SECRET_ACCESS_KEY") else {
            throw .refused("AWS_ACCESS_KEY_ID is set but AWS_SECRET_ACCESS_KEY is not", next: "set both or neither")
        }
        var expiration: Timestamp?
        if let text = io.environment.nonBlank("AWS_CREDENTIAL_EXPIRATION") {
            guard let time = Timestamp(iso8601: text) else {
                throw .refused("AWS_CREDENTIAL_EXPIRATION is no ISO 8601 time: '\(text.prefix(40))'", next: "write it like 2026-11-21T01:02:03Z, or unset it")
            }
            expiration = time
        }
        return Credentials(
            accessKeyID: id, secretAccessKey: secret,
            sessionToken: io.environment.nonBlank("AWS_SECURITY_TOKEN") ?? io.environment.nonBlank("AWS_SESSION_TOKEN"), expiration: expiration,
            source: name)
    }
}
