import Digest
import Effects
import HTTP
import JSON

/// The token that `aws sso login` leaves behind, and its refreshing.
/// https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html
enum SSOToken {
    /// Refreshed when it expires sooner than this, as botocore does.
    private static let window = Duration.seconds(15 * 60)

    /// Of the file, or a new one, which then stands in the file: a refresh token may be good only once.
    static func current(for profile: SSOProfile, home: String, _ endpoints: CredentialEndpoints, _ io: CredentialIO) throws(CredentialsError) -> String {
        let path = "\(home)/.aws/sso/cache/\(SHA1.hash(Array((profile.session ?? profile.startURL).utf8)).hex).json"
        let bytes: [UInt8]
        do {
            bytes = try io.files.read(path, limit: 1 << 20)
        } catch {
            throw .refused("no token of IAM Identity Center (\(error)): \(profile.login)")
        }
        guard let entry = try? JSONValue(parsing: bytes), let token = entry["accessToken"]?.string,
            let expiration = entry["expiresAt"]?.string.flatMap(Timestamp.init(iso8601:))
        else { throw .refused("\(path) holds no token of IAM Identity Center: \(profile.login)") }
        if expiration - io.clock.now > window { return token }
        if profile.session != nil, let renewed = try renew(entry, profile, endpoints, io) {
            // Should the file not be writable, the token is good for this time all the same.
            try? io.replaceFile(path, Array(renewed.text.utf8))
            return renewed["accessToken"]?.string ?? token
        }
        guard expiration > io.clock.now else { throw .refused("the token of IAM Identity Center expired at \(expiration.rfc3339): \(profile.login)") }
        return token
    }

    /// The entry with a new token; nil when AWS gives none.
    private static func renew(
        _ entry: JSONValue, _ profile: SSOProfile, _ endpoints: CredentialEndpoints, _ io: CredentialIO
    ) throws(CredentialsError) -> JSONValue? {
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
        guard case .success(let response) = try io.fetch(.service, { request }), response.status == 200,
            let reply = try? JSONValue(parsing: response.body), let token = reply["accessToken"]?.string
        else { return nil }
        let expiration = io.clock.now + .seconds(reply["expiresIn"]?.int ?? 3600)
        var changes: [(String, JSONValue)] = [
            ("accessToken", .string(token)), ("expiresAt", .string(expiration.rfc3339.prefix(19) + "Z")),
        ]
        if let next = reply["refreshToken"]?.string { changes.append(("refreshToken", .string(next))) }
        let kept = (entry.members ?? []).filter { member in !changes.contains { $0.0 == member.name } }
        return .object(kept + changes.map { JSONValue.Member($0.0, $0.1) })
    }
}
