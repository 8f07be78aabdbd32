import Effects
import HTTP

/// The standard retry mode of AWS SDKs: which failures may be tried again, and after what pause.
/// https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
package enum RetryPolicy {
    /// No bound of the call's own: as many as the settings allow (`RetrySettings`).
    package static let attempts = Int.max

    /// Before retry number `retry` (from 0): full jitter under 1, 2, 4 … 20 s.
    static func pause(beforeRetry retry: Int, random: Randomness) -> Duration {
        .seconds(random.number(in: 0...1) * min(Double(1 << min(retry, 5)), 20))
    }

    /// Throttles of any service.
    package static let throttlingCodes: Set<String> = [
        "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottledException", "TooManyRequestsException",
        "ProvisionedThroughputExceededException", "TransactionInProgressException", "RequestLimitExceeded",
        "BandwidthLimitExceeded", "LimitExceededException", "RequestThrottled", "SlowDown", "PriorRequestNotComplete",
        "EC2ThrottledException",
        // Of KMS behind Step Functions and SQS: modelled without the retry trait, so that SDKs do not try again; a throttle all the same.
        "KmsThrottlingException", "KmsThrottled",
    ]
    private static let transientCodes: Set<String> = ["RequestTimeout", "RequestTimeoutException"]
    /// By service (endpoint prefix), what else its model calls worth a retry.
    private static let transientCodesByService: [String: Set<String>] = [
        "sts": ["IDPCommunicationError"],
        "dynamodb": ["ReplicatedWriteConflictException"],
        "bedrock-runtime": ["ModelNotReadyException"],
    ]
    package static let expiredKeyCodes: Set<String> = ["ExpiredToken", "ExpiredTokenException", "InvalidToken", "RequestExpired"]
    /// What AWS says to a request whose time it does not accept; each may mean something else as well.
    static let skewCodes: Set<String> = [
        "InvalidSignatureException", "SignatureDoesNotMatch", "AuthFailure", "RequestTimeTooSkewed", "RequestInTheFuture",
        "AccessDeniedException",
    ]
    /// The signature is not the one that AWS computed, or its time or scope are not accepted.
    package static let signatureCodes: Set<String> = ["SignatureDoesNotMatch", "InvalidSignatureException", "IncompleteSignature", "IncompleteSignatureException"]
    /// AWS does not know the access key, or there is none.
    package static let unknownKeyCodes: Set<String> = [
        "UnrecognizedClientException", "InvalidClientTokenId", "MissingAuthenticationTokenException", "MissingAuthenticationToken", "InvalidAccessKeyId",
    ]
    package static let accessDeniedCodes: Set<String> = ["AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "NotAuthorized"]
    /// AWS does not accept the keys or what was signed with them, whatever was asked for.
    package static func refusesCaller(_ code: String) -> Bool {
        [signatureCodes, unknownKeyCodes, expiredKeyCodes, ["RequestTimeTooSkewed", "RequestInTheFuture"]].contains { $0.contains(code) }
    }
    private static let transientStatuses: Set<Int> = [429, 500, 502, 503, 504]

    /// What a retry of this failure costs of the quota; nil for failures that standard mode does not retry.
    static func cost(of error: CallError, from service: Service) -> Int? {
        switch error {
        case .service(let error, _):
            let isNamed = [throttlingCodes, transientCodes, expiredKeyCodes, transientCodesByService[service.endpointPrefix] ?? []].contains { $0.contains(error.code) }
            return isNamed || transientStatuses.contains(error.status) ? RetryQuota.retry : nil
        case .unreadable(_, let status, _, _), .foreign(_, let status, _):
            return status == 200 || transientStatuses.contains(status) ? RetryQuota.retry : nil
        case .transport(let failure, _):
            return !error.isTransient ? nil : failure.kind == .timeout ? RetryQuota.retryAfterTimeout : RetryQuota.retry
        case .credentials, .settings: return nil
        }
    }

    fileprivate static func isTransient(_ code: String) -> Bool {
        throttlingCodes.contains(code) || transientCodes.contains(code) || expiredKeyCodes.contains(code)
            || transientCodesByService.values.contains { $0.contains(code) }
    }
}

extension CallError {
    /// Another attempt may go well, without anybody changing anything.
    package var isTransient: Bool {
        switch self {
        case .service(let error, _):
            return RetryPolicy.isTransient(error.code) || error.status >= 500 || error.status == 429
        case .transport(let error, _):
            switch error.kind {
            case .untrustedCertificate, .invalidRequest, .proxy: return false
            case .tls: return !error.detail.contains("wrong version number")
            default: return true
            }
        case .unreadable, .foreign: return true
        case .credentials(let failure): return failure.wasInterrupted
        case .settings: return false
        }
    }

    /// AWS may have acted on the request, though no answer says so.
    package var mayHaveBeenProcessed: Bool {
        switch self {
        case .service(let error, _): error.status >= 500
        case .transport(let error, _): error.mayHaveBeenSent
        // 511 is what a network says that wants a login first (RFC 6585 section 6).
        case .unreadable(_, let status, _, _), .foreign(_, let status, _): status == 200 || status >= 500 && status != 511
        case .credentials, .settings: false
        }
    }
}

extension CallError {
    /// The role lacks a permission.
    package var isAccessDenied: Bool {
        code.map(RetryPolicy.accessDeniedCodes.contains) ?? false
    }
}
