import Effects
import HTTP
import JSON

extension Credentials {
    /// When keys end, in words; nil for keys that do not. Words that nobody can read would mean "never", so they are an error.
    /// `source`: who wrote them, for people.
    static func expiration(_ value: JSONValue?, of source: String) throws(CredentialsError) -> Timestamp? {
        guard let value, value != .null else { return nil }
        guard let time = value.string.flatMap({ Timestamp(iso8601: $0.replacing(" ", with: "T", maxReplacements: 1)) }) else { throw .failed("\(source) gave an Expiration that is no ISO 8601 time") }
        return time
    }
}

extension CredentialIO {
    /// A time that `response`, just received, gives by its sender's clock, by the host's own: where that is wrong, new keys
    /// must not look expired, nor old ones good.
    func local(_ time: Timestamp, in response: Response) -> Timestamp { time + (.zero - serverClock(response).skew) }

    /// By the `Date` of a response that has just arrived.
    func serverClock(_ response: Response) -> ServerClock {
        var server = ServerClock()
        server.note(response, sentAt: clock.now, receivedAt: clock.now)
        return server
    }
}
