import Digest
import Effects
import HTTP
import JSON

/// The token that `aws sso login` leaves behind, and its refreshing.
/// https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html
enum SSOToken {
    /// Refreshed when it expires sooner than this, as botocore does.
    private static let window = Duration.seconds(15 * 60)

    private struct Entry {
        let json: JSONValue
        let token: String
        let expiration: Timestamp

        init?(_ json: JSONValue) {
            guard let token = json["accessToken"]?.string, let expiration = json["expiresAt"]?.string.flatMap(Timestamp.init(iso8601:)) else { return nil }
            (self.json, self.token, self.expiration) = (json, token, expiration)
        }
    }

    /// Of the file, or a new one, which then stands in the file. A refresh token may be good only once: one process at a time
    /// spends it, and looks into the file before and, since other programs refresh tokens too, after a refusal.
    static func current(for profile: SSOProfile, home: String, _ endpoints: CredentialEndpoints, _ io: CredentialIO) throws(CredentialsError) -> String {
        let path = "\(home)/.aws/sso/cache/\(SHA1.hash(Array((profile.session ?? profile.startURL).utf8)).hex).json"
        let first = try read(path, profile, io)
        if isGood(first, io) { return first.token }
        guard profile.session != nil else { return try unexpired(first, profile, io) }
        return try io.inTurn(["sso token", path]) { () throws(CredentialsError) in
            let entry = try read(path, profile, io)
            if isGood(entry, io) { return entry.token }
            do throws(CredentialsError) {
                if let renewed = try renew(entry, profile, endpoints, io) {
                    // Should the file not be writable, the token is good for this time all the same.
                    try? io.replaceFile(path, Array(renewed.json.text.utf8))
                    return renewed.token
                }
            } catch {
                guard case .failed = error, entry.expiration > io.clock.now else { throw error }
            }
            return try unexpired(read(path, profile, io), profile, io)
        }
    }

    private static func isGood(_ entry: Entry, _ io: CredentialIO) -> Bool { entry.expiration - io.clock.now > window }

    private static func unexpired(_ entry: Entry, _ profile: SSOProfile, _ io: CredentialIO) throws(CredentialsError) -> String {
        guard entry.expiration > io.clock.now else {
            throw .refused("the token of IAM Identity Center expired at \(entry.expiration.rfc3339)", next: profile.login)
        }
        return entry.token
    }

    private static func read(_ path: String, _ profile: SSOProfile, _ io: CredentialIO) throws(CredentialsError) -> Entry {
        let bytes: [UInt8]
        do {
            bytes = try io.files.read(path, limit: 1 << 20)
        } catch {
            throw .refused("no token of IAM Identity Center (\(error))", next: profile.login)
        }
        guard let entry = (try? JSONValue(parsing: bytes)).flatMap(Entry.init) else {
            throw .refused("\(path) holds no token of IAM Identity Center", next: profile.login)
        }
        return entry
    }

    /// The entry with a new token; nil when there is nothing to renew it with, or AWS refuses.
    private static func renew(
        _ entry: Entry, _ profile: SSOProfile, _ endpoints: CredentialEndpoints, _ io: CredentialIO
    ) throws(CredentialsError) -> Entry? {
        guard let request = try request(entry.json, profile, endpoints, io) else { return nil }
        let response: Response
        switch try io.fetch(.service, { request }) {
        case .failure(let error): throw .failed("IAM Identity Center gave no new token: \(error.detail)")
        case .success(let reply) where (400..<500).contains(reply.status) && !reply.asksForPatience: return nil
        case .success(let reply): response = reply
        }
        guard response.status == 200, let reply = try? JSONValue(parsing: response.body), let token = reply["accessToken"]?.string else {
            throw .failed("IAM Identity Center gave no new token: HTTP \(response.status) from \(request.origin)")
        }
        let expiration = io.clock.now + .seconds(reply["expiresIn"]?.int ?? 3600)
        var changes: [(String, JSONValue)] = [
            ("accessToken", .string(token)), ("expiresAt", .string(expiration.rfc3339.prefix(19) + "Z")),
        ]
        if let next = reply["refreshToken"]?.string { changes.append(("refreshToken", .string(next))) }
        let kept = (entry.json.members ?? []).filter { member in !changes.contains { $0.0 == member.name } }
        return Entry(.object(kept + changes.map { JSONValue.Member($0.0, $0.1) }))
    }

    /// Nil when the file holds nothing to renew its token with, or no longer.
    private static func request(
        _ entry: JSONValue, _ profile: SSOProfile, _ endpoints: CredentialEndpoints, _ io: CredentialIO
    ) throws(CredentialsError) -> Request? {
        guard let refreshToken = entry["refreshToken"]?.string, let client = entry["clientId"]?.string, let secret = entry["clientSecret"]?.string,
            let end = entry["registrationExpiresAt"]?.string.flatMap(Timestamp.init(iso8601:)), end > io.clock.now
        else { return nil }
        let place = try endpoints.place(of: .ssoOIDC, region: profile.region)
        let body: JSONValue = [
            "grantType": "refresh_token", "clientId": .string(client), "clientSecret": .string(secret), "refreshToken": .string(refreshToken),
        ]
        var request = Request("POST", place.origin, path: place.path + "/token", body: Array(body.text.utf8))
        request.headers = [Header("Content-Type", "application/json"), Header("User-Agent", "awsjob")]
        request.limits = Request.Limits(connect: .seconds(5), total: .seconds(15), body: 1 << 20)
        return request
    }
}
