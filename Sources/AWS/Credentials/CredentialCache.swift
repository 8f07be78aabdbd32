import Effects

/// The credentials in use. Replaces them before they expire, and keeps the old ones while their source is out of reach:
/// a run that lasts for hours must not die of a metadata service that is slow for a minute.
package final class CredentialCache {
    private let chain: CredentialChain
    private let io: CredentialIO
    private var current: Credentials?
    private var nextAttempt: Instant?

    /// Refreshed this long before they expire (botocore's advisory window).
    private static let window = Duration.seconds(15 * 60)

    package init(chain: CredentialChain, io: CredentialIO) {
        self.chain = chain
        self.io = io
    }

    /// Keys to sign with now. `urgent`: those at hand unless they have expired; a stop must not wait for a refresh.
    package func credentials(urgent: Bool = false) throws(CredentialChain.Failure) -> Credentials {
        io.limit = urgent ? io.clock.instant + .milliseconds(1500) : nil
        guard let current else { return try fetch() }
        guard urgent ? hasExpired(current) : isDue(current) else { return current }
        do {
            return try fetch()
        } catch {
            if error.wasInterrupted { throw error }
            nextAttempt = io.clock.instant + .seconds(io.random.number(in: 20...60))
            return current
        }
    }

    /// AWS called these keys expired or invalid: the next call asks the chain again.
    package func discard(accessKeyID: String) {
        guard current?.accessKeyID == accessKeyID, nextAttempt.map({ $0 <= io.clock.instant }) ?? true else { return }
        expiredByAWS = true
    }

    private var expiredByAWS = false

    private func hasExpired(_ credentials: Credentials) -> Bool {
        expiredByAWS || credentials.expiration.map { $0 <= io.clock.now } ?? false
    }

    private func isDue(_ credentials: Credentials) -> Bool {
        if let nextAttempt, io.clock.instant < nextAttempt { return false }
        if expiredByAWS { return true }
        return credentials.expiration.map { $0 - io.clock.now < Self.window } ?? false
    }

    private func fetch() throws(CredentialChain.Failure) -> Credentials {
        let fresh = try chain.credentials(io)
        // The same keys again, or keys about to expire: do not ask again at every call.
        let isStillDue = fresh.expiration.map { $0 - io.clock.now < Self.window } ?? expiredByAWS
        nextAttempt = isStillDue ? io.clock.instant + .seconds(io.random.number(in: 20...60)) : nil
        expiredByAWS = false
        current = fresh
        return fresh
    }
}
