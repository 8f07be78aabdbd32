import Digest
import Effects
import HTTP

/// The credentials endpoint of ECS tasks and EKS pods.
/// https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
package struct ContainerProvider: CredentialProvider {
    package let name = "container"

    package init() {}

    package func credentials(_ io: CredentialIO) throws(CredentialsError) -> Credentials {
        var request = try Self.request(io.environment)
        let authorization = try Self.authorization(io)
        let identity = Self.identity(request, authorization, io)
        if let authorization { request.headers.append(Header("Authorization", authorization)) }
        return try io.shared(identity, freshness: .seconds(300)) { () throws(CredentialsError) in try Self.fetch(request, io) }
    }

    /// The address, and who asks: two pods of one host ask at the same address. Nil where the host has no name of its own.
    func identity(_ io: CredentialIO) throws(CredentialsError) -> [String]? {
        Self.identity(try Self.request(io.environment), try Self.authorization(io), io)
    }

    private static func identity(_ request: Request, _ authorization: String?, _ io: CredentialIO) -> [String]? {
        io.host.map { ["container", request.url, $0, SHA256.hash(Array((authorization ?? "").utf8)).hex] }
    }

    static func request(_ environment: Environment) throws(CredentialsError) -> Request {
        let url = try url(environment)
        let parts = url.split(separator: "?", maxSplits: 1).map(String.init)
        guard let first = parts.first, let (origin, path) = Origin.parse(first) else { throw .refused("its address is no URL with a host", next: variables) }
        guard isAllowed(origin) else {
            throw .refused("host \(origin.host) is neither https, nor loopback, nor the container agent's address", next: variables)
        }
        var request = Request(
            "GET", origin, path: path.isEmpty ? "/" : path, query: parts.count > 1 ? parts[1] : "", headers: [Header("Accept", "application/json")])
        request.limits = Request.Limits(connect: .seconds(2), total: .seconds(5), body: 1 << 20)
        request.limits.bypassesProxy = true
        return request
    }

    private static let variables = "check AWS_CONTAINER_CREDENTIALS_FULL_URI and AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"

    private static func fetch(_ request: Request, _ io: CredentialIO) throws(CredentialsError) -> Credentials {
        // The origin alone: paths are secrets.
        let place = request.origin
        switch try io.fetch(Patience(attempts: .max, silences: 4, firstPause: 0.5, longestPause: 8), { request }) {
        case .success(let response) where response.status == 200: return try MetadataReply.credentials(response, source: "container endpoint", io)
        case .success(let response): throw .failed("HTTP \(response.status) from \(place)")
        case .failure(let error): throw .failed("\(error.detail) from \(place)")
        }
    }

    private static func url(_ environment: Environment) throws(CredentialsError) -> String {
        if let relative = environment.nonBlank("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") { return "http://169.254.170.2" + relative }
        guard let full = environment.nonBlank("AWS_CONTAINER_CREDENTIALS_FULL_URI") else {
            throw .notConfigured("not in one")
        }
        return full
    }

    static func isAllowed(_ origin: Origin) -> Bool {
        let host = origin.host.lowercased()
        let isLoopback = host == "localhost" || host == "[::1]" || (host.hasPrefix("127.") && host.allSatisfy { $0.isNumber || $0 == "." })
        return origin.scheme == "https" || isLoopback || ["169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"].contains(host)
    }

    /// The token file is read each time: it is rotated.
    private static func authorization(_ io: CredentialIO) throws(CredentialsError) -> String? {
        var token = io.environment.nonBlank("AWS_CONTAINER_AUTHORIZATION_TOKEN")
        if let path = io.environment.nonBlank("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") {
            do {
                token = String(decoding: try io.files.read(path, limit: 1 << 20), as: UTF8.self)
            } catch {
                throw .failed("\(error)")
            }
        }
        guard let token else { return nil }
        guard !token.contains(where: \.isNewline) else { throw .failed("the authorization token holds a line feed") }
        return token
    }
}
