import Effects
import JSON

/// `credential_process` of a profile: a program that prints keys.
/// https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html
package struct ProcessProvider: ProfileLink {
    package let name = "credential_process"
    private let source: ProfileSource

    package init(_ source: ProfileSource) {
        self.source = source
    }

    package func credentials(_ io: CredentialIO) throws(CredentialsError) -> Credentials {
        let (shared, profile) = try source.properties(io)
        guard let command = profile.nonBlank("credential_process") else { throw .notConfigured("no credential_process") }
        return try Self.run(command, profile: shared.profileName, io)
    }

    static func run(_ command: String, profile: String, _ io: CredentialIO) throws(CredentialsError) -> Credentials {
        guard let arguments = ShellWords.words(command), !arguments.isEmpty else { throw .refused("unbalanced quotes in credential_process") }
        if let variable = assigned(arguments[0]) {
            // Its value may be a password.
            throw .refused("credential_process begins with \(variable)=, and no shell reads it", next: "write env in front of it")
        }
        let (status, output) = try io.run(arguments, limit: .seconds(60))
        guard status == .exited(0) else {
            // What it printed may hold keys.
            throw .failed("\(arguments[0]) \(Self.describe(status))", next: "run \(arguments[0]) by hand to see why")
        }
        return try Self.parse(output, program: arguments[0], profile: profile)
    }

    /// The name in a shell's `NAME=value`; nil for anything else.
    private static func assigned(_ word: String) -> Substring? {
        guard let equals = word.firstIndex(of: "="), equals > word.startIndex else { return nil }
        let name = word[..<equals]
        return name.allSatisfy { $0 == "_" || $0.isASCII && ($0.isLetter || $0.isNumber) } ? name : nil
    }

    private static func describe(_ status: ChildProcess.Status) -> String {
        switch status {
        case .exited(let code): "ended with exit code \(code)"
        case .signalled(let signal): "was killed by signal \(signal)"
        }
    }

    static func parse(_ output: [UInt8], program: String, profile: String) throws(CredentialsError) -> Credentials {
        // The output holds keys: an error about it never quotes it.
        guard let reply = try? JSONValue(parsing: output) else { throw .failed("\(program) printed no JSON") }
        guard reply["Version"]?.int == 1 else { throw .failed("\(program) printed no \"Version\": 1") }
        guard let id = reply["AccessKeyId"]?.string, let secret = reply["SecretAccessKey"]?.string else {
            throw .failed("\(program) printed no AccessKeyId and SecretAccessKey")
        }
        let expiration = try Credentials.expiration(reply["Expiration"], of: program)
        return Credentials(
            accessKeyID: id, secretAccessKey: secret, sessionToken: reply["SessionToken"]?.string, expiration: expiration,
            source: "credential_process of profile \(profile)")
    }
}
