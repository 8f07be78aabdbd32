package import AWS
import HTTP

/// An error of a call in words: why, and what to do next. Never with a secret.
package struct Explanation {
    package let reason: String
    package let next: String

    package init(_ error: CallError) {
        switch error {
        case .service(let error, let action): (reason, next) = Self.service(error, action)
        case .transport(let error, let origin): (reason, next) = Self.transport(error, origin)
        case .unreadable(let detail, let status, let request, let origin):
            reason = "\(origin.map { "\($0)" } ?? "AWS") answered HTTP \(status) with \(detail)\(request.map { ", request \($0)" } ?? "")"
            next = "check the endpoint and any proxy on the way"
        case .credentials(let failure):
            reason = "no AWS credentials: \(failure)"
            next = "attach an instance profile, or set AWS_PROFILE"
        case .settings(let error): (reason, next) = (error.reason, error.next)
        }
    }

    private static func service(_ error: ServiceError, _ action: String) -> (String, String) {
        let request = error.requestID.map { " (request \($0))" } ?? ""
        // A signature mismatch quotes the whole request behind its first sentence.
        let message = error.message.prefix { !$0.isNewline }
        let reason = "\(error.code)\(message.isEmpty ? "" : ", \(message)")\(request)"
        switch error.code {
        case "AccessDenied", "AccessDeniedException": return (reason, "allow \(action) for this role, see iam/")
        case "UnrecognizedClientException", "InvalidClientTokenId", "MissingAuthenticationTokenException":
            return (reason, "AWS does not know this access key; check which credentials are in use")
        case "InvalidSignatureException", "SignatureDoesNotMatch": return (reason, "check the secret access key, and the clock of this host")
        case "RequestTimeTooSkewed": return (reason, "set the clock of this host (chronyc tracking)")
        case "ExpiredToken", "ExpiredTokenException": return (reason, "get new credentials; these have expired")
        case let code where code.hasSuffix("DoesNotExist"): return (reason, "check the ARN, its region and account")
        case let code where RetryPolicy.throttlingCodes.contains(code): return (reason, "the account is throttled; start fewer at once, or ask for a higher quota")
        default: return (reason, error.status >= 500 ? "try again; AWS had an internal error" : "mend the request")
        }
    }

    private static func transport(_ error: TransportError, _ origin: Origin?) -> (String, String) {
        let place = origin.map { "\($0)" } ?? "AWS"
        switch error.kind {
        case .resolve: return ("\(place) cannot be found: \(error.detail)", "check the region and DNS")
        case .connect: return ("\(place) cannot be reached: \(error.detail)", "check the endpoint, firewall and proxy")
        case .tls: return ("no TLS with \(place): \(error.detail)", "check that the endpoint speaks https")
        case .untrustedCertificate: return ("the certificate of \(place) is not trusted: \(error.detail)", "set AWS_CA_BUNDLE to the right certificate authority")
        case .proxy: return ("\(place): \(error.detail)", "check HTTPS_PROXY, its user and password, and NO_PROXY")
        case .timeout: return ("\(place) did not answer in time: \(error.detail)", "check the network")
        default: return ("\(place): \(error.detail)", "check the network")
        }
    }
}
