import JSON

/// One AWS service: how its host, its signature and its requests are named. How its hosts depart from the rule:
/// `EndpointRules`.
package struct Service: Sendable, Hashable {
    /// For people and IAM: "states".
    package let name: String
    package let endpointPrefix: String
    package let signingName: String
    /// The `<SERVICE>` of AWS_ENDPOINT_URL_<SERVICE>; in lower case its key in a `services` section.
    package let environmentSuffix: String
    package let wire: Wire

    /// `endpointPrefix` and `signingName`: `name` unless given.
    package init(_ name: String, endpointPrefix: String? = nil, signingName: String? = nil, environmentSuffix: String, wire: Wire) {
        self.name = name
        self.endpointPrefix = endpointPrefix ?? name
        self.signingName = signingName ?? name
        self.environmentSuffix = environmentSuffix
        self.wire = wire
    }

    /// How a request says which operation it wants.
    package enum Wire: Sendable, Hashable {
        /// POST to "/" with `X-Amz-Target: <target>.<Operation>` and application/x-amz-json-<version>.
        case json(target: String, version: String)
        /// POST to <folder>/<operation in lower case> with application/json.
        case rest(folder: String)
        /// POST to "/" with a form that holds Action and Version; the reply is XML.
        case query(version: String)
        /// A path for each operation: whoever calls builds the request, and takes only the endpoint from here.
        case other
    }

    package static let stepFunctions = Service("states", environmentSuffix: "SFN", wire: .json(target: "AWSStepFunctions", version: "1.0"))
    package static let batch = Service("batch", environmentSuffix: "BATCH", wire: .rest(folder: "/v1"))
    package static let logs = Service("logs", environmentSuffix: "CLOUDWATCH_LOGS", wire: .json(target: "Logs_20140328", version: "1.1"))
    package static let glue = Service("glue", environmentSuffix: "GLUE", wire: .json(target: "AWSGlue", version: "1.1"))
    package static let ecs = Service("ecs", environmentSuffix: "ECS", wire: .json(target: "AmazonEC2ContainerServiceV20141113", version: "1.1"))
    package static let dynamoDB = Service("dynamodb", environmentSuffix: "DYNAMODB", wire: .json(target: "DynamoDB_20120810", version: "1.0"))
    package static let secretsManager = Service(
        "secretsmanager", environmentSuffix: "SECRETS_MANAGER", wire: .json(target: "secretsmanager", version: "1.1"))
    package static let sqs = Service("sqs", environmentSuffix: "SQS", wire: .json(target: "AmazonSQS", version: "1.0"))
    package static let events = Service("events", environmentSuffix: "EVENTBRIDGE", wire: .json(target: "AWSEvents", version: "1.1"))
    package static let bedrockRuntime = Service(
        "bedrock", endpointPrefix: "bedrock-runtime", environmentSuffix: "BEDROCK_RUNTIME", wire: .other)
    package static let sts = Service("sts", environmentSuffix: "STS", wire: .query(version: "2011-06-15"))
    package static let sso = Service("sso", endpointPrefix: "portal.sso", signingName: "awsssoportal", environmentSuffix: "SSO", wire: .other)
    package static let ssoOIDC = Service(
        "sso-oauth", endpointPrefix: "oidc", environmentSuffix: "SSO_OIDC", wire: .other)
}

extension Service {
    /// The path and the headers that name the operation.
    func addressing(_ operation: String) -> (path: String, contentType: String, target: String?) {
        switch wire {
        case .json(let target, let version): ("/", "application/x-amz-json-\(version)", "\(target).\(operation)")
        case .rest(let folder): ("\(folder)/\(operation.lowercased())", "application/json", nil)
        case .query: ("/", "application/x-www-form-urlencoded; charset=utf-8", nil)
        case .other: ("/", "application/json", nil)
        }
    }

    /// What is sent: `parameters` as JSON, or as the fields of a form.
    func body(_ operation: String, _ parameters: JSONValue) -> [UInt8] {
        guard case .query(let version) = wire else { return Array(parameters.text.utf8) }
        let fields = (parameters.members ?? []).compactMap { member in member.value.string.map { (member.name, $0) } ?? member.value.double.map { _ in (member.name, member.value.text) } }
        return Self.form([("Action", operation), ("Version", version)] + fields)
    }

    static func form(_ fields: [(String, String)]) -> [UInt8] {
        Array(fields.map { "\($0.0)=\(PercentEncoding.encode($0.1))" }.joined(separator: "&").utf8)
    }
}
