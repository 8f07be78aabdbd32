/// One AWS service: how its host, its signature and its requests are named.
package struct Service: Sendable, Equatable {
    /// For people and IAM: "states".
    package let name: String
    package let endpointPrefix: String
    package let signingName: String
    /// The `<SERVICE>` of AWS_ENDPOINT_URL_<SERVICE>.
    package let environmentSuffix: String
    /// What stands before the operation in `X-Amz-Target`.
    package let targetPrefix: String
    /// "1.0" or "1.1" of application/x-amz-json.
    package let jsonVersion: String

    package static let stepFunctions = Service(
        name: "states", endpointPrefix: "states", signingName: "states", environmentSuffix: "SFN",
        targetPrefix: "AWSStepFunctions", jsonVersion: "1.0")
}
