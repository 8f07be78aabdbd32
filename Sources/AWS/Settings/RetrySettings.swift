/// How often a call is tried: AWS_RETRY_MODE and AWS_MAX_ATTEMPTS, or `retry_mode` and `max_attempts` of the profile.
/// https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
package struct RetrySettings: Equatable, Sendable {
    package enum Mode: String, CaseIterable, Sendable {
        /// The failures and pauses of standard mode, 5 attempts, and no quota.
        case legacy
        /// 3 attempts, and a quota of retries for each service.
        case standard
        /// As standard. A rate limit of its own in each process would not see the other runners of the account; the log
        /// reads and polls that make nearly all calls slow down together anyway.
        case adaptive
    }

    package let mode: Mode
    /// The first attempt included.
    package let maxAttempts: Int

    package init(mode: Mode = .standard, maxAttempts: Int? = nil) {
        self.mode = mode
        self.maxAttempts = maxAttempts ?? (mode == .legacy ? 5 : 3)
    }
}

extension ClientSettings {
    package func retries() throws(SettingsError) -> RetrySettings {
        let modeName = value("AWS_RETRY_MODE", "retry_mode")
        guard let mode = modeName.map({ RetrySettings.Mode(rawValue: $0.lowercased()) }) ?? .standard else {
            throw SettingsError(
                "AWS_RETRY_MODE (retry_mode in the profile) is '\(modeName ?? "")'",
                next: "set it to \(RetrySettings.Mode.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        guard let text = value("AWS_MAX_ATTEMPTS", "max_attempts") else { return RetrySettings(mode: mode) }
        let words = text.split(whereSeparator: \.isWhitespace)
        guard words.count == 1, let attempts = words.first.flatMap({ Int($0) }), attempts >= 1 else {
            throw SettingsError("AWS_MAX_ATTEMPTS (max_attempts in the profile) is '\(text)'", next: "set it to a whole number from 1")
        }
        return RetrySettings(mode: mode, maxAttempts: attempts)
    }
}
