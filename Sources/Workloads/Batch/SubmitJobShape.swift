import Parameters

/// The members of SubmitJob, from botocore's model of AWS Batch (2016-08-10) and the limits of the API reference.
/// https://docs.aws.amazon.com/batch/latest/APIReference/API_SubmitJob.html
enum SubmitJobShape {
    static let fields: [Field] = [
        Field("jobName", .text),
        Field("jobQueue", .string(StringRules(characters: 1...2048)), isRequired: true),
        Field("jobDefinition", .string(StringRules(characters: 1...2048)), isRequired: true),
        Field("shareIdentifier", .text),
        Field("schedulingPriorityOverride", .integer(0...9999)),
        Field("arrayProperties", .structure([Field("size", .integer(2...10_000), isRequired: true)])),
        Field("dependsOn", .list(.structure([Field("jobId", .text), Field("type", .string(StringRules(allowed: ["N_TO_N", "SEQUENTIAL"])))]), 0...20)),
        Field("parameters", texts),
        Field("containerOverrides", containerOverrides),
        Field("nodeOverrides", nodeOverrides),
        Field("retryStrategy", retryStrategy),
        Field("propagateTags", .boolean),
        Field("timeout", .structure([Field("attemptDurationSeconds", .integer(60...Int(Int32.max)))])),
        // 50 in all; five are ours.
        Field("tags", .map(value: .string(StringRules(characters: 0...256)), 0...45)),
        Field("eksPropertiesOverride", eksOverride),
        Field("ecsPropertiesOverride", ecsOverride),
        Field("consumableResourcePropertiesOverride", consumableResources),
    ]

    private static let texts = Shape.map(value: .text, 0...Int.max)
    private static let words = Shape.list(.text, 0...Int.max)
    private static let count = Shape.integer(0...Int(Int32.max))

    private static func list(_ fields: [Field], atMost limit: Int = Int.max) -> Shape { .list(.structure(fields), 0...limit) }

    private static let environment = list([Field("name", .text), Field("value", .text)])
    private static let resources = list([
        Field("value", .text, isRequired: true), Field("type", .string(StringRules(allowed: ["GPU", "VCPU", "MEMORY"])), isRequired: true),
    ])

    private static let containerOverrides = Shape.structure([
        Field("vcpus", count), Field("memory", count), Field("command", words), Field("instanceType", .text), Field("environment", environment),
        Field("resourceRequirements", resources),
    ])

    private static let consumableResources = Shape.structure([
        Field("consumableResourceList", list([Field("consumableResource", .text), Field("quantity", .integer(0...Int.max))]))
    ])

    private static let ecsOverride = Shape.structure([
        Field(
            "taskProperties",
            list([
                Field(
                    "containers",
                    list([Field("command", words), Field("environment", environment), Field("name", .text), Field("resourceRequirements", resources)]))
            ]))
    ])

    private static let quantities = Shape.map(value: .string(StringRules(characters: 1...256)), 0...Int.max)
    private static let eksContainers = list([
        Field("name", .text), Field("image", .text), Field("command", words), Field("args", words),
        Field("env", list([Field("name", .text, isRequired: true), Field("value", .text)])),
        Field("resources", .structure([Field("limits", quantities), Field("requests", quantities)])),
    ])
    private static let eksOverride = Shape.structure([
        Field(
            "podProperties",
            .structure([
                Field("containers", eksContainers), Field("initContainers", eksContainers),
                Field("metadata", .structure([Field("labels", texts), Field("annotations", texts), Field("namespace", .text)])),
            ]))
    ])

    private static let nodeOverrides = Shape.structure([
        Field("numNodes", count),
        Field(
            "nodePropertyOverrides",
            list([
                Field("targetNodes", .text, isRequired: true), Field("containerOverrides", containerOverrides), Field("ecsPropertiesOverride", ecsOverride),
                Field("instanceTypes", words), Field("eksPropertiesOverride", eksOverride),
                Field("consumableResourcePropertiesOverride", consumableResources),
            ])),
    ])

    private static let retryStrategy = Shape.structure([
        Field("attempts", .integer(1...10)),
        Field(
            "evaluateOnExit",
            list(
                [
                    Field("onStatusReason", .text), Field("onReason", .text), Field("onExitCode", .text),
                    // AWS takes any case of letters.
                    Field("action", .string(StringRules(allowed: ["RETRY", "EXIT", "Retry", "Exit", "retry", "exit"])), isRequired: true),
                ], atMost: 5)),
    ])
}
