import Effects
import HTTP

/// A token of the metadata service and the requests made with it. Without a token (version 1) only where the service
/// knows none, or where its answer does not reach us, as in a container behind one hop too many.
struct MetadataSession {
    private let settings: MetadataSettings
    private let token: Token

    private enum Token: Equatable {
        case some(String)
        /// The service gives none.
        case none
        /// The service may give one, but its answer is lost on the way.
        case lost
    }

    init(_ settings: MetadataSettings, _ io: CredentialIO) throws(CredentialsError) {
        self.settings = settings
        let path = "/latest/api/token"
        var request = Request("PUT", settings.origin, path: settings.prefix + path)
        request.headers = [Header("x-aws-ec2-metadata-token-ttl-seconds", "21600")]
        switch try Self.perform(request, settings, io, hasAnswered: false) {
        case .success(let response) where response.status == 200: token = .some(response.text)
        case .success(let response) where [403, 404, 405].contains(response.status):
            guard settings.allowsVersion1 else { throw .notConfigured("HTTP \(response.status) for \(path), and version 1 is disabled") }
            token = .none
        case .success(let response) where response.asksForPatience: throw .failed("HTTP \(response.status) for \(path)")
        case .success(let response): throw .notConfigured("HTTP \(response.status) for \(path)")
        case .failure(let error):
            guard settings.allowsVersion1, error.kind == .timeout, error.mayHaveBeenSent else { throw .notConfigured(error.detail) }
            token = .lost
        }
    }

    func get(_ path: String, _ io: CredentialIO) throws(CredentialsError) -> Response {
        var request = Request("GET", settings.origin, path: settings.prefix + path)
        if case .some(let token) = token { request.headers = [Header("x-aws-ec2-metadata-token", token)] }
        switch try Self.perform(request, settings, io, hasAnswered: token != .lost) {
        case .success(let response) where response.status == 200: return response
        case .success(let response) where response.status == 401 && token == .lost:
            throw .failed(
                "the token's answer did not arrive, as in a container behind a hop limit of 1",
                next: "raise the instance's hop limit: aws ec2 modify-instance-metadata-options --http-put-response-hop-limit 2")
        case .success(let response) where response.asksForPatience: throw .failed("HTTP \(response.status) for \(path)")
        case .success(let response): throw .notConfigured("HTTP \(response.status) for \(path)")
        case .failure(let error) where token == .lost: throw .notConfigured(error.detail)
        case .failure(let error): throw .failed("\(error.detail) for \(path)")
        }
    }

    /// The service throttles an instance whose many processes start at once: then it is asked for a minute. Outside EC2
    /// nothing answers at the address at all; that is found out within about two seconds. A token that is lost on the way is
    /// lost again the next time.
    private static func perform(
        _ request: Request, _ settings: MetadataSettings, _ io: CredentialIO, hasAnswered: Bool
    ) throws(CredentialsError) -> Result<Response, TransportError> {
        var request = request
        request.limits = Request.Limits(connect: settings.timeout, total: settings.timeout + .seconds(1), body: 1 << 20)
        request.limits.bypassesProxy = true
        let patience = Patience(
            attempts: .max, silences: settings.attempts ?? (hasAnswered || io.isOnEC2 ? 6 : 2), lostReplies: request.method == "PUT" ? 2 : .max,
            firstPause: 0.2, longestPause: 8)
        return try io.fetch(patience) { request }
    }
}
