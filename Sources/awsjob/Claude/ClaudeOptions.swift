import ArgumentParser
import Claude

extension Provider: ExpressibleByArgument {}

/// US dollars with at most two decimals.
struct DollarsArgument: ExpressibleByArgument {
    let cents: Int

    init?(argument: String) {
        let parts = argument.split(separator: ".", omittingEmptySubsequences: false)
        guard let dollars = Int(parts[0]), (0...100_000).contains(dollars), parts.count <= 2 else { return nil }
        let decimals = parts.count == 2 ? String(parts[1]) : "00"
        guard (1...2).contains(decimals.count), let rest = Int(decimals), rest >= 0 else { return nil }
        cents = dollars * 100 + (decimals.count == 1 ? rest * 10 : rest)
    }
}

/// Who answers with `--advice claude`, and what it may cost. None of them is consent to ask.
struct ClaudeOptions: ParsableArguments {
    @Option(name: .customLong("claude-provider"), help: "anthropic (a key), aws (Claude Platform on AWS) or bedrock (default: anthropic).")
    var provider: Provider?
    @Option(name: .customLong("claude-model"), help: "Model id; for Bedrock also an inference profile or ARN (default: \(ClaudeSettings.defaultModel)).")
    var model: String?
    @Option(name: .customLong("claude-key-file"), help: "File of mode 0600 that holds the key (default: the environment's).")
    var keyFile: String?
    @Option(name: .customLong("claude-key-secret"), help: "Secret of AWS Secrets Manager that holds the key: name or ARN.")
    var keySecret: String?
    @Option(name: .customLong("claude-timeout"), help: "For one failure, retries included (default: 60s).")
    var timeout: DurationArgument?
    @Option(name: .customLong("claude-daily-tokens"), help: "Tokens of all runners of this state directory in one UTC day (default: 1000000).")
    var dailyTokens: UInt32?
    @Option(name: .customLong("claude-daily-cost"), help: "US dollars likewise (default: 5).")
    var dailyCost: DollarsArgument?

    static let layered = [
        "claude-provider", "claude-model", "claude-key-file", "claude-key-secret", "claude-timeout", "claude-daily-tokens", "claude-daily-cost",
    ].map { LayeredOption(name: $0) }

    var settings: ClaudeSettings {
        var settings = ClaudeSettings()
        settings.provider = provider ?? settings.provider
        settings.model = model ?? settings.model
        settings.totalTime = timeout?.duration ?? settings.totalTime
        settings.dailyTokens = dailyTokens.map(Int.init) ?? settings.dailyTokens
        settings.dailyCents = dailyCost?.cents ?? settings.dailyCents
        (settings.keyFile, settings.keySecret) = (keyFile, keySecret)
        return settings
    }
}
