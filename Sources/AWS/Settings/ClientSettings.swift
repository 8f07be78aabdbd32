package import Effects

/// Where calls go and how often: region, endpoints and retries, found as the AWS CLI finds them.
package struct ClientSettings: Sendable {
    package let region: String
    /// Of `--endpoint-url`.
    let endpointURL: String?
    let environment: Environment
    let shared: SharedConfiguration

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
    package var certificateAuthorities: String? { value("AWS_CA_BUNDLE", "ca_bundle") }

    /// Of the environment, else of the profile; nil when neither says anything.
    func value(_ variable: String, _ property: String) -> String? {
        if let value = environment.nonBlank(variable) { return value }
        return shared[property].flatMap { $0.allSatisfy(\.isWhitespace) ? nil : $0 }
    }

    /// True or false; anything else is refused, since it would quietly mean false.
    func flag(_ variable: String, _ property: String) throws(SettingsError) -> Bool {
        switch value(variable, property)?.lowercased() {
        case nil, "false": return false
        case "true": return true
        case let other?:
            throw SettingsError("\(variable) (\(property) in the profile) is '\(other)'", next: "set it to true or false")
        }
    }
}
