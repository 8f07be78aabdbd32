package import ArgumentParser
import JSON
import Parameters

/// The options of `aws glue start-job-run`.
package struct StartJobRunRequest: WorkRequest {
    @Option(name: .customLong("job-name"), help: "The Glue job to run.")
    package var jobName: String?
    @Option(name: .customLong("job-run-id"), help: "An earlier run to retry.")
    package var jobRunID: String?
    @Option(parsing: .unconditional, help: "Arguments of the run: --K=V,… or JSON.")
    package var arguments: String?
    @Option(name: .customLong("allocated-capacity"), help: "Deprecated by AWS; data processing units.")
    package var allocatedCapacity: String?
    @Option(help: "Minutes.")
    package var timeout: String?
    @Option(name: .customLong("max-capacity"), help: "Data processing units.")
    package var maxCapacity: String?
    @Option(name: .customLong("security-configuration"), help: "Name of the security configuration.")
    package var securityConfiguration: String?
    @Option(name: .customLong("notification-property"), help: "NotifyDelayAfter=MINUTES.")
    package var notificationProperty: String?
    @Option(name: .customLong("worker-type"), help: "G.1X, G.2X …")
    package var workerType: String?
    @Option(name: .customLong("number-of-workers"), help: "Workers of that type.")
    package var numberOfWorkers: String?
    @Option(name: .customLong("execution-class"), help: "FLEX or STANDARD.")
    package var executionClass: String?
    @Flag(name: .customLong("job-run-queuing-enabled"), inversion: .prefixedNo, help: "Wait in a queue when the account's limits are reached.")
    package var jobRunQueuingEnabled: Bool?
    @Option(name: .customLong("execution-role-session-policy"), help: "Inline session policy, JSON.")
    package var executionRoleSessionPolicy: String?
    @Option(name: .customLong("cli-input-json"), help: "All parameters as JSON, as the AWS CLI takes them: text or file://PATH.")
    package var cliInputJSON: String?

    package init() {}

    package static let nameOption: String? = nil
    package static let layered = fields.map { RequestParameters.optionName($0.name) }.filter { $0 != "job-run-queuing-enabled" } + ["cli-input-json"]
    package static let layeredFlags = ["job-run-queuing-enabled"]

    package func prepare(_ source: ParameterSource) throws(InvalidRequest) -> Prepared {
        let options = [
            ("job-name", jobName), ("job-run-id", jobRunID), ("arguments", arguments), ("allocated-capacity", allocatedCapacity), ("timeout", timeout),
            ("max-capacity", maxCapacity), ("security-configuration", securityConfiguration), ("notification-property", notificationProperty),
            ("worker-type", workerType), ("number-of-workers", numberOfWorkers), ("execution-class", executionClass),
            ("job-run-queuing-enabled", jobRunQueuingEnabled.map(String.init)), ("execution-role-session-policy", executionRoleSessionPolicy),
        ].map { (name: $0.0, words: $0.1.map { [$0] } ?? []) }
        let members = try RequestParameters(fields: Self.fields, source: source).read(skeleton: cliInputJSON, options: options)
        let request = JSONValue.object(members)
        guard request["Arguments"]?[RunArgument.key] == nil else {
            throw InvalidRequest("argument \(RunArgument.key) is reserved", next: "choose another name")
        }
        return Prepared(name: nil, launch: Launch(target: request["JobName"]?.string ?? "", input: request.text, parameters: members))
    }

    /// From botocore's model of AWS Glue (2017-03-31). Worker types grow in number, so any name is taken.
    private static let fields: [Field] = [
        Field("JobName", name, isRequired: true), Field("JobRunQueuingEnabled", .boolean), Field("JobRunId", name),
        Field("Arguments", .map(value: .text, 0...Int.max)), Field("AllocatedCapacity", count), Field("Timeout", .integer(1...Int(Int32.max))),
        Field("MaxCapacity", .double), Field("SecurityConfiguration", name),
        Field("NotificationProperty", .structure([Field("NotifyDelayAfter", .integer(1...Int(Int32.max)))])), Field("WorkerType", name),
        Field("NumberOfWorkers", count), Field("ExecutionClass", .string(StringRules(allowed: ["FLEX", "STANDARD"]))),
        Field("ExecutionRoleSessionPolicy", .string(StringRules(characters: 2...2048))),
    ]
    private static let name = Shape.string(StringRules(characters: 1...255))
    private static let count = Shape.integer(0...Int(Int32.max))
}
