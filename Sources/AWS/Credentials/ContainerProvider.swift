import Effects
import HTTP

/// The credentials endpoint of ECS tasks and EKS pods.
/// https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
package struct ContainerProvider: CredentialProvider {
    package let name = "container"

    package init() {}

    package func credentials(_ io: CredentialIO) throws(CredentialsError) -> Credentials {
        let url = try Self.url(io.environment)
        let parts = url.split(separator: "?", maxSplits: 1).map(String.init)
        guard let first = parts.first, let (origin, path) = Origin.parse(first) else { throw .failed("\(url) is no URL") }
        guard Self.isAllowed(origin) else {
            throw .failed("host \(origin.host) is neither https, nor loopback, nor the container agent's address")
        }
        var request = Request("GET", origin, path: path.isEmpty ? "/" : path, query: parts.count > 1 ? parts[1] : "", headers: [Header("Accept", "application/json")])
        if let authorization = try Self.authorization(io) { request.headers.append(Header("Authorization", authorization)) }
        request.limits = Request.Limits(connect: .seconds(2), total: .seconds(5), body: 1 << 20)
        request.limits.bypassesProxy = true
        return try Self.fetch(request, io)
    }

    private static func fetch(_ request: Request, _ io: CredentialIO) throws(CredentialsError) -> Credentials {
        var reason = ""
        for attempt in 0..<4 {
            if attempt > 0 { try io.pause(.seconds(io.random.number(in: 0.2...1) * Double(1 << attempt) / 2)) }
            switch try io.fetch(request) {
            case .success(let response) where response.status == 200:
                return try MetadataReply.credentials(response.body, source: "container endpoint")
            case .success(let response) where response.status == 429 || response.status >= 500:
                reason = "HTTP \(response.status)"
            case .success(let response):
                throw .failed("HTTP \(response.status) from \(request.origin)\(request.path)")
            case .failure(let error):
                reason = error.detail
            }
        }
        throw .failed("\(reason) from \(request.origin)\(request.path)")
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
