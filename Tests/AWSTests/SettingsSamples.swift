import AWS
import Effects
import Foundation
import HTTP
import JSON
import TestSupport

extension ClientSettings {
    /// As on a host with this environment and this ~/.aws/config.
    init(region: String, endpointURL: String? = nil, environment variables: [String: String] = [:], config: String = "") throws {
        let environment = Environment(variables)
        let shared = try SharedConfiguration.load(
            profile: nil, environment: environment, files: FakeFiles(contents: ["/h/.aws/config": config]), home: "/h")
        self.init(region: region, endpointURL: endpointURL, environment: environment, shared: shared)
    }
}

extension Endpoint {
    var url: String { origin.description + path }
}

extension Service {
    /// As botocore names clients.
    static let byClientName: [String: Service] = [
        "stepfunctions": .stepFunctions, "batch": .batch, "logs": .logs, "sts": .sts, "dynamodb": .dynamoDB, "secretsmanager": .secretsManager,
        "bedrock-runtime": .bedrockRuntime, "glue": .glue, "ecs": .ecs, "sqs": .sqs, "events": .events, "sso": .sso, "sso-oidc": .ssoOIDC,
    ]
}

/// How many cases of public conformance data passed, and why the others were left out.
struct Tally {
    var passed = 0
    private var left: [String: [String]] = [:]

    mutating func notApplicable(_ reason: String, _ name: String) { left[reason, default: []].append(name) }

    func report(_ what: String) {
        var lines = ["\(what): \(passed) passed, \(left.values.map(\.count).reduce(0, +)) not applicable"]
        for (reason, names) in left.sorted(by: { $0.key < $1.key }) {
            lines += ["  not applicable (\(names.count)): \(reason)"] + Set(names).sorted().map { "    - \($0)" }
        }
        printAtOnce(lines)
    }
}

/// JSON of shared/fixtures; nil (and a line that says so) where the fixtures are not.
func fixture(_ path: String) throws -> JSONValue? {
    guard let file = Repository.fixtures(path) else { return nil }
    return try JSONValue(parsing: Array(Data(contentsOf: file)))
}
