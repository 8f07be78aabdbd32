package import AWS
package import HTTP

/// Why there is no answer of Claude. The offline notes stay as they are.
package enum ClaudeFailure: Error, Equatable, Sendable {
    /// No key is set; what else was found.
    case noKey(String?)
    case settings(String, next: String)
    case credentials(CredentialChain.Failure)
    /// The day's tokens or money are used up, or the account is closed for the day.
    case budget(String)
    /// The file that keeps the budget cannot be used, so nobody knows what is left.
    case ledger(String)
    /// Something that must not leave stands in the request. Nothing was sent.
    case wouldLeak(String)
    case transport(TransportError, origin: Origin)
    /// What Anthropic or AWS answered instead.
    case refused(APIError)
    /// HTTP 200 or an error that neither of them writes.
    case unreadable(status: Int, detail: String)
    /// The model declined, with Anthropic's category where there is one.
    case refusal(category: String?)
    /// A stop reason with which there is no whole answer.
    case stopped(String)
    /// What was wrong with the answer, after the repair too.
    case invalidAnswer([String])
    /// The offline notes are better founded than the answer.
    case overruled(String)
    case outOfTime
    case interrupted

    /// A request of another form may be taken.
    var speaksOfTheForm: Bool {
        if case .refused(let error) = self { error.status == 400 && ["invalid_request_error", "ValidationException"].contains(error.type) } else { false }
    }
}

/// An error in the words of the service: `error.type` and `error.details.error_code` of Anthropic, the error type of AWS.
package struct APIError: Equatable, Sendable {
    package let status: Int
    package let type: String
    package let code: String?
    package let message: String
    package let requestID: String?

    /// No money until somebody acts, or until next month.
    var isSpendLimit: Bool {
        type == "billing_error" || ["enforced_spend_limit_reached", "contract_spend_limit_reached", "linked_organization_spend_limit_reached"].contains(code)
    }

    /// The keys of the signature have expired.
    var isOfExpiredKeys: Bool { ["ExpiredToken", "ExpiredTokenException", "RequestExpired", "UnrecognizedClientException"].contains(type) }
    /// The time of the signature may be what is wrong.
    var isOfSignature: Bool { ["InvalidSignatureException", "SignatureDoesNotMatch", "RequestTimeTooSkewed"].contains(type) }
}

extension ClaudeFailure {
    /// For one line: why, and what to do.
    package var words: (reason: String, next: String) {
        switch self {
        case .noKey(let found):
            ("no key: ANTHROPIC_API_KEY is not set\(found.map { ", \($0)" } ?? "")", "set it, name claude-key-file or claude-key-secret, or use claude-provider aws or bedrock")
        case .settings(let reason, let next): (reason, next)
        case .credentials(let failure): ("no AWS credentials: \(failure)", "attach an instance profile, or set AWS_PROFILE")
        case .budget(let reason): (reason, "raise claude-daily-tokens or claude-daily-cost, or wait until midnight UTC")
        case .ledger(let reason): ("the budget cannot be kept: \(reason)", "make the state directory writable for this user alone")
        case .wouldLeak(let what): ("nothing was sent, the request still held \(what)", "mask it with a rule in redaction-rules")
        case .transport(let error, let origin): ("\(origin): \(error.detail)", "check the network and proxy, or ANTHROPIC_BASE_URL")
        case .refused(let error): Self.words(error)
        case .unreadable(let status, let detail): ("HTTP \(status) with \(detail)", "look who answers there: a proxy, or a place that is not the Messages API")
        case .refusal(let category): ("the model declined\(category.map { " (\($0))" } ?? "")", "read the log yourself")
        case .stopped(let reason): ("the answer was cut off (\(reason))", "read the log yourself")
        case .invalidAnswer(let errors): ("the answer did not hold: \(errors.first ?? "")", "read the log yourself")
        case .overruled(let reason): (reason, "compare both with the log")
        case .outOfTime: ("no answer within the time", "raise claude-timeout, or look at the network")
        case .interrupted: ("interrupted", "start again")
        }
    }

    private static func words(_ error: APIError) -> (String, String) {
        let message = error.message.prefix(120)
        let reason = "\(error.code ?? error.type) (HTTP \(error.status))\(message.isEmpty ? "" : ": \(message)")\(error.requestID.map { ", request \($0)" } ?? "")"
        if error.isSpendLimit { return (reason, "raise the spend limit of the organization") }
        switch error.status {
        case 401: return (reason, "check the key")
        case 403: return (reason, "check key, workspace and iam/claude.json")
        case 404: return (reason, "check claude-model; awsjob doctor --advice claude")
        case 413: return (reason, "read the log yourself")
        case 408, 409, 429, 500...: return (reason, "ask again later")
        default: return (reason, "check claude-model and the settings")
        }
    }
}
