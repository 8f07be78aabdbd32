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
        /// Asking again changes nothing until somebody has changed something.
        package let isRefusal: Bool

        package struct Attempt: Equatable, Sendable {
            package let link: String
            package let reason: String
        }

        init(_ attempts: [Attempt], wasInterrupted: Bool = false, isRefusal: Bool = false) {
            self.attempts = attempts
            self.wasInterrupted = wasInterrupted
            self.isRefusal = isRefusal
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
                case .failed(let reason): throw Failure(attempts + [.init(link: provider.name, reason: reason)])
                case .refused(let reason): throw Failure(attempts + [.init(link: provider.name, reason: reason)], isRefusal: true)
                case .interrupted: throw Failure(attempts, wasInterrupted: true)
                }
            }
        }
        throw Failure(attempts)
    }

    /// `profile`: written on the command line; the environment's keys are then passed over. `home`: of the password entry.
    package static func standard(profile: String?, home: String?, endpoints: CredentialEndpoints) -> CredentialChain {
        let source = ProfileSource(profile: profile, home: home)
        let links: [any CredentialProvider] = [
            AssumeRoleProvider(source, endpoints), WebIdentityProvider(source, endpoints), SSOProvider(source, endpoints),
            StaticProfileProvider(.credentials, source), LoginProvider(source), ProcessProvider(source), StaticProfileProvider(.config, source),
            ContainerProvider(), InstanceMetadata(source),
        ]
        return CredentialChain((profile == nil ? [EnvironmentProvider()] : []) + links)
    }
}
