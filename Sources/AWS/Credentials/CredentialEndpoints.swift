package import HTTP
import JSON

/// Where the services that hand out keys are asked.
package struct CredentialEndpoints {
    package struct Place: Equatable, Sendable {
        package let origin: Origin
        /// Without "/" at its end.
        package let path: String
        package let signingRegion: String

        package init(origin: Origin, path: String, signingRegion: String) {
            self.origin = origin
            self.path = path
            self.signingRegion = signingRegion
        }

        /// As part of what determines keys.
        var identity: String { origin.description + path }
    }

    private let settings: ClientSettings

    package init(_ settings: ClientSettings) {
        self.settings = settings
    }

    /// `region`: nil for that of the settings.
    func place(of service: Service, region: String? = nil) throws(CredentialsError) -> Place {
        let operation = ""
        var call = APICall(service, operation, .null)
        call.region = region
        do {
            let endpoint = try settings.endpoint(of: call)
            return Place(origin: endpoint.origin, path: endpoint.path, signingRegion: region ?? settings.region)
        } catch {
            throw .refused(error.reason)
        }
    }
}

extension Service {
    package static let sts = Service(
        name: "sts", endpointPrefix: "sts", signingName: "sts", environmentSuffix: "STS", wire: .rest(folder: ""))
    package static let sso = Service(
        name: "sso", endpointPrefix: "portal.sso", signingName: "awsssoportal", environmentSuffix: "SSO", wire: .rest(folder: ""))
    package static let ssoOIDC = Service(
        name: "sso-oauth", endpointPrefix: "oidc", signingName: "sso-oauth", environmentSuffix: "SSO_OIDC", wire: .rest(folder: ""))
}
