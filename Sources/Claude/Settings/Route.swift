package import AWS
package import Effects
package import HTTP

/// The way to the Messages API: where, with which headers, and who lets the request in.
package struct Route {
    package let provider: Provider
    package let model: Model
    package let origin: Origin
    private let path: String
    private let headers: [Header]
    private let entry: Entry

    private enum Entry {
        case key(Key)
        case role(CredentialCache, region: String, service: String)
    }

    /// What signing by role needs; made when first asked for.
    package struct Account {
        let settings: ClientSettings
        package let credentials: CredentialCache

        package init(settings: ClientSettings, credentials: CredentialCache) {
            (self.settings, self.credentials) = (settings, credentials)
        }
    }

    /// What a role needs, beside secretsmanager:GetSecretValue for a key that lies there (docs.aws.amazon.com/claude-platform,
    /// "IAM actions"; Bedrock's user guide).
    package static let actions: Set<String> = ["aws-external-anthropic:CreateInference", "aws-external-anthropic:GetModel", "bedrock:InvokeModel"]

    /// The version of Anthropic's API that the requests are written for.
    static let apiVersion = "2026-10-21"

    package init(
        _ settings: ClaudeSettings, _ environment: Environment, account: () throws(ClaudeFailure) -> Account,
        secret: (String) throws(ClaudeFailure) -> String
    ) throws(ClaudeFailure) {
        provider = settings.provider
        let key = try Key.find(settings, environment, secret: secret)
        var headers = [Header("content-type", "application/json"), Header("user-agent", "awsjob")]
        switch provider {
        case .anthropic:
            model = Model(settings.model)
            (origin, path) = try Self.place(environment.nonBlank("ANTHROPIC_BASE_URL") ?? "https://api.anthropic.com", of: "ANTHROPIC_BASE_URL")
        case .aws:
            model = Model(settings.model)
            guard let workspace = environment.nonBlank("ANTHROPIC_AWS_WORKSPACE_ID") else {
                throw .settings("ANTHROPIC_AWS_WORKSPACE_ID is not set", next: "set it to the id of the workspace (wrkspc_…)")
            }
            headers.append(Header("anthropic-workspace-id", workspace.trimmed))
            (origin, path) = try Self.place(environment.nonBlank("ANTHROPIC_AWS_BASE_URL"), of: "ANTHROPIC_AWS_BASE_URL", else: .claudePlatform, account)
        case .bedrock:
            let region = try account().settings.region
            guard let model = Model.onBedrock(settings.model, region: region) else {
                throw .settings("no inference profile is known for region \(region)", next: "name one in claude-model: global.anthropic.\(settings.model)")
            }
            self.model = model
            (origin, path) = try Self.place(environment.nonBlank("ANTHROPIC_BEDROCK_BASE_URL"), of: "ANTHROPIC_BEDROCK_BASE_URL", else: .bedrockRuntime, account)
        }
        if provider != .bedrock { headers.append(Header("anthropic-version", Self.apiVersion)) }
        if let key { entry = .key(key) } else { entry = try Self.role(provider == .aws ? .claudePlatform : .bedrockRuntime, account()) }
        self.headers = Self.adding(environment.nonBlank("ANTHROPIC_CUSTOM_HEADERS") ?? "", to: headers)
    }

    private static func role(_ service: Service, _ account: Account) -> Entry {
        .role(account.credentials, region: account.settings.region, service: service.signingName)
    }

    private static func place(_ url: String, of name: String) throws(ClaudeFailure) -> (Origin, String) {
        guard let place = Origin.parse(url.trimmed) else { throw .settings("\(name) is no http(s) URL", next: "write it as https://HOST[:PORT]") }
        return place
    }

    private static func place(_ url: String?, of name: String, else service: Service, _ account: () throws(ClaudeFailure) -> Account) throws(ClaudeFailure) -> (Origin, String) {
        if let url { return try place(url, of: name) }
        let settings = try account().settings
        do throws(SettingsError) {
            let endpoint = try settings.endpoint(of: service)
            return (endpoint.origin, endpoint.path)
        } catch { throw .settings(error.reason, next: error.next) }
    }

    /// Lines of `Name: value`, as Anthropic's SDKs read them; they win over ours of the same name.
    private static func adding(_ lines: String, to headers: [Header]) -> [Header] {
        let added = lines.split(whereSeparator: \.isNewline).compactMap { line in
            line.firstIndex(of: ":").map { Header(String(line[..<$0]).trimmed, String(line[$0...].dropFirst()).trimmed) }
        }
        let names = Set(added.map { $0.name.lowercased() })
        return headers.filter { !names.contains($0.name.lowercased()) } + added
    }

    // MARK: Requests

    /// Where the key comes from, for people.
    package var source: String {
        switch entry {
        case .key(let key): key.source
        case .role: "AWS credentials"
        }
    }

    /// What no log line and no body may show.
    package var secrets: [String] {
        if case .key(let key) = entry { [key.value] } else { [] }
    }

    func messageRequest(_ body: [UInt8], at time: Timestamp) throws(ClaudeFailure) -> Request {
        let operation = provider == .bedrock ? "/model/\(PercentEncoding.encode(model.id))/invoke" : "/v1/messages"
        return try entering(Request("POST", origin, path: path + operation, headers: headers, body: body), at: time)
    }

    /// Bedrock has no such page.
    func modelRequest(at time: Timestamp) throws(ClaudeFailure) -> Request {
        try entering(Request("GET", origin, path: path + "/v1/models/\(PercentEncoding.encode(model.id))", headers: headers), at: time)
    }

    private func entering(_ request: Request, at time: Timestamp) throws(ClaudeFailure) -> Request {
        var request = request
        (request.limits.connect, request.limits.body) = (.seconds(5), 1 << 20)
        switch entry {
        case .key(let key):
            let header = key.header
            if !request.headers.contains(where: { $0.name.lowercased() == header.name.lowercased() }) { request.headers.append(Header(header.name, header.value)) }
            return request
        case .role(let cache, let region, let service):
            let credentials: Credentials
            do throws(CredentialChain.Failure) { credentials = try cache.credentials() } catch { throw .credentials(error) }
            return Signer(credentials: credentials, region: region, service: service).sign(request, at: time).request
        }
    }

    /// Asks the chain again next time. False where no keys of AWS are used.
    func discardCredentials() -> Bool {
        guard case .role(let cache, _, _) = entry, let current = try? cache.credentials() else { return false }
        cache.discard(accessKeyID: current.accessKeyID)
        return true
    }
}
