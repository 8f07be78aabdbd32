import Effects

/// The shared files, read anew at each refresh: people and tools replace keys there.
package struct ProfileSource: Sendable {
    /// Written on the command line.
    let profile: String?
    /// Of the password entry.
    let home: String?

    package init(profile: String?, home: String?) {
        self.profile = profile
        self.home = home
    }

    func load(_ io: CredentialIO) throws(CredentialsError) -> SharedConfiguration {
        do throws(SettingsError) {
            let shared = try SharedConfiguration.load(profile: profile, environment: io.environment, files: io.files, home: home)
            if profile != nil || io.environment.nonBlank("AWS_PROFILE") != nil, !shared.profileExists {
                throw SettingsError("no profile \(shared.profileName) in \(shared.credentialsPath) or \(shared.configPath)", next: "")
            }
            return shared
        } catch {
            throw .refused(error.reason)
        }
    }
}
