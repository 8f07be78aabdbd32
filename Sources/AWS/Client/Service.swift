/// One AWS service: how its host, its signature and its requests are named.
package struct Service: Sendable, Equatable {
    /// For people and IAM: "states".
    package let name: String
    package let endpointPrefix: String
    package let signingName: String
    /// The `<SERVICE>` of AWS_ENDPOINT_URL_<SERVICE>.
    package let environmentSuffix: String
    package let wire: Wire

    /// How a request says which operation it wants.
    package enum Wire: Sendable, Equatable {
        /// POST to "/" with `X-Amz-Target: <target>.<Operation>` and application/x-amz-json-<version>.
        case json(target: String, version: String)
        /// POST to <folder>/<operation in lower case> with application/json.
        case rest(folder: String)
    }

    package static let stepFunctions = Service(
        name: "states", endpointPrefix: "states", signingName: "states", environmentSuffix: "SFN",
        wire: .json(target: "AWSStepFunctions", version: "1.0"))
    package static let batch = Service(
        name: "batch", endpointPrefix: "batch", signingName: "batch", environmentSuffix: "BATCH", wire: .rest(folder: "/v1"))
    package static let logs = Service(
        name: "logs", endpointPrefix: "logs", signingName: "logs", environmentSuffix: "CLOUDWATCH_LOGS",
        wire: .json(target: "Logs_20140328", version: "1.1"))
    package static let glue = Service(
        name: "glue", endpointPrefix: "glue", signingName: "glue", environmentSuffix: "GLUE", wire: .json(target: "AWSGlue", version: "1.1"))
    package static let ecs = Service(
        name: "ecs", endpointPrefix: "ecs", signingName: "ecs", environmentSuffix: "ECS",
        wire: .json(target: "AmazonEC2ContainerServiceV20141113", version: "1.1"))
}

extension Service {
    /// The path and the headers that name the operation.
    func addressing(_ operation: String) -> (path: String, contentType: String, target: String?) {
        switch wire {
        case .json(let target, let version): ("/", "application/x-amz-json-\(version)", "\(target).\(operation)")
        case .rest(let folder): ("\(folder)/\(operation.lowercased())", "application/json", nil)
        }
    }
}
