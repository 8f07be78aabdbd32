/// How a profile comes to its keys, worked out from the shared files alone: where the first keys are from, then the roles
/// that are assumed one with the keys of the other.
struct ProfilePlan: Equatable, Sendable {
    let base: KeySource
    /// In the order in which they are assumed.
    let roles: [AssumedRole]

    init(_ name: String, _ shared: SharedConfiguration) throws(CredentialsError) {
        var roles: [AssumedRole] = []
        var visited = [name]
        while let current = visited.last, let profile = shared.profile(current), let arn = profile.roleARN, visited.count == 1 || !profile.hasKeys {
            roles.insert(try AssumedRole(profile, name: current, arn: arn), at: 0)
            switch (profile.nonBlank("source_profile"), profile.nonBlank("credential_source")) {
            case (_?, _?):
                throw .refused("profile \(current) has both source_profile and credential_source")
            case (nil, nil):
                throw .refused("profile \(current) has role_arn, but neither source_profile nor credential_source")
            case (nil, let source?):
                (base, self.roles) = (try KeySource(credentialSource: source, profile: current), roles)
                return
            case (let next?, nil):
                guard let source = shared.profile(next) else { throw .refused("profile \(current) names source_profile \(next), which no file has") }
                if visited.contains(next) {
                    // A profile may name itself: its own keys assume its own role.
                    guard next == current, source.hasKeys else {
                        throw .refused("the source_profile of profile \(current) leads in a circle: \((visited + [next]).joined(separator: ", "))")
                    }
                    (base, self.roles) = (try KeySource(of: next, shared), roles)
                    return
                }
                visited.append(next)
            }
        }
        let last = visited.last ?? name
        do throws(CredentialsError) {
            base = try KeySource(of: last, shared)
        } catch {
            guard case .notConfigured(let reason) = error, !roles.isEmpty else { throw error }
            throw .refused("source profile \(last) gives no keys: \(reason)")
        }
        self.roles = roles
    }
}

/// Where first keys are from.
enum KeySource: Equatable, Sendable {
    case keys(Credentials)
    case process(command: String, profile: String)
    case webIdentity(WebIdentity)
    case sso(SSOProfile)
    case environment, container, instanceMetadata

    /// `credential_source` of a profile.
    init(credentialSource: String, profile: String) throws(CredentialsError) {
        switch credentialSource {
        case "Environment": self = .environment
        case "EcsContainer": self = .container
        case "Ec2InstanceMetadata": self = .instanceMetadata
        default: throw .refused("credential_source \(credentialSource) of profile \(profile) is none of Environment, EcsContainer, Ec2InstanceMetadata")
        }
    }

    /// What one profile itself has, in botocore's order.
    init(of name: String, _ shared: SharedConfiguration) throws(CredentialsError) {
        let profile = shared.profile(name) ?? [:]
        if let identity = try WebIdentity(profile, name: name) {
            self = .webIdentity(identity)
        } else if let sso = try SSOProfile(profile, name: name, shared) {
            self = .sso(sso)
        } else if StaticProfileProvider.isAsked(.credentials, of: shared, name) {
            self = .keys(try StaticProfileProvider.keys(of: name, in: .credentials, of: shared))
        } else if profile["login_session"] != nil {
            throw LoginProvider.refusal(name)
        } else if let command = profile.nonBlank("credential_process") {
            self = .process(command: command, profile: name)
        } else {
            self = .keys(try StaticProfileProvider.keys(of: name, in: .config, of: shared))
        }
    }
}

extension [String: String] {
    /// Nil also where the role is assumed with a web identity.
    var roleARN: String? { nonBlank("web_identity_token_file") == nil ? nonBlank("role_arn") : nil }
    /// Or half of them.
    var hasKeys: Bool { nonBlank("aws_access_key_id") != nil || nonBlank("aws_secret_access_key") != nil }
    var hasBothKeys: Bool { nonBlank("aws_access_key_id") != nil && nonBlank("aws_secret_access_key") != nil }
}
