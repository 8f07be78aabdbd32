package import AWS
import HTTP

/// An error of a call in words: why, and what to do next. Never with a secret.
package struct Explanation {
    package let reason: String
    package let next: String

    package init(_ error: CallError) {
        switch error {
        case .service(let error, let action): (reason, next) = ServiceExplanation(error, action).words
        case .transport(let error, let origin): (reason, next) = Self.transport(error, origin)
        case .unreadable(let detail, let status, let request, let origin):
            reason = "\(origin.map { "\($0)" } ?? "AWS") answered HTTP \(status) with \(detail)\(request.map { ", request \($0)" } ?? "")"
            next = "check the endpoint and any proxy on the way"
        case .foreign(let type, let status, let origin):
            reason = "\(origin.map { "\($0)" } ?? "AWS") answered HTTP \(status) with a page that is not of AWS (\(type ?? "no content type"))"
            next = "look who answers there: a proxy or its login page, or an endpoint that is none"
        case .credentials(let failure):
            reason = "no AWS credentials: \(failure)"
            next = "attach an instance profile, or set AWS_PROFILE"
        case .settings(let error): (reason, next) = (error.reason, error.next)
        }
    }

    private static func transport(_ error: TransportError, _ origin: Origin?) -> (String, String) {
        let place = origin.map { "\($0)" } ?? "AWS"
        switch error.kind {
        case .resolve: return ("\(place) cannot be found: \(error.detail)", "check the spelling of the region or endpoint, and DNS")
        case .connect: return ("\(place) cannot be reached: \(error.detail)", "check the endpoint, firewall and proxy")
        case .tls: return ("no TLS with \(place): \(error.detail)", "check that the endpoint speaks https")
        case .untrustedCertificate: return ("the certificate of \(place) is not trusted: \(error.detail)", "set AWS_CA_BUNDLE to the right certificate authority")
        case .proxy: return ("\(place): \(error.detail)", "check HTTPS_PROXY, its user and password, and NO_PROXY")
        case .timeout: return ("\(place) did not answer in time: \(error.detail)", "check the network")
        default: return ("\(place): \(error.detail)", "check the network")
        }
    }
}
