import HTTP

/// Where the services that hand out keys are asked.
package struct CredentialEndpoints {
    private let settings: ClientSettings

    package init(_ settings: ClientSettings) {
        self.settings = settings
    }

    /// `region`: nil for that of the settings.
    func place(of service: Service, region: String? = nil) throws(CredentialsError) -> Endpoint {
        do {
            return try settings.endpoint(of: service, region: region)
        } catch {
            throw .refused(error.reason, next: error.next)
        }
    }
}

extension Endpoint {
    /// As part of what determines keys.
    var identity: String { origin.description + path }
}
