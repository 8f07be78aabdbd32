import Effects
import HTTP

/// The instance metadata service: credentials of the instance's role, and its region.
/// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
package struct InstanceMetadata: CredentialProvider {
    package let name = "instance metadata"
    private let source: ProfileSource?

    /// `source`: nil for the environment's settings alone.
    package init(_ source: ProfileSource? = nil) {
        self.source = source
    }

    package func credentials(_ io: CredentialIO) throws(CredentialsError) -> Credentials {
        let settings = try settings(io)
        return try io.shared(identity(io, settings), freshness: .seconds(300)) { () throws(CredentialsError) in
            let session = try MetadataSession(settings, io)
            let folder = "/latest/meta-data/iam/security-credentials/"
            // Asked for each time: the role of an instance can be replaced.
            let roles = try session.get(folder, io).text
            guard let role = roles.split(whereSeparator: \.isNewline).first.map(String.init) else {
                throw .notConfigured("the instance has no role")
            }
            return try MetadataReply.credentials(try session.get(folder + role, io), source: "instance role \(role)", io)
        }
    }

    package func region(_ io: CredentialIO) throws(CredentialsError) -> String {
        try MetadataSession(settings(io), io).get("/latest/meta-data/placement/region", io).text
    }

    /// What tells one instance from another: state directories may lie on a share. Nil where nothing does.
    func identity(_ io: CredentialIO) throws(CredentialsError) -> [String]? { try identity(io, settings(io)) }

    private func identity(_ io: CredentialIO, _ settings: MetadataSettings) -> [String]? {
        io.host.map { ["instance metadata", settings.origin.description + settings.prefix, $0] }
    }

    func settings(_ io: CredentialIO) throws(CredentialsError) -> MetadataSettings {
        let shared = try source?.load(io)
        return try MetadataSettings(io.environment, profile: shared.flatMap { $0.profile($0.profileName) } ?? [:])
    }
}
