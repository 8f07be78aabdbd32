import Effects

/// The links in botocore's order. The first one that is set up decides.
package struct CredentialChain {
    private let providers: [any CredentialProvider]

    package init(_ providers: [any CredentialProvider]) {
        self.providers = providers
    }

    /// Every link that was asked, and what it said; the last one is to blame where the chain stopped.
    package struct Failure: Error, Equatable, Sendable, CustomStringConvertible {
        package let attempts: [Attempt]
        package let wasInterrupted: Bool
        /// Asking again changes nothing until somebody has changed something.
        package let isRefusal: Bool

        package struct Attempt: Equatable, Sendable {
            package let link: String
            package let reason: String
            /// Set up in a profile, as most links are.
            var isOfProfile = false
        }

        /// What to do about the link that failed; nil where none is set up.
        package let next: String?

        /// A link that is set up failed; those before it are not.
        private let hasStopped: Bool

        init(_ attempts: [Attempt], hasStopped: Bool = false, wasInterrupted: Bool = false, isRefusal: Bool = false, next: String? = nil) {
            self.attempts = attempts
            self.next = next
            self.hasStopped = hasStopped
            self.wasInterrupted = wasInterrupted
            self.isRefusal = isRefusal
        }

        /// The link that failed, or all of them, those of the profile in one.
        package var description: String {
            if hasStopped, let last = attempts.last { return "\(last.link) (\(last.reason))" }
            var groups: [(link: String, reasons: [String])] = []
            for attempt in attempts {
                let link = attempt.isOfProfile ? "profile" : attempt.link
                if let index = groups.firstIndex(where: { $0.link == link }) {
                    if !groups[index].reasons.contains(attempt.reason) { groups[index].reasons.append(attempt.reason) }
                } else {
                    groups.append((link, [attempt.reason]))
                }
            }
            return groups.map { "\($0.link) (\($0.reasons.joined(separator: ", ")))" }.joined(separator: ", ")
        }
    }

    package func credentials(_ io: CredentialIO) throws(Failure) -> Credentials { try examine(io).credentials.get() }

    /// What the chain gives, and the links that it passed over.
    package func examine(_ io: CredentialIO) -> (passedOver: [Failure.Attempt], credentials: Result<Credentials, Failure>) {
        var attempts: [Failure.Attempt] = []
        for provider in providers {
            do {
                return (attempts, .success(try provider.credentials(io).sendable()))
            } catch {
                func attempt(_ reason: String) -> Failure.Attempt { .init(link: provider.name, reason: reason, isOfProfile: provider is any ProfileLink) }
                func stop(_ reason: String, _ next: String?, isRefusal: Bool) -> Result<Credentials, Failure> {
                    let general = provider is any ProfileLink ? "mend the profile, or name another" : "mend it or take it out: while it is set up nothing else is asked"
                    return .failure(Failure(attempts + [attempt(reason)], hasStopped: true, isRefusal: isRefusal, next: next ?? general))
                }
                switch error {
                case .notConfigured(let reason): attempts.append(attempt(reason))
                case .failed(let reason, let next): return (attempts, stop(reason, next, isRefusal: false))
                case .refused(let reason, let next): return (attempts, stop(reason, next, isRefusal: true))
                case .interrupted: return (attempts, .failure(Failure(attempts, wasInterrupted: true)))
                }
            }
        }
        return (attempts, .failure(Failure(attempts)))
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
