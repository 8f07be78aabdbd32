import Effects
import HTTP

/// The standard retry mode of AWS SDKs: which failures may be tried again, and after what pause.
/// https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
package enum RetryPolicy {
    package static let attempts = 3

    /// Before retry number `retry` (from 0): full jitter under 1, 2, 4 … 20 s.
    static func pause(beforeRetry retry: Int, random: Randomness) -> Duration {
        .seconds(random.number(in: 0...1) * min(Double(1 << min(retry, 5)), 20))
    }

    package static let throttlingCodes: Set<String> = [
        "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottledException", "TooManyRequestsException",
        "ProvisionedThroughputExceededException", "TransactionInProgressException", "RequestLimitExceeded",
        "BandwidthLimitExceeded", "LimitExceededException", "RequestThrottled", "SlowDown", "PriorRequestNotComplete",
        "EC2ThrottledException",
        // Modelled without the retry trait in Step Functions, but a throttle all the same.
        "KmsThrottlingException",
    ]
    static let expiredKeyCodes: Set<String> = ["ExpiredToken", "ExpiredTokenException", "InvalidToken", "RequestExpired"]
    static let skewCodes: Set<String> = [
        "InvalidSignatureException", "SignatureDoesNotMatch", "AuthFailure", "RequestTimeTooSkewed", "RequestInTheFuture",
    ]
}

extension CallError {
    /// Another attempt may go well, without anybody changing anything.
    package var isTransient: Bool {
        switch self {
        case .service(let error, _):
            return RetryPolicy.throttlingCodes.contains(error.code) || RetryPolicy.expiredKeyCodes.contains(error.code)
                || ["RequestTimeout", "RequestTimeoutException"].contains(error.code) || error.status >= 500 || error.status == 429
        case .transport(let error, _):
            switch error.kind {
            case .untrustedCertificate, .invalidRequest: return false
            case .tls: return !error.detail.contains("wrong version number")
            default: return true
            }
        case .unreadable: return true
        case .credentials(let failure): return failure.wasInterrupted
        case .settings: return false
        }
    }

    /// AWS may have acted on the request, though no answer says so.
    package var mayHaveBeenProcessed: Bool {
        switch self {
        case .service(let error, _): error.status >= 500
        case .transport(let error, _): error.mayHaveBeenSent
        case .unreadable(_, let status, _, _): status == 200 || status >= 500
        case .credentials, .settings: false
        }
    }
}

extension CallError {
    /// The role lacks a permission.
    package var isAccessDenied: Bool {
        code.map { ["AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "NotAuthorized"].contains($0) } ?? false
    }
}
