import Effects
import HTTP

/// How often a source of keys is asked again. Hundreds of runners of one host start in the same second, so pauses have
/// full jitter: anything from nothing to the longest.
struct Patience {
    /// In all.
    var attempts = 5
    /// Without any reply.
    var silences = 3
    /// Of these, after the request may have arrived.
    var lostReplies = Int.max
    /// In all, unless the caller's own limit comes first.
    var budget = Duration.seconds(60)
    /// Longest pause before the second attempt, in seconds; twice as long each time.
    var firstPause = 1.0
    var longestPause = 20.0

    static let service = Patience()
}

extension CredentialIO {
    /// Asks until there is an answer that counts, and returns the last one. `make` builds each attempt anew.
    /// `isTransient`: besides throttles, errors of the server and silence.
    func fetch(
        _ patience: Patience, isTransient: (Response) -> Bool = { _ in false }, _ make: () -> Request
    ) throws(CredentialsError) -> Result<Response, TransportError> {
        let end = min(limit ?? clock.instant + patience.budget, clock.instant + patience.budget)
        var (attempt, silences, lostReplies) = (0, 0, 0)
        while true {
            attempt += 1
            let result = try fetch(make(), attempt: attempt)
            if case .success(let response) = result, !response.asksForPatience, !isTransient(response) { return result }
            if case .failure(let error) = result {
                if [.untrustedCertificate, .invalidRequest, .proxy].contains(error.kind) { return result }
                silences += 1
                if error.mayHaveBeenSent { lostReplies += 1 }
            }
            guard attempt < patience.attempts, silences < patience.silences, lostReplies < patience.lostReplies, clock.instant < end else { return result }
            let longest = min(patience.firstPause * Double(1 << min(attempt - 1, 16)), patience.longestPause)
            try pause(.seconds(random.number(in: 0...1) * longest))
        }
    }
}

extension Response {
    /// A throttle or an error of the server.
    var asksForPatience: Bool {
        if status == 429 || status >= 500 { return true }
        guard status >= 400, let code = serviceError()?.code else { return false }
        return RetryPolicy.throttlingCodes.contains(code)
    }
}
