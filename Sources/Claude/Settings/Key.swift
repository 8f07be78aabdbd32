import Effects

/// What lets a request in. Its description never shows it.
package struct Key: Equatable, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    enum Form: Sendable { case apiKey, bearer }

    package let value: String
    let form: Form
    /// For people: "ANTHROPIC_API_KEY", "file /etc/awsjob/claude.key".
    package let source: String

    package var description: String { "key of \(source)" }
    package var debugDescription: String { description }

    var header: (name: String, value: String) {
        switch form {
        case .apiKey: ("x-api-key", value)
        case .bearer: ("Authorization", "Bearer \(value)")
        }
    }

    /// Named in the configuration, else in the environment as Anthropic's SDKs read it. Nil where the provider lets roles in
    /// and no key is set. `secret`: reads a secret of Secrets Manager.
    static func find(_ settings: ClaudeSettings, _ environment: Environment, secret: (String) throws(ClaudeFailure) -> String) throws(ClaudeFailure) -> Key? {
        if settings.keyFile != nil, settings.keySecret != nil {
            throw .settings("both a key file and a key secret are named", next: "name one of claude-key-file and claude-key-secret")
        }
        if let path = settings.keyFile { return try Key(text: file(path), form: .apiKey, source: "file \(path)") }
        if let id = settings.keySecret { return try Key(text: inside(secret(id)), form: .apiKey, source: "secret \(id)") }
        for (name, form) in variables(settings.provider) {
            if let value = environment.nonBlank(name) { return try Key(text: value, form: form, source: name) }
        }
        if settings.provider == .anthropic {
            throw .noKey(environment.nonBlank("ANTHROPIC_PROFILE") == nil ? nil : "ANTHROPIC_PROFILE is not read by awsjob")
        }
        return nil
    }

    private static func variables(_ provider: Provider) -> [(String, Form)] {
        switch provider {
        case .anthropic: [("ANTHROPIC_API_KEY", .apiKey), ("ANTHROPIC_AUTH_TOKEN", .bearer)]
        case .aws: [("ANTHROPIC_AWS_API_KEY", .apiKey)]
        case .bedrock: [("AWS_BEARER_TOKEN_BEDROCK", .bearer)]
        }
    }

    private init(text: String, form: Form, source: String) throws(ClaudeFailure) {
        let value = text.trimmed
        // A header takes nothing else, and a line feed would begin another one.
        guard !value.isEmpty, value.utf8.count <= 4096, value.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
            throw .settings("\(source) holds no key", next: "put the key alone into it")
        }
        (self.value, self.form, self.source) = (value, form, source)
    }

    private static func file(_ path: String) throws(ClaudeFailure) -> String {
        do throws(PrivateFileError) {
            return String(decoding: try PrivateFile(path).read(limit: 1 << 16), as: UTF8.self)
        } catch {
            throw .settings("key file: \(error)", next: error.isExposed ? "chmod 600, owned by the user of the job" : "name a readable file in claude-key-file")
        }
    }

    /// The text of the secret, or one member of it where it is JSON, as the console of Secrets Manager makes it.
    private static func inside(_ secret: String) -> String {
        SecretText(secret).member(of: ["ANTHROPIC_API_KEY", "anthropic_api_key", "api_key", "apiKey", "key"])
    }
}

extension String {
    /// Without white space at both ends.
    var trimmed: String { String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed()) }
}
