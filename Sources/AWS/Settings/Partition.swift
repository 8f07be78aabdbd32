/// Regions that share a domain: the public ones, China, GovCloud … (botocore's partitions.json).
struct Partition: Equatable, Sendable {
    let id: String
    /// A region is `<prefix><word>-<number>`.
    let prefix: String
    let suffix: String
    let dualStackSuffix: String

    /// The partition of a region; that of the public ones for a region nobody knows.
    static func of(region: String) -> Partition {
        all.first { $0.holds(region) } ?? common
    }

    /// Whether a host lies under a domain of AWS.
    static func own(host: String) -> Bool {
        ([common] + all).contains { host.hasSuffix("." + $0.suffix) || host.hasSuffix("." + $0.dualStackSuffix) }
    }

    private func holds(_ region: String) -> Bool {
        if region == id + "-global" { return true }
        guard region.hasPrefix(prefix) else { return false }
        let words = region.dropFirst(prefix.count).split(separator: "-", omittingEmptySubsequences: false)
        return words.count == 2 && !words[0].isEmpty && !words[1].isEmpty && words[1].allSatisfy(\.isNumber)
    }

    private static let common = Partition(id: "aws", prefix: "", suffix: "amazonaws.com", dualStackSuffix: "api.aws")
    private static let all = [
        Partition(id: "aws-cn", prefix: "cn-", suffix: "amazonaws.com.cn", dualStackSuffix: "api.amazonwebservices.com.cn"),
        Partition(id: "aws-us-gov", prefix: "us-gov-", suffix: "amazonaws.com", dualStackSuffix: "api.aws"),
        Partition(id: "aws-eusc", prefix: "eusc-de-", suffix: "amazonaws.eu", dualStackSuffix: "api.amazonwebservices.eu"),
        Partition(id: "aws-iso", prefix: "us-iso-", suffix: "c2s.ic.gov", dualStackSuffix: "api.aws.ic.gov"),
        Partition(id: "aws-iso-b", prefix: "us-isob-", suffix: "sc2s.sgov.gov", dualStackSuffix: "api.aws.scloud"),
        Partition(id: "aws-iso-e", prefix: "eu-isoe-", suffix: "cloud.adc-e.uk", dualStackSuffix: "api.cloud-aws.adc-e.uk"),
        Partition(id: "aws-iso-f", prefix: "us-isof-", suffix: "csp.hci.ic.gov", dualStackSuffix: "api.aws.hci.ic.gov"),
    ]
}
