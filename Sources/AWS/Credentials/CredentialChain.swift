import Effects

/// The links in botocore's order. The first one that is set up decides.
package struct CredentialChain {
    private let providers: [any CredentialProvider]

    package init(_ providers: [any CredentialProvider]) {
        self.providers = providers
    }

    /// Every link that was asked, and what it said.
    package struct Failure: Error, Equatable, Sendable, CustomStringConvertible {
        package let attempts: [Attempt]
        package let wasInterrupted: Bool

        package struct Attempt: Equatable, Sendable {
            package let link: String
            package let reason: String
        }

        package var description: String { attempts.map { "\($0.link) (\($0.reason))" }.joined(separator: ", ") }
    }

    package func credentials(_ io: CredentialIO) throws(Failure) -> Credentials {
        var attempts: [Failure.Attempt] = []
        for provider in providers {
            do {
                return try provider.credentials(io)
            } catch {
                switch error {
                case .notConfigured(let reason): attempts.append(.init(link: provider.name, reason: reason))
                case .failed(let reason): throw Failure(attempts: attempts + [.init(link: provider.name, reason: reason)], wasInterrupted: false)
                case .interrupted: throw Failure(attempts: attempts, wasInterrupted: true)
                }
            }
        }
        throw Failure(attempts: attempts, wasInterrupted: false)
    }

    /// `profile`: written on the command line; the environment's keys are then passed over.
    package static func standard(profile: String?, home: String?) -> CredentialChain {
        let load: (CredentialIO) throws(CredentialsError) -> SharedConfiguration = { (io: CredentialIO) throws(CredentialsError) in
            do throws(SettingsError) {
                let shared = try SharedConfiguration.load(profile: profile, environment: io.environment, files: io.files, home: home)
                if profile != nil || io.environment.nonBlank("AWS_PROFILE") != nil, !shared.profileExists {
                    throw SettingsError("no profile \(shared.profileName) in \(shared.credentialsPath) or \(shared.configPath)", next: "")
                }
                return shared
            } catch {
                throw .failed(error.reason)
            }
        }
        let links: [any CredentialProvider] = [
            StaticProfileProvider(.credentials, load: load), ProcessProvider(load: load), StaticProfileProvider(.config, load: load),
            ContainerProvider(), InstanceMetadata(),
        ]
        return CredentialChain((profile == nil ? [EnvironmentProvider()] : []) + links)
    }
}
