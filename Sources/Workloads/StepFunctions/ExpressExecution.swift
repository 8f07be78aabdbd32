import AWS
import Effects
import JSON
import Runs

/// Express executions, which the API shows to nobody: their end comes with StartSyncExecution's answer, or stands in the
/// state machine's log group.
/// https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartSyncExecution.html
enum ExpressExecution {
    static let unseen = Launch.Unseen(
        caution: "an Express state machine: AWS cannot show, stop or continue its executions, --max-runtime has no effect on them, and one whose answer is lost is started once more by a restart",
        lastWord: "an Express execution cannot be stopped, it ends by itself within 5 minutes")

    /// A version describes itself; an alias is no state machine, so it is left out.
    static func describeMachine(_ arn: String) -> APICall {
        let parts = arn.split(separator: ":", omittingEmptySubsequences: false)
        let qualifier = parts.count > 7 ? parts[7] : ""
        let machine = Int(qualifier) == nil && parts.count > 7 ? parts[..<7].joined(separator: ":") : arn
        return APICall(.stepFunctions, "DescribeStateMachine", ["stateMachineArn": JSONValue(machine)])
    }

    /// The state machine of an Express execution: `…:express:MACHINE:NAME:ID`.
    static func machine(of id: WorkloadID) -> String? {
        guard let arn = ARN(id.text), arn.resource.count >= 2 else { return nil }
        return "arn:\(arn.partition):states:\(arn.region):\(arn.account):stateMachine:\(arn.resource[1])"
    }

    /// Lasts as long as the execution, at most five minutes. Sent once: AWS starts a second one for a second request.
    static func launch(_ parameters: JSONValue) -> Call<Launched> {
        var call = APICall(.stepFunctions, "StartSyncExecution", parameters)
        (call.isRepeatable, call.timeout, call.hostPrefix) = (false, .seconds(330), "sync-")
        return Call(call) { (reply) throws(UnexpectedReply) in
            guard let arn = reply["executionArn"]?.string, let status = reply["status"]?.string, let outcome = StepFunctions.outcome(reply, status: status) else {
                throw UnexpectedReply("StartSyncExecution answered without executionArn and status")
            }
            return Launched(id: WorkloadID(arn), started: outcome.started, outcome: outcome)
        }
    }

    /// Whether an execution exists AWS does not say; whether its state machine does, it does.
    static func observe(_ id: WorkloadID) -> Call<Observation?> {
        Call(describeMachine(machine(of: id) ?? id.text)) { _ throws(UnexpectedReply) in
            var seen = Observation(id: id, name: ARN(id.text)?.resource.dropFirst(2).first ?? id.text, status: "EXPRESS", started: nil, outcome: nil, input: nil)
            seen.isOpaque = true
            return seen
        }
    }
}
