import AWS
import JSON

extension StepFunctions {
    /// The start has an input that is no JSON, which no execution can have.
    package static func probes(_ launch: Launch?, in account: Account?) -> [Probe] {
        let made = account.map { "arn:\($0.partition):states:\($0.region):\($0.number):stateMachine:\(Probe.nobody)" }
        guard let machine = launch?.target ?? made, let id = expectedID(target: machine, name: Probe.nobody) else { return innerProbes }
        let execution = JSONValue(id.text)
        let isExact = launch != nil
        return [
            Probe(
                APICall(.stepFunctions, "StartExecution", ["stateMachineArn": JSONValue(machine), "name": JSONValue(Probe.nobody), "input": "{"]),
                isExact: isExact, proof: ["InvalidExecutionInput", "StateMachineDoesNotExist", "StateMachineDeleting"]),
            Probe(APICall(.stepFunctions, "DescribeExecution", ["executionArn": execution]), isExact: isExact, proof: ["ExecutionDoesNotExist"]),
            Probe(APICall(.stepFunctions, "GetExecutionHistory", ["executionArn": execution, "maxResults": 1]), isExact: isExact, proof: ["ExecutionDoesNotExist"]),
            Probe(APICall(.stepFunctions, "StopExecution", ["executionArn": execution]), isExact: isExact, proof: ["ExecutionDoesNotExist"]),
            Probe(
                APICall(.stepFunctions, "DescribeStateMachine", ["stateMachineArn": JSONValue(machine)]), isNeeded: false, isExact: isExact,
                proof: ["StateMachineDoesNotExist"]),
        ] + innerProbes
    }

    /// Of the work inside.
    private static var innerProbes: [Probe] {
        [
            Probe(APICall(.batch, "DescribeJobs", ["jobs": .array([JSONValue(Batch.nobody)])]), isNeeded: false, isExact: true, proof: ["ClientException"]),
            Probe(
                APICall(.glue, "GetJobRun", ["JobName": JSONValue(Probe.nobody), "RunId": JSONValue(Probe.nobody)]), isNeeded: false, isExact: false,
                proof: ["EntityNotFoundException"]),
            Probe(APICall(.ecs, "DescribeTaskDefinition", ["taskDefinition": JSONValue(Probe.nobody)]), isNeeded: false, isExact: true, proof: ["ClientException"]),
        ] + LogProbes.of(group: "/aws/batch/job")
    }
}
