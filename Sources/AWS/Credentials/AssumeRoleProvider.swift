import Effects

/// A profile with `role_arn`: keys of its source profile or credential source assume the role.
/// https://docs.aws.amazon.com/sdkref/latest/guide/feature-assume-role-credentials.html
package struct AssumeRoleProvider: ProfileLink {
    package let name = "assume role"
    private let source: ProfileSource
    private let endpoints: CredentialEndpoints

    package init(_ source: ProfileSource, _ endpoints: CredentialEndpoints) {
        self.source = source
        self.endpoints = endpoints
    }

    package func credentials(_ io: CredentialIO) throws(CredentialsError) -> Credentials {
        let (shared, profile) = try source.properties(io)
        guard profile.roleARN != nil else { throw .notConfigured("no role_arn") }
        let plan = try ProfilePlan(shared.profileName, shared)
        let place = try endpoints.place(of: .sts)
        let key = try Self.whole(shared, isSettled: true, { () throws(CredentialsError) in try identity(of: plan.base, io) }).map { ["assume role", place.identity] + $0 + plan.roles.flatMap(\.identity) }
        return try io.shared(key) { () throws(CredentialsError) in
            var source = { (rejected: String?) throws(CredentialsError) in try first(plan.base, shared, rejected: rejected, io) }
            for role in plan.roles {
                let keys = try SecurityTokenService(endpoints: endpoints).assumeRole(role, with: source, io)
                source = { (_) throws(CredentialsError) in keys }
            }
            return try source(nil)
        }
    }

    /// `rejected`: the keys that AWS has called expired; nil where it has not.
    private func first(
        _ base: KeySource, _ shared: SharedConfiguration, rejected: String?, _ io: CredentialIO
    ) throws(CredentialsError) -> Credentials {
        let before = io.rejectedAccessKeyID
        defer { io.rejectedAccessKeyID = before }
        io.rejectedAccessKeyID = rejected ?? before
        // Metadata of an instance may come up later; the environment stays as it is.
        return try Self.whole(shared, isSettled: base != .instanceMetadata) { () throws(CredentialsError) in
            let keys = try ask(base, shared, io)
            // Metadata services may give old keys while they are in trouble; a program has no such excuse.
            if case .process = base, let end = keys.expiration, end <= io.clock.now {
                throw .failed("\(keys.source) gave keys that expired at \(end.rfc3339)")
            }
            return try keys.sendable()
        }
    }

    private func ask(_ base: KeySource, _ shared: SharedConfiguration, _ io: CredentialIO) throws(CredentialsError) -> Credentials {
        switch base {
        case .keys(let keys): keys
        case .process(let command, let profile): try ProcessProvider.run(command, profile: profile, io)
        case .webIdentity(let identity): try identity.credentials(endpoints, io)
        case .sso(let profile): try profile.credentials(shared, endpoints, io)
        case .environment: try EnvironmentProvider().credentials(io)
        case .container: try ContainerProvider().credentials(io)
        case .instanceMetadata: try InstanceMetadata(source).credentials(io)
        }
    }

    /// The link is set up, so what its own source lacks ends the chain. `isSettled`: nor does waiting help.
    private static func whole<Value>(
        _ shared: SharedConfiguration, isSettled: Bool, _ body: () throws(CredentialsError) -> Value
    ) throws(CredentialsError) -> Value {
        do {
            return try body()
        } catch {
            let what = "the source of profile \(shared.profileName) gives no keys"
            switch error {
            case .notConfigured(let reason): throw isSettled ? .refused("\(what): \(reason)") : .failed("\(what): \(reason)")
            case .failed(let reason, let next): throw .failed("\(what): \(reason)", next: next)
            case .refused(let reason, let next): throw .refused("\(what): \(reason)", next: next)
            case .interrupted: throw error
            }
        }
    }

    /// What tells one source of first keys from another; nil where nothing does.
    private func identity(of base: KeySource, _ io: CredentialIO) throws(CredentialsError) -> [String]? {
        switch base {
        case .keys(let keys): ["keys", keys.accessKeyID]
        case .process(let command, _): ["process", command]
        case .webIdentity(let identity): identity.identity
        case .sso(let profile): profile.identity
        case .environment: ["environment", io.environment.nonBlank("AWS_ACCESS_KEY_ID") ?? ""]
        case .container: try ContainerProvider().identity(io)
        case .instanceMetadata: try InstanceMetadata(source).identity(io)
        }
    }
}
