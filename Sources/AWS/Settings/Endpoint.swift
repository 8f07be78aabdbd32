import Effects
package import HTTP

/// Where the calls of a service go, and which region their signature names.
package struct Endpoint: Equatable, Sendable {
    package let origin: Origin
    /// What stands before the operation's own path; without "/" at its end.
    package let path: String
    package let signingRegion: String
}

extension ClientSettings {
    package func endpoint(of call: APICall) throws(SettingsError) -> Endpoint {
        try endpoint(of: call.service, region: call.region, hostPrefix: call.hostPrefix)
    }

    /// `region`: nil for that of the settings. `hostPrefix`: "sync-" and the like.
    package func endpoint(of service: Service, region: String? = nil, hostPrefix: String = "") throws(SettingsError) -> Endpoint {
        let region = region ?? self.region
        let (fips, dualStack) = (try flag("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"), try flag("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint"))
        if let url = try configuredEndpoint(of: service) {
            try refuseVariants(fips, dualStack, beside: "an endpoint of one's own")
            guard let place = Origin.parse(url) else {
                throw SettingsError("the endpoint is no http(s) URL: \(url.withoutSecretsOfURL)", next: "write it as https://HOST[:PORT]")
            }
            return Endpoint(origin: place.origin.prefixed(hostPrefix), path: place.path, signingRegion: region)
        }
        guard Self.isLegalRegion(region) else {
            throw SettingsError(region.isEmpty ? "no region" : "'\(region)' is no region", next: "give one like eu-west-1")
        }
        if let place = EndpointRules.fixedPlace(of: service, region: region), let parsed = Origin.parse(place.url) {
            try refuseVariants(fips, dualStack, beside: "region \(region)")
            return Endpoint(origin: parsed.origin, path: parsed.path, signingRegion: place.signingRegion)
        }
        let host = EndpointRules.host(of: service, region: region, .init(fips: fips, dualStack: dualStack))
        return Endpoint(origin: Origin(scheme: "https", host: hostPrefix + host, port: nil), path: "", signingRegion: region)
    }

    /// Nobody can tell whether an endpoint that AWS's rules do not make is a FIPS or a dual-stack one.
    private func refuseVariants(_ fips: Bool, _ dualStack: Bool, beside what: String) throws(SettingsError) {
        guard fips || dualStack else { return }
        let (name, variable) = fips ? ("FIPS", "AWS_USE_FIPS_ENDPOINT") : ("dual-stack", "AWS_USE_DUALSTACK_ENDPOINT")
        throw SettingsError(
            "\(name) endpoints and \(what) are not supported together",
            next: "unset \(variable) (\(variable.dropFirst(4).lowercased()) in the profile), or the other")
    }

    /// Option, AWS_ENDPOINT_URL_<SERVICE>, AWS_ENDPOINT_URL, the profile's `services` section, its `endpoint_url`; nil for the
    /// service's own host. The two ignore flags leave only the option.
    private func configuredEndpoint(of service: Service) throws(SettingsError) -> String? {
        if let endpointURL, isMeant(endpointURL, for: service) { return endpointURL }
        if try flag("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls") { return nil }
        if let url = environment.nonBlank("AWS_ENDPOINT_URL_" + service.environmentSuffix) ?? environment.nonBlank("AWS_ENDPOINT_URL") { return url }
        if let name = shared["services"] {
            guard let section = shared.config.services[name] else {
                throw SettingsError("profile \(shared.profileName) names [services \(name)], and \(shared.configPath) has none", next: "add that section, or take `services` out of the profile")
            }
            let properties = section[service.environmentSuffix.lowercased()].map(ProfileFile.subproperties)
            if let url = properties?["endpoint_url"], !url.isEmpty { return url }
        }
        return shared["endpoint_url"].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// `--endpoint-url` is for every service, unless it names a host of AWS (a VPC endpoint), which serves one.
    private func isMeant(_ url: String, for service: Service) -> Bool {
        guard let host = Origin.parse(url)?.origin.host.lowercased(), Partition.own(host: host) else { return true }
        let labels = "." + host
        return labels.contains(".\(service.endpointPrefix).") || labels.contains(".\(service.endpointPrefix)-")
    }
}
