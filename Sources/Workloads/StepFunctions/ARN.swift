/// `arn:partition:service:region:account:resource`, the resource split at ":".
struct ARN {
    let partition: String
    let service: String
    let region: String
    let account: String
    let resource: [String]

    init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        let isPrintable = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f || $0 >= 0x80 }
        guard parts.count >= 7, parts[0] == "arn", parts.dropFirst().allSatisfy({ !$0.isEmpty }), isPrintable else { return nil }
        (partition, service, region, account, resource) = (parts[1], parts[2], parts[3], parts[4], Array(parts[5...]))
    }
}
