import Effects
import HTTP

/// Where the metadata service is and how it may be asked, from the environment, else from the profile.
/// https://docs.aws.amazon.com/sdkref/latest/guide/feature-imds-credentials.html
struct MetadataSettings: Equatable, Sendable {
    let origin: Origin
    /// Before every path, without "/" at its end.
    let prefix: String
    let allowsVersion1: Bool
    /// Of one request.
    let timeout: Duration
    /// At an address where nothing answers; nil when nobody has said.
    let attempts: Int?

    init(_ environment: Environment, profile: [String: String]) throws(CredentialsError) {
        func setting(_ variable: String, _ property: String) -> String? { environment.nonBlank(variable) ?? profile.nonBlank(property) }
        guard environment.nonBlank("AWS_EC2_METADATA_DISABLED")?.lowercased() != "true" else {
            throw .notConfigured("AWS_EC2_METADATA_DISABLED is true")
        }
        let mode = setting("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ec2_metadata_service_endpoint_mode") ?? "ipv4"
        guard ["ipv4", "ipv6"].contains(mode.lowercased()) else {
            throw .refused("'\(mode)' is no endpoint mode of the metadata service: it is IPv4 or IPv6")
        }
        let standard = mode.lowercased() == "ipv6" ? "http://[fd00:ec2::254]" : "http://169.254.169.254"
        let url = setting("AWS_EC2_METADATA_SERVICE_ENDPOINT", "ec2_metadata_service_endpoint") ?? standard
        guard let (origin, prefix) = Origin.parse(url) else { throw .refused("the metadata service's endpoint is no URL: \(url.withoutSecretsOfURL)") }
        (self.origin, self.prefix) = (origin, prefix)
        allowsVersion1 = setting("AWS_EC2_METADATA_V1_DISABLED", "ec2_metadata_v1_disabled")?.lowercased() != "true"
        let seconds = setting("AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout").flatMap(Double.init) ?? 1
        timeout = .seconds((0.1...60).contains(seconds) ? seconds : 1)
        attempts = setting("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "metadata_service_num_attempts").flatMap { Int($0) }
    }
}
