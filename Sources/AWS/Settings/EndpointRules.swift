/// The hosts of AWS: `<name>[-fips].<region>.<suffix>`, and where services depart from that. Source: the endpoint rule
/// sets of botocore 1.43.11; a departure is a row here, not a branch.
enum EndpointRules {
    /// What was asked for: FIPS 140 validated cryptography, IPv6 beside IPv4.
    enum Variant: Equatable, Sendable {
        case plain, fips, dualStack, fipsDualStack

        init(fips: Bool, dualStack: Bool) {
            self = fips ? (dualStack ? .fipsDualStack : .fips) : (dualStack ? .dualStack : .plain)
        }
    }

    enum Domain: Sendable { case standard, dualStack }

    struct Departure: Sendable {
        /// The service's endpoint prefix.
        let service: String
        let partition: String
        let variant: Variant
        /// What stands before the region.
        let name: String
        let domain: Domain
        /// Empty for all of the partition.
        let regions: [String]

        init(_ service: String, _ partition: String, _ variant: Variant, _ name: String, _ domain: Domain, only regions: [String] = []) {
            (self.service, self.partition, self.variant, self.name, self.domain, self.regions) = (service, partition, variant, name, domain, regions)
        }
    }

    private static let departures: [Departure] = [
        // Documented under this domain alone (docs.aws.amazon.com/claude-platform).
        Departure("aws-external-anthropic", "aws", .plain, "aws-external-anthropic", .dualStack),
        Departure("batch", "aws", .fips, "fips.batch", .standard),
        Departure("batch", "aws-us-gov", .fips, "batch", .standard),
        Departure("dynamodb", "aws-us-gov", .fips, "dynamodb", .standard),
        Departure("events", "aws-us-gov", .fips, "events", .standard, only: ["us-gov-east-1", "us-gov-west-1"]),
        Departure("events", "aws-us-gov", .fipsDualStack, "events", .dualStack),
        Departure("logs", "aws-us-gov", .fips, "logs", .standard, only: ["us-gov-east-1", "us-gov-west-1"]),
        Departure("oidc", "aws-us-gov", .fips, "oidc", .standard),
        Departure("portal.sso", "aws-us-gov", .fips, "portal.sso", .standard),
        Departure("secretsmanager", "aws", .dualStack, "secretsmanager", .standard),
        Departure("secretsmanager", "aws", .fipsDualStack, "secretsmanager-fips", .standard),
        Departure("secretsmanager", "aws-cn", .dualStack, "secretsmanager", .standard),
        Departure("secretsmanager", "aws-us-gov", .dualStack, "secretsmanager", .standard),
        Departure("secretsmanager", "aws-us-gov", .fipsDualStack, "secretsmanager-fips", .standard),
        Departure("sqs", "aws-us-gov", .fips, "sqs", .standard),
        Departure("states", "aws-us-gov", .dualStack, "states-fips", .dualStack),
        Departure("states", "aws-us-gov", .fips, "states", .standard, only: ["us-gov-west-1"]),
        Departure("sts", "aws-us-gov", .fips, "sts", .standard),
    ]

    /// A region that is one place for everybody, with one endpoint and no variants.
    struct FixedPlace: Sendable {
        let service: String
        let region: String
        let url: String
        let signingRegion: String
    }

    private static let fixedPlaces = [
        FixedPlace(service: "sts", region: "aws-global", url: "https://sts.amazonaws.com", signingRegion: "us-east-1"),
        FixedPlace(service: "dynamodb", region: "local", url: "http://localhost:8000", signingRegion: "us-east-1"),
    ]

    static func fixedPlace(of service: Service, region: String) -> FixedPlace? {
        fixedPlaces.first { $0.service == service.endpointPrefix && $0.region == region }
    }

    static func host(of service: Service, region: String, _ variant: Variant) -> String {
        let partition = Partition.of(region: region)
        let departure = departures.first {
            $0.service == service.endpointPrefix && $0.partition == partition.id && $0.variant == variant
                && ($0.regions.isEmpty || $0.regions.contains(region))
        }
        let isFIPS = variant == .fips || variant == .fipsDualStack
        let domain = departure?.domain ?? (variant == .dualStack || variant == .fipsDualStack ? .dualStack : .standard)
        let name = departure?.name ?? service.endpointPrefix + (isFIPS ? "-fips" : "")
        return "\(name).\(region).\(domain == .dualStack ? partition.dualStackSuffix : partition.suffix)"
    }
}
