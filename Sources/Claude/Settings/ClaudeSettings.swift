/// Who answers, and by which right a request may ask.
package enum Provider: String, CaseIterable, Sendable {
    /// api.anthropic.com, with a key.
    case anthropic
    /// Claude Platform on AWS: the same API, by IAM role or with a key of its own.
    case aws
    /// InvokeModel of Amazon Bedrock, by IAM role or with a Bedrock key.
    case bedrock
}

/// How Claude is asked, where it is asked at all.
package struct ClaudeSettings: Equatable, Sendable {
    package var provider = Provider.anthropic
    /// As the configuration names it.
    package var model = ClaudeSettings.defaultModel
    /// For everything: retries, pauses and the repair included.
    package var totalTime = Duration.seconds(60)
    /// Input and output of all requests of this state directory in one UTC day.
    package var dailyTokens = 1_000_000
    /// US cents, as for the tokens.
    package var dailyCents = 500
    /// A file of mode 0600 that holds the key.
    package var keyFile: String?
    /// A secret of AWS Secrets Manager that holds the key: name or ARN.
    package var keySecret: String?

    package static let defaultModel = "claude-sonnet-5-5"

    package init() {}
}
