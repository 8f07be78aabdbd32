package import Effects
import Glibc

/// The two shared files as one process sees them, and the profile it uses.
package struct SharedConfiguration: Sendable {
    package let profileName: String
    /// Somebody has named it: on the command line, or in the environment.
    package let isNamed: Bool
    package let config: ProfileFile
    package let credentials: ProfileFile
    package let configPath: String
    package let credentialsPath: String
    /// The user's home; empty when nothing tells.
    package let home: String

    package init(
        profileName: String, isNamed: Bool = false, config: ProfileFile, credentials: ProfileFile, configPath: String, credentialsPath: String,
        home: String = ""
    ) {
        self.profileName = profileName
        self.isNamed = isNamed
        self.config = config
        self.credentials = credentials
        self.configPath = configPath
        self.credentialsPath = credentialsPath
        self.home = home
    }

    /// A property of the profile; the credentials file wins over the config file.
    package subscript(property: String) -> String? { profile(profileName)?[property] }

    /// A profile that somebody has named has to be there, whether or not keys come from elsewhere: region and endpoints do not.
    package func named() throws(SettingsError) -> SharedConfiguration {
        guard isNamed, profile(profileName) == nil else { return self }
        throw SettingsError("no profile \(profileName) in \(credentialsPath) or \(configPath)", next: "add it, or name another with --profile or AWS_PROFILE")
    }

    /// All properties of a profile from both files; nil when neither knows it.
    package func profile(_ name: String) -> [String: String]? {
        guard let fromConfig = config.profile(name) else { return credentials.profile(name) }
        return fromConfig.merging(credentials.profile(name) ?? [:]) { $1 }
    }

    /// Reads the files; a missing file is an empty one, and so is a folder. `profile`: of the command line. Of the two variables AWS_PROFILE comes
    /// first, as in version 2 of the AWS CLI. `home`: of the password entry, for jobs without HOME.
    package static func load(
        profile: String?, environment: Environment, files: any FileReader, home: String?
    ) throws(SettingsError) -> SharedConfiguration {
        let home = environment.nonBlank("HOME") ?? home ?? ""
        let folder = home + "/.aws/"
        let configPath = try environment.path("AWS_CONFIG_FILE", home: home) ?? folder + "config"
        let credentialsPath = try environment.path("AWS_SHARED_CREDENTIALS_FILE", home: home) ?? folder + "credentials"
        let named = profile ?? environment.nonBlank("AWS_PROFILE") ?? environment.nonBlank("AWS_DEFAULT_PROFILE")
        return SharedConfiguration(
            profileName: named ?? "default", isNamed: named != nil,
            config: try read(configPath, .config, files),
            credentials: try read(credentialsPath, .credentials, files),
            configPath: configPath, credentialsPath: credentialsPath, home: home)
    }

    private static func read(_ path: String, _ kind: ProfileFile.Kind, _ files: any FileReader) throws(SettingsError) -> ProfileFile {
        let bytes: [UInt8]
        do {
            bytes = try files.read(path, limit: 4 << 20)
        } catch {
            if error.isMissing || error.code == EISDIR { return ProfileFile() }
            throw SettingsError("\(error)", next: "make it readable for this user, or name another file in AWS_\(kind == .config ? "CONFIG" : "SHARED_CREDENTIALS")_FILE")
        }
        do {
            return try ProfileFile(parsing: String(decoding: bytes, as: UTF8.self), kind: kind)
        } catch {
            throw SettingsError("\(path):\(error.line): \(error.reason)", next: "mend that line")
        }
    }
}

/// A setting that cannot be used: what is wrong and what to do.
package struct SettingsError: Error, Equatable, Sendable {
    package let reason: String
    package let next: String

    package init(_ reason: String, next: String) {
        self.reason = reason
        self.next = next
    }
}
