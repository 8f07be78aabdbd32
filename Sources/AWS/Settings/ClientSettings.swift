package import Effects
package import HTTP

/// Where calls go: region and endpoints, found as the AWS CLI finds them.
package struct ClientSettings: Sendable {
    package let region: String
    private let endpointURL: String?
    private let environment: Environment
    private let shared: SharedConfiguration

    package init(region: String, endpointURL: String?, environment: Environment, shared: SharedConfiguration) {
        self.region = region
        self.endpointURL = endpointURL
        self.environment = environment
        self.shared = shared
    }

    /// Option, AWS_REGION, AWS_DEFAULT_REGION, profile. Nil when only the instance's metadata can tell.
    package static func configuredRegion(option: String?, environment: Environment, shared: SharedConfiguration) -> String? {
        option ?? environment.nonBlank("AWS_REGION") ?? environment.nonBlank("AWS_DEFAULT_REGION") ?? shared["region"]
    }

    /// A region is a host name label; anything else would send signed requests to another host.
    package static func isLegalRegion(_ region: String) -> Bool {
        !region.isEmpty && region.count <= 63 && region.utf8.allSatisfy {
            ($0 >= 0x61 && $0 <= 0x7a) || ($0 >= 0x41 && $0 <= 0x5a) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2d
        }
    }

    /// A PEM file of certificate authorities instead of the system's.
    package var certificateAuthorities: String? { environment.nonBlank("AWS_CA_BUNDLE") ?? shared["ca_bundle"] }

    /// Option, AWS_ENDPOINT_URL_<SERVICE>, AWS_ENDPOINT_URL, profile `endpoint_url`, then the service's host in the region.
    package func endpoint(of call: APICall) throws(SettingsError) -> (origin: Origin, path: String) {
        let (service, region) = (call.service, call.region ?? region)
        let isIgnored = (environment.nonBlank("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") ?? shared["ignore_configured_endpoint_urls"])?.lowercased() == "true"
        let configured =
            isIgnored
            ? nil
            : environment.nonBlank("AWS_ENDPOINT_URL_" + service.environmentSuffix) ?? environment.nonBlank("AWS_ENDPOINT_URL")
                ?? shared["endpoint_url"]
        guard let url = (isMeant(for: service) ? endpointURL : nil) ?? configured else {
            return (Origin(scheme: "https", host: "\(call.hostPrefix)\(service.endpointPrefix).\(region).\(Self.dnsSuffix(region))", port: nil), "")
        }
        guard let endpoint = Origin.parse(url) else {
            throw SettingsError("the endpoint is no http(s) URL\(url.contains("@") ? ", or holds a password" : ": \(url)")", next: "write it as https://HOST[:PORT]")
        }
        return (endpoint.origin.prefixed(call.hostPrefix), endpoint.path)
    }

    /// `--endpoint-url` is for every service, unless it names a host of AWS, which serves one.
    private func isMeant(for service: Service) -> Bool {
        guard let host = endpointURL.flatMap(Origin.parse)?.origin.host, host.contains(".amazonaws.") else { return true }
        return host.split(separator: ".").contains { $0 == service.endpointPrefix || $0.hasPrefix(service.endpointPrefix + "-") }
    }

    private static func dnsSuffix(_ region: String) -> String {
        let suffixes = [
            ("cn-", "amazonaws.com.cn"), ("us-isob-", "sc2s.sgov.gov"), ("us-isof-", "csp.hci.ic.gov"), ("us-iso-", "c2s.ic.gov"),
            ("eu-isoe-", "cloud.adc-e.uk"), ("eusc-", "amazonaws.eu"),
        ]
        return suffixes.first { region.hasPrefix($0.0) }?.1 ?? "amazonaws.com"
    }
}
