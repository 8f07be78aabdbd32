import AWS
import Foundation
import HTTP
import JSON
import Testing
import TestSupport

/// The hosts of AWS, against botocore's own endpoint tests and its resolver.
@Suite struct EndpointRuleTests {
    /// https://github.com/boto/botocore/tree/develop/tests/functional/endpoint-rules
    @Test func botocoreCases() throws {
        var tally = Tally()
        for (client, service) in Service.byClientName.sorted(by: { $0.key < $1.key }) where client != "glue" && client != "ecs" {
            guard let cases = try fixture("endpoints/botocore/endpoint-tests/\(client)/endpoint-tests-1.json")?["testCases"]?.array else { return }
            for sample in cases {
                let name = "\(client): \(sample["documentation"]?.string ?? "")"
                if let reason = Self.reasonToLeaveOut(sample, service) {
                    tally.notApplicable(reason, name)
                } else if Self.check(sample, service, name) {
                    tally.passed += 1
                }
            }
        }
        tally.report("endpoint rules")
        #expect(tally.passed == 812)
    }

    private static func reasonToLeaveOut(_ sample: JSONValue, _ service: Service) -> String? {
        let parameters = sample["params"] ?? [:]
        let url = sample["expect"]?["endpoint"]?["url"]?.string ?? ""
        let error = sample["expect"]?["error"]?.string ?? ""
        if parameters["EndpointId"] != nil { return "global endpoints of EventBridge (PutEvents only) are not called" }
        if service == .sts, url == "https://sts.amazonaws.com", parameters["Region"]?.string != "aws-global" {
            return "STS is called in the region, never at the legacy global endpoint"
        }
        if error.contains("AccountIdEndpointMode") || error.contains("account ID") { return "account_id_endpoint_mode is not read: the regional host is always valid" }
        if error.hasPrefix("Endpoint override is not supported for dual-stack") { return "an endpoint URL that somebody wrote is taken as written" }
        guard parameters["Endpoint"] == nil else { return nil }
        if url.contains(".ddb.") { return "hosts by account id are not used: the regional host is always valid" }
        if url.contains("search-d") { return "search operations of DynamoDB are not called" }
        return nil
    }

    private static func check(_ sample: JSONValue, _ service: Service, _ name: String) -> Bool {
        let parameters = sample["params"] ?? [:]
        let region = parameters["Region"]?.string ?? ""
        let endpoint = Result { () throws(SettingsError) in
            try settings(region, parameters["Endpoint"]?.string, parameters["UseFIPS"]?.bool == true, parameters["UseDualStack"]?.bool == true)
                .endpoint(of: service)
        }
        guard let expected = sample["expect"]?["endpoint"] else {
            let isRefused = if case .failure = endpoint { true } else { false }
            #expect(isRefused, "\(name): \(endpoint)")
            return isRefused
        }
        let scheme = expected["properties"]?["authSchemes"]?.array?.first
        let found = try? endpoint.get()
        let isRight =
            found?.url == expected["url"]?.string && found?.signingRegion == (scheme?["signingRegion"]?.string ?? region)
            && scheme.map { $0["signingName"]?.string == service.signingName } != false
        #expect(isRight, "\(name): \(endpoint), not \(expected)")
        return isRight
    }

    private static func settings(_ region: String, _ endpointURL: String?, _ fips: Bool, _ dualStack: Bool) throws(SettingsError) -> ClientSettings {
        var variables = ["AWS_USE_FIPS_ENDPOINT": String(fips), "AWS_USE_DUALSTACK_ENDPOINT": String(dualStack)]
        variables["AWS_ENDPOINT_URL"] = endpointURL
        do {
            return try ClientSettings(region: region, environment: variables)
        } catch {
            throw SettingsError("\(error)", next: "")
        }
    }

    /// Computed with botocore's resolver: plain, FIPS, dual-stack and both, for ten regions of each service.
    @Test func botocoreTable() throws {
        guard let file = Repository.fixtures("endpoints/botocore-1.43.11-endpoint-table.txt") else { return }
        var tally = Tally()
        var client = ""
        for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
            if line.hasPrefix("== ") { client = String(line.split(separator: " ")[1]) }
            guard line.hasPrefix("   "), let region = line.split(separator: " ").first.map(String.init) else { continue }
            guard let service = Service.byClientName[client] else {
                tally.notApplicable("\(client) is not called", "\(client) \(region)")
                continue
            }
            let hosts = line.trimmingCharacters(in: .whitespaces).dropFirst(region.count).components(separatedBy: " | ").map { $0.trimmingCharacters(in: .whitespaces) }
            for (index, host) in hosts.enumerated() {
                let found = try Self.settings(region, nil, index & 1 != 0, index & 2 != 0).endpoint(of: service)
                #expect(found.url == "https://" + host, "\(client) \(region)")
                tally.passed += found.url == "https://" + host ? 1 : 0
            }
        }
        tally.report("endpoint table")
        #expect(tally.passed == 440)
    }

    @Test func everyRegionHasThePartitionOfBotocore() throws {
        guard let partitions = try fixture("endpoints/botocore/partitions.json")?["partitions"]?.array else { return }
        for partition in partitions {
            let outputs = try #require(partition["outputs"])
            for region in partition["regions"]?.members?.map(\.name) ?? [] {
                let plain = try Self.settings(region, nil, false, false).endpoint(of: .glue).url
                let dualStack = try Self.settings(region, nil, false, true).endpoint(of: .glue).url
                #expect(plain == "https://glue.\(region).\(outputs["dnsSuffix"]?.string ?? "")")
                #expect(dualStack == "https://glue.\(region).\(outputs["dualStackDnsSuffix"]?.string ?? "")")
            }
        }
    }
}
