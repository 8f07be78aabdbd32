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
            return try SharedConfiguration.load(profile: profile, environment: io.environment, files: io.files, home: home).named()
        } catch {
            throw .refused(error.reason, next: error.next)
        }
    }

    /// With the properties of the profile in use. Where there is no such profile, nothing of it is set up.
    func properties(_ io: CredentialIO) throws(CredentialsError) -> (shared: SharedConfiguration, profile: [String: String]) {
        let shared = try load(io)
        guard let profile = shared.profile(shared.profileName) else { throw .notConfigured("no profile \(shared.profileName)") }
        return (shared, profile)
    }
}

/// A link that is set up in a profile.
protocol ProfileLink: CredentialProvider {}
