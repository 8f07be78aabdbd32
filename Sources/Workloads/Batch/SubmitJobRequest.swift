package import ArgumentParser
import JSON
import Parameters

/// The options of `aws batch submit-job`.
package struct SubmitJobRequest: WorkRequest {
    @Option(name: .customLong("job-name"), help: "Name of the job (default: made of AUTO_JOB_NAME and AUTORUN; required without them).")
    package var jobName: String?
    @Option(name: .customLong("job-queue"), help: "Job queue: name or ARN.")
    package var jobQueue: String?
    @Option(name: .customLong("job-definition"), help: "Job definition: NAME[:REVISION] or ARN.")
    package var jobDefinition: String?
    @Option(help: "Parameters of the job definition: K=V,… or JSON.")
    package var parameters: String?
    @Option(name: .customLong("container-overrides"), help: "Shorthand or JSON, as the AWS CLI takes it.")
    package var containerOverrides: String?
    @Option(name: .customLong("array-properties"), help: "size=N, 2 to 10,000.")
    package var arrayProperties: String?
    @Option(name: .customLong("depends-on"), parsing: .upToNextOption, help: "jobId=ID,type=N_TO_N …, several words, or JSON.")
    package var dependsOn: [String] = []
    @Option(name: .customLong("node-overrides"), help: "Of a multi-node job.")
    package var nodeOverrides: String?
    @Option(name: .customLong("eks-properties-override"), help: "Of a job on EKS.")
    package var eksPropertiesOverride: String?
    @Option(name: .customLong("ecs-properties-override"), help: "Of a job with several containers.")
    package var ecsPropertiesOverride: String?
    @Option(name: .customLong("retry-strategy"), help: "attempts=N,evaluateOnExit=[{…}].")
    package var retryStrategy: String?
    @Option(help: "attemptDurationSeconds=N, at least 60.")
    package var timeout: String?
    @Option(help: "K=V,… or JSON; the AutoSys job, run and instance are added.")
    package var tags: String?
    @Flag(name: .customLong("propagate-tags"), inversion: .prefixedNo, help: "Also on the job's ECS tasks (default: --propagate-tags).")
    package var propagateTags: Bool?
    @Option(name: .customLong("share-identifier"), help: "Share of a fair-share queue.")
    package var shareIdentifier: String?
    @Option(name: .customLong("scheduling-priority-override"), help: "0 to 9999.")
    package var schedulingPriorityOverride: String?
    @Option(name: .customLong("consumable-resource-properties-override"), help: "Consumable resources of the job.")
    package var consumableResourcePropertiesOverride: String?
    @Option(name: .customLong("cli-input-json"), help: "All parameters as JSON, as the AWS CLI takes them: text or file://PATH.")
    package var cliInputJSON: String?

    package init() {}

    package static let nameOption: String? = "--job-name"
    package static let layered = SubmitJobShape.fields.map { RequestParameters.optionName($0.name) }.filter { $0 != "propagate-tags" } + ["cli-input-json"]
    package static let layeredFlags = ["propagate-tags"]
    package static let layeredLists = ["depends-on"]

    package func prepare(_ source: ParameterSource) throws(InvalidRequest) -> Prepared {
        let single = [
            ("job-name", jobName), ("job-queue", jobQueue), ("job-definition", jobDefinition), ("parameters", parameters),
            ("container-overrides", containerOverrides), ("array-properties", arrayProperties), ("node-overrides", nodeOverrides),
            ("eks-properties-override", eksPropertiesOverride), ("ecs-properties-override", ecsPropertiesOverride),
            ("retry-strategy", retryStrategy), ("timeout", timeout), ("tags", tags), ("propagate-tags", propagateTags.map(String.init)),
            ("share-identifier", shareIdentifier), ("scheduling-priority-override", schedulingPriorityOverride),
            ("consumable-resource-properties-override", consumableResourcePropertiesOverride),
        ]
        let options = single.map { (name: $0.0, words: $0.1.map { [$0] } ?? []) } + [(name: "depends-on", words: dependsOn)]
        let reader = RequestParameters(fields: SubmitJobShape.fields, source: source)
        let members = try reader.read(skeleton: cliInputJSON, options: options)
        try check(.object(members))
        let name = members.first { $0.name == "jobName" }?.value.string
        let rest = members.filter { $0.name != "jobName" }
        return Prepared(
            name: name, launch: Launch(target: rest.first { $0.name == "jobQueue" }?.value.string ?? "", input: JSONValue.object(rest).text, parameters: rest))
    }

    /// What the model does not say and the API refuses.
    private func check(_ request: JSONValue) throws(InvalidRequest) {
        let size = request.text.utf8.count
        // Name and tags are still to come.
        guard size <= 30_000 else {
            throw InvalidRequest("the request has \(size) bytes, AWS Batch takes at most 30 KiB, name and tags included", next: "put the data into S3 and pass its address")
        }
        let overrides = ["containerOverrides", "nodeOverrides", "eksPropertiesOverride", "ecsPropertiesOverride"].filter { request[$0] != nil }
        guard overrides.count <= 1 else {
            throw InvalidRequest("\(overrides.joined(separator: " and ")) exclude each other", next: "keep the one that fits the job definition")
        }
        for container in Self.containers(of: request) {
            if container["command"]?.array?.contains("") == true {
                throw InvalidRequest("a container's command has an empty word", next: "AWS Batch takes none; leave it out")
            }
            let names = (container["environment"]?.array ?? []).compactMap { $0["name"]?.string }
            if let name = names.first(where: { $0.hasPrefix("AWS_BATCH") }) {
                throw InvalidRequest("environment variable \(name): names that begin with AWS_BATCH are reserved", next: "choose another name")
            }
        }
        if let tag = request["tags"]?.members?.first(where: { JobTags.names.contains($0.name) || $0.name.hasPrefix("aws:") }) {
            throw InvalidRequest("tag '\(tag.name)' is reserved", next: "choose another key")
        }
    }

    /// The overrides of all containers, of nodes and tasks too.
    private static func containers(of overrides: JSONValue) -> [JSONValue] {
        let nodes = overrides["nodeOverrides"]?["nodePropertyOverrides"]?.array ?? []
        let tasks = overrides["ecsPropertiesOverride"]?["taskProperties"]?.array ?? []
        return [overrides["containerOverrides"]].compactMap { $0 } + tasks.flatMap { $0["containers"]?.array ?? [] } + nodes.flatMap(containers)
    }
}
