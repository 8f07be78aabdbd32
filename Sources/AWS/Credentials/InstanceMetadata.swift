import Effects
import HTTP

/// The instance metadata service, version 2: credentials of the instance's role, and its region.
/// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
package struct InstanceMetadata: CredentialProvider {
    package let name = "instance metadata"

    package init() {}

    package func credentials(_ io: CredentialIO) throws(CredentialsError) -> Credentials {
        let session = try Session(io)
        let folder = "/latest/meta-data/iam/security-credentials/"
        // Asked for each time: the role of an instance can be replaced.
        let roles = try session.get(folder, io)
        guard let role = roles.split(whereSeparator: \.isNewline).first.map(String.init) else {
            throw .notConfigured("the instance has no role")
        }
        let reply = try session.get(folder + role, io)
        return try MetadataReply.credentials(Array(reply.utf8), source: "instance role \(role)")
    }

    package func region(_ io: CredentialIO) throws(CredentialsError) -> String {
        try Session(io).get("/latest/meta-data/placement/region", io)
    }

    /// A token and where it is good for.
    private struct Session {
        let origin: Origin
        let prefix: String
        let token: String

        init(_ io: CredentialIO) throws(CredentialsError) {
            if io.environment.nonBlank("AWS_EC2_METADATA_DISABLED")?.lowercased() == "true" {
                throw .notConfigured("AWS_EC2_METADATA_DISABLED is true")
            }
            let isIPv6 = io.environment.nonBlank("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE")?.lowercased() == "ipv6"
            let url = io.environment.nonBlank("AWS_EC2_METADATA_SERVICE_ENDPOINT") ?? (isIPv6 ? "http://[fd00:ec2::254]" : "http://169.254.169.254")
            guard let (origin, prefix) = Origin.parse(url) else { throw .failed("\(url) is no URL") }
            (self.origin, self.prefix) = (origin, prefix)
            var request = Request("PUT", origin, path: prefix + "/latest/api/token")
            request.headers = [Header("x-aws-ec2-metadata-token-ttl-seconds", "21600")]
            token = try Self.perform(request, io)
        }

        func get(_ path: String, _ io: CredentialIO) throws(CredentialsError) -> String {
            let request = Request("GET", origin, path: prefix + path, headers: [Header("x-aws-ec2-metadata-token", token)])
            return try Self.perform(request, io)
        }

        /// The service throttles an instance whose many processes start at once, so 429 and 5xx are asked again. Outside
        /// EC2 nothing answers at the address at all; that is found out within about two seconds.
        private static func perform(_ request: Request, _ io: CredentialIO) throws(CredentialsError) -> String {
            var request = request
            request.limits = Request.Limits(connect: .seconds(1), total: .seconds(2), body: 1 << 20)
            request.limits.bypassesProxy = true
            var reason = ""
            var silences = 0
            for attempt in 0..<6 {
                if attempt > 0 { try io.pause(.seconds(io.random.number(in: 0.1...1) * Double(1 << attempt) / 8)) }
                switch try io.fetch(request) {
                case .success(let response) where response.status == 200: return response.text
                case .success(let response) where response.status == 429 || response.status >= 500: reason = "HTTP \(response.status)"
                case .success(let response) where response.status == 404 && request.method == "GET": throw .notConfigured("404 for \(request.path)")
                case .success(let response): throw .notConfigured("HTTP \(response.status) for \(request.path)")
                case .failure(let error):
                    reason = error.detail
                    silences += 1
                    if silences == 2 { throw .notConfigured(reason) }
                }
            }
            throw .failed("\(reason) for \(request.path)")
        }
    }
}
