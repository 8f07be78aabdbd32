import Effects

/// The credentials in use. Replaces them before they expire, and keeps the old ones, expired or not, while their source is
/// out of reach: a run that lasts for hours must not die of a metadata service that is slow for a minute.
package final class CredentialCache {
    private let chain: CredentialChain
    private let io: CredentialIO
    private var current: Credentials?
    /// They are refreshed when they expire sooner than this.
    private var window = Duration.zero
    /// No refresh before this.
    private var nextAttempt: Instant?
    /// AWS called the current keys expired.
    private var areRejected = false
    /// A failure that is told again for a few seconds without asking: a refusal, or what a stop has met with.
    private var told: (failure: CredentialChain.Failure, until: Instant)?

    package init(chain: CredentialChain, io: CredentialIO) {
        self.chain = chain
        self.io = io
    }

    /// What must not be seen of the keys in use.
    package var secrets: [String] { current.map { [$0.secretAccessKey] + ($0.sessionToken.map { [$0] } ?? []) } ?? [] }

    /// Keys to sign with now. `urgent`: those at hand unless they have expired; a stop must not wait for a refresh.
    package func credentials(urgent: Bool = false) throws(CredentialChain.Failure) -> Credentials {
        io.isUrgent = urgent
        guard let current else { return try fetch(limit: urgent ? .milliseconds(1500) : nil) }
        guard urgent ? hasExpired(current) : isDue(current) else { return current }
        do {
            // Keys that are still good are no reason to hold up the run.
            return try fetch(limit: urgent ? .milliseconds(1500) : hasExpired(current) ? nil : .seconds(10))
        } catch {
            if error.wasInterrupted || (error.isRefusal && hasExpired(current)) { throw error }
            nextAttempt = io.clock.instant + pauseAfterFailure(current)
            return current
        }
    }

    /// AWS called these keys expired or invalid: the next call asks the chain again.
    package func discard(accessKeyID: String) {
        guard current?.accessKeyID == accessKeyID, !areRejected else { return }
        areRejected = true
        nextAttempt = nextAttempt.map { min($0, io.clock.instant + pauseWhileRejected) }
    }

    private func hasExpired(_ credentials: Credentials) -> Bool {
        areRejected || credentials.expiration.map { $0 <= io.clock.now } ?? false
    }

    private func isDue(_ credentials: Credentials) -> Bool {
        if let nextAttempt, io.clock.instant < nextAttempt { return false }
        return areRejected || credentials.expiration.map { $0 - io.clock.now < window } ?? false
    }

    /// Every call fails by now, so only their source is spared.
    private var pauseWhileRejected: Duration { .seconds(io.random.number(in: 10...30)) }

    /// Five to ten minutes, as the SDKs of AWS have agreed upon; sooner while the keys have not expired yet.
    private func pauseAfterFailure(_ credentials: Credentials) -> Duration {
        if areRejected { return pauseWhileRejected }
        let usual = io.random.number(in: 300...600)
        guard let expiration = credentials.expiration, !hasExpired(credentials) else { return .seconds(usual) }
        return .seconds(max(20, min(usual, (expiration - io.clock.now).inSeconds * io.random.number(in: 0.2...0.5))))
    }

    private func fetch(limit: Duration?) throws(CredentialChain.Failure) -> Credentials {
        if let told, io.clock.instant < told.until { throw told.failure }
        io.limit = limit.map { io.clock.instant + $0 }
        io.rejectedAccessKeyID = areRejected ? current?.accessKeyID : nil
        let fresh: Credentials
        do {
            fresh = try chain.credentials(io)
            told = nil
        } catch {
            // A stop has a few seconds in all: it must not spend them on asking again and again.
            if io.isUrgent, !error.wasInterrupted {
                told = (error, io.clock.instant + .seconds(5))
            } else if error.isRefusal {
                told = (error, io.clock.instant + .seconds(io.random.number(in: 1...5)))
            }
            throw error
        }
        return take(fresh)
    }

    private func take(_ fresh: Credentials) -> Credentials {
        let rest = fresh.expiration.map { $0 - io.clock.now }
        // Expired already: a failed refresh, unless there is nothing better.
        if let current, let rest, rest <= .zero, current.expiration.map({ $0 >= io.clock.now + rest }) ?? true {
            nextAttempt = io.clock.instant + pauseAfterFailure(current)
            return current
        }
        areRejected = areRejected && fresh.accessKeyID == current?.accessKeyID
        window = rest.map { Credentials.advisoryWindow(lifetime: $0) } ?? .zero
        // The same keys again, or keys about to expire: do not ask again at every call.
        let isStillDue = areRejected || rest.map { $0 < window } ?? false
        let pause = areRejected ? pauseWhileRejected : .seconds(io.random.number(in: 20...60))
        nextAttempt = isStillDue ? io.clock.instant + pause : nil
        current = fresh
        return fresh
    }
}

extension Credentials {
    /// How long before their end keys are refreshed, by how long they live: what the SDKs of AWS have agreed upon.
    package static func advisoryWindow(lifetime: Duration) -> Duration {
        switch lifetime {
        case ...(.seconds(20 * 60)): .seconds(5 * 60)
        case ..<(.seconds(90 * 60)): .seconds(15 * 60)
        default: .seconds(60 * 60)
        }
    }
}
