import AWS

/// What an error that AWS reported means for the operator: the cause, which AWS's own words often hide, and the next step.
struct ServiceExplanation {
    let words: (reason: String, next: String)

    init(_ error: ServiceError, _ action: String) {
        let request = error.requestID.map { " (request \($0))" } ?? ""
        // A signature mismatch quotes the whole request behind its first sentence.
        let message = error.message.prefix { !$0.isNewline }
        let plain = "\(error.code)\(message.isEmpty ? "" : ", \(message)")\(request)"
        let source = error.keys.map { "\($0.source) (\($0.kind)…)" } ?? "the credentials in use"
        switch error.code {
        case let code where RetryPolicy.accessDeniedCodes.contains(code):
            words = Self.denied(error, action, plain: plain, request)
        case let code where RetryPolicy.unknownKeyCodes.contains(code):
            let lacksToken = error.keys.map { $0.kind == "ASIA" && !$0.hasSessionToken } ?? false
            let next = lacksToken ? "the keys of \(source) are temporary: set AWS_SESSION_TOKEN with them" : "check the access key of \(source): deleted, of another partition, or for a region that this account has not enabled"
            words = (plain, next)
        case let code where RetryPolicy.signatureCodes.contains(code):
            words = Self.mismatch(error, String(message), source, request)
        case "RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture": words = (plain, Self.clock)
        case let code where RetryPolicy.expiredKeyCodes.contains(code): words = (plain, "get new keys: those of \(source) have expired")
        case "OptInRequired", "SubscriptionRequiredException": words = (plain, "enable this region or service for the account, or check the region")
        case "InvalidArn", "InvalidARN": words = (plain, "check the ARN; its region must be the one that is asked")
        case let code where code.hasSuffix("DoesNotExist"): words = (plain, "check the ARN, its region and account")
        case let code where RetryPolicy.throttlingCodes.contains(code): words = (plain, "the account is throttled; start fewer at once, or ask for a higher quota")
        default: words = (plain, error.status >= 500 ? "try again; AWS had an internal error" : "mend the request")
        }
    }

    private static let clock = "set the clock of this host (chronyc tracking)"

    private static func mismatch(_ error: ServiceError, _ message: String, _ source: String, _ request: String) -> (String, String) {
        let plain = "\(error.code), \(message)\(request)"
        if message.contains("scoped to") { return (plain, "check region and endpoint: the request was signed for others") }
        if message.contains("xpired") || message.contains("not yet current") || message.contains("earlier than") { return (plain, clock) }
        return ("\(error.code), AWS computed another signature\(request)", "check the secret access key of \(source): it does not belong to that key id; -v shows what was signed")
    }

    /// AWS says "User: ARN is not authorized to perform: ACTION on resource: ARN because …", or less.
    private static func denied(_ error: ServiceError, _ action: String, plain: String, _ request: String) -> (String, String) {
        let words = error.message.split(whereSeparator: \.isWhitespace)
        func word(after label: String) -> String? {
            words.firstIndex(of: Substring(label)).flatMap { $0 + 1 < words.count ? String(words[$0 + 1]) : nil }
        }
        let missing = word(after: "perform:") ?? action
        let policy = policies[String(missing.prefix { $0 != ":" })].map { "iam/\($0).json" } ?? "iam/"
        guard let who = word(after: "User:").map(principal) else { return (plain, "allow \(missing) for this role, see \(policy)") }
        let on = word(after: "resource:").map { " on \($0)" } ?? ""
        if let deny = error.message.firstRange(of: "explicit deny") {
            return ("\(error.code), \(who) may not call \(missing)\(on): \(error.message[deny.lowerBound...])\(request)", "have that deny lifted; allowing the action elsewhere does not help")
        }
        return ("\(error.code), \(who) may not call \(missing)\(on)\(request)", "add that action from \(policy)")
    }

    /// `arn:aws:sts::123456789012:assumed-role/ops-agent/i-0abc` is role ops-agent.
    private static func principal(_ arn: String) -> String {
        let parts = (arn.split(separator: ":", maxSplits: 5).last ?? "").split(separator: "/")
        switch parts.first {
        case "assumed-role" where parts.count > 1: return "role \(parts[1])"
        case "user" where parts.count > 1: return "user \(parts[parts.count - 1])"
        default: return arn
        }
    }

    /// Files of iam/ that list a service's actions.
    private static let policies = ["states": "stepfunctions", "batch": "batch", "glue": "glue", "ecs": "stepfunctions"]
}
