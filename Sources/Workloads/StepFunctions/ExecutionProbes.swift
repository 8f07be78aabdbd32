import AWS
import JSON

extension StepFunctions {
    /// The start has an input that is no JSON, which no execution can have.
    package static func probes(_ launch: Launch?, in account: Account) -> [Probe] {
        let own = "arn:\(account.partition):states:\(account.region):\(account.number):stateMachine:\(Probe.nobody)"
        let machine = launch?.target ?? own
        let execution = JSONValue(expectedID(target: machine, name: Probe.nobody)?.text ?? "")
        let isExact = launch != nil
        return [
            Probe(APICall(.stepFunctions, "StartExecution", ["stateMachineArn": JSONValue(machine), "name": JSONValue(Probe.nobody), "input": "{"]), isExact: isExact),
            Probe(APICall(.stepFunctions, "DescribeExecution", ["executionArn": execution]), isExact: isExact),
            Probe(APICall(.stepFunctions, "GetExecutionHistory", ["executionArn": execution, "maxResults": 1]), isExact: isExact),
            Probe(APICall(.stepFunctions, "StopExecution", ["executionArn": execution]), isExact: isExact),
            Probe(APICall(.stepFunctions, "RedriveExecution", ["executionArn": execution]), isNeeded: false, isExact: isExact),
            Probe(APICall(.stepFunctions, "DescribeStateMachine", ["stateMachineArn": JSONValue(machine)]), isNeeded: false, isExact: isExact),
            Probe(APICall(.batch, "DescribeJobs", ["jobs": .array([JSONValue(Batch.nobody)])]), isNeeded: false, isExact: true),
            Probe(APICall(.glue, "GetJobRun", ["JobName": JSONValue(Probe.nobody), "RunId": JSONValue(Probe.nobody)]), isNeeded: false, isExact: false),
            Probe(APICall(.ecs, "DescribeTaskDefinition", ["taskDefinition": JSONValue(Probe.nobody)]), isNeeded: false, isExact: true),
        ] + LogProbes.of(group: "/aws/batch/job")
    }
}
