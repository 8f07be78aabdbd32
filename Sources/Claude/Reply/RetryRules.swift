import Effects
import HTTP

/// When a request is sent again: as Anthropic's SDKs do (anthropic 2.12, _base_client.py).
enum RetryRules {
    static let retries = 2

    /// The pause before retry number `retry` (from 0); nil for what is not to be sent again.
    static func pause(after result: Result<Response, TransportError>, beforeRetry retry: Int, at now: Timestamp, _ random: Randomness) -> Duration? {
        guard retry < retries else { return nil }
        let usual = Duration.seconds(min(0.5 * Double(1 << retry), 8) * (1 - 0.25 * random.number(in: 0...1)))
        switch result {
        case .failure(let error):
            return [.untrustedCertificate, .invalidRequest, .bodyTooLarge].contains(error.kind) ? nil : usual
        case .success(let response):
            return isWorthARetry(response) ? wish(of: response, at: now) ?? usual : nil
        }
    }

    private static func isWorthARetry(_ response: Response) -> Bool {
        switch response.header("x-should-retry")?.lowercased() {
        case "true": return true
        case "false": return false
        default: break
        }
        if case .failure(.refused(let error)) = Reply.read(response), error.isSpendLimit { return false }
        return [408, 409, 429].contains(response.status) || response.status >= 500
    }

    /// `retry-after-ms`, `retry-after` in seconds, or as a date.
    private static func wish(of response: Response, at now: Timestamp) -> Duration? {
        if let milliseconds = response.header("retry-after-ms").flatMap(Double.init), let pause = duration(milliseconds / 1000) { return pause }
        guard let text = response.header("retry-after") else { return nil }
        if let seconds = Double(text) { return duration(seconds) }
        return Timestamp(httpDate: text).flatMap { duration(($0 - now).inSeconds) }
    }

    /// Nil for what is no pause. A longer one than a day is a day: nobody waits for it anyway.
    private static func duration(_ seconds: Double) -> Duration? {
        seconds > 0 ? .milliseconds(Int64(min(seconds, 86400) * 1000)) : nil
    }
}
