package import AWS
import Effects
import JSON
import Runs

/// AWS Step Functions: Standard executions, and Express ones as far as AWS shows them.
/// https://docs.aws.amazon.com/step-functions/latest/apireference/Welcome.html
package enum StepFunctions: WorkloadService {
    package typealias Request = StartExecutionRequest

    package static let name = "stepfunctions"
    package static let abstract = "Starts a Step Functions execution, follows it to its end with the logs of the work inside, exits with its outcome."
    package static let noun = "execution"
    package static let actions: Set<String> = Set([
        "states:StartExecution", "states:DescribeExecution", "states:GetExecutionHistory", "states:StopExecution",
        "states:RedriveExecution", "states:DescribeStateMachine", "states:StartSyncExecution",
    ]).union(InnerWork.actions)
    package static let endpoint = (service: Service.stepFunctions, operation: "DescribeExecution")
    package static let terminalStatuses: Set<String> = ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"]
    package static let nameLimit = 80
    package static let hasOutput = true
    package static let canRedrive = true

    package static func id(_ text: String) -> WorkloadID? {
        guard let arn = ARN(text), arn.service == "states" else { return nil }
        let isExpress = arn.resource.first == "express" && arn.resource.count == 4
        return isExpress || arn.resource.first == "execution" && arn.resource.count == 3 ? WorkloadID(text) : nil
    }

    private static func isExpress(_ id: WorkloadID) -> Bool { ARN(id.text)?.resource.first == "express" }

    /// StartExecution: 1–80 characters, no white space, no control characters, none of <>{}[]?*"#%\^|~`$&,;:/
    package static func isLegalName(_ name: String) -> Bool {
        let forbidden = Set("<>{}[]?*\"#%\\^|~`$&,;:/")
        let hasForbidden = name.unicodeScalars.contains {
            $0.properties.isWhitespace || $0.value < 0x20 || (0x7f...0x9f).contains($0.value) || $0.value > 0xffff
        }
        return (1...nameLimit).contains(name.count) && !hasForbidden && !name.contains(where: forbidden.contains)
    }

    package static func expectedID(target: String, name: String) -> WorkloadID? {
        guard let machine = ARN(target), machine.resource.count >= 2 else { return nil }
        return WorkloadID("arn:\(machine.partition):states:\(machine.region):\(machine.account):execution:\(machine.resource[1]):\(name)")
    }

    package static func launch(_ launch: Launch, _ mark: LaunchMark) -> Call<Launched> {
        let parameters = JSONValue.object(launch.parameters + [.init("name", JSONValue(mark.name))])
        if launch.unseen != nil { return ExpressExecution.launch(parameters) }
        return Call(APICall(.stepFunctions, "StartExecution", parameters)) { (reply) throws(UnexpectedReply) in
            guard let arn = reply["executionArn"]?.string else { throw UnexpectedReply("StartExecution answered without executionArn") }
            return Launched(id: WorkloadID(arn), started: reply["startDate"]?.double.map(Timestamp.init(secondsSinceEpoch:)))
        }
    }

    /// Express executions have ends that only StartSyncExecution tells.
    package static func inspect(_ launch: Launch) -> Call<Launch>? {
        Call(ExpressExecution.describeMachine(launch.target)) { (reply) throws(UnexpectedReply) in
            var launch = launch
            launch.unseen = reply["type"]?.string == "EXPRESS" ? ExpressExecution.unseen : nil
            return launch
        }
    }

    package static func isNameTaken(_ error: CallError) -> Bool { error.code == "ExecutionAlreadyExists" }
    package static func isMissing(_ error: CallError) -> Bool { error.code == "ExecutionDoesNotExist" }

    package static func observe(_ id: WorkloadID) -> Call<Observation?> {
        if isExpress(id) { return ExpressExecution.observe(id) }
        return Call(APICall(.stepFunctions, "DescribeExecution", ["executionArn": JSONValue(id.text)])) { (reply) throws(UnexpectedReply) in
            guard let status = reply["status"]?.string else { throw UnexpectedReply("DescribeExecution answered without status") }
            var seen = Observation(
                id: id, name: reply["name"]?.string ?? "", status: status,
                started: reply["startDate"]?.double.map(Timestamp.init(secondsSinceEpoch:)),
                outcome: outcome(reply, status: status),
                input: reply["input"]?.string.flatMap { try? JSONValue(parsing: $0) }.map { .json($0) })
            seen.redrives = reply["redriveCount"]?.count ?? 0
            return seen
        }
    }

    /// Nil for any status that is not a known end: RUNNING, PENDING_REDRIVE, and what AWS may invent.
    static func outcome(_ reply: JSONValue, status: String) -> Outcome? {
        let kinds: [String: Outcome.Kind] = ["SUCCEEDED": .succeeded, "FAILED": .failed, "TIMED_OUT": .timedOut, "ABORTED": .stopped]
        guard let kind = kinds[status] else { return nil }
        var outcome = Outcome(kind: kind, status: status)
        outcome.error = reply["error"]?.string
        outcome.cause = reply["cause"]?.string
        outcome.output = reply["output"]?.string
        outcome.started = reply["startDate"]?.double.map(Timestamp.init(secondsSinceEpoch:))
        outcome.ended = reply["stopDate"]?.double.map(Timestamp.init(secondsSinceEpoch:))
        return outcome
    }

    package static func follow(_ id: WorkloadID, _ options: FollowOptions) -> any Follower {
        isExpress(id) ? ExpressFollower(id: id, options) : ExecutionFollower(id: id, options, label: nil, depth: 0)
    }

    package static func isStoppable(_ id: WorkloadID) -> Bool { !isExpress(id) }

    /// `cause` has room for 32,768 characters.
    package static func stop(_ id: WorkloadID, reason: String) -> Call<Void> {
        var call = APICall(
            .stepFunctions, "StopExecution",
            ["executionArn": JSONValue(id.text), "error": "awsjob.Stopped", "cause": JSONValue(String(reason.prefix(8000)))])
        call.timeout = .seconds(10)
        return Call(call) { _ throws(UnexpectedReply) in () }
    }

    /// A repeated `token` within 15 minutes redrives once.
    package static func redrive(_ id: WorkloadID, token: String) -> Call<Void>? {
        Call(APICall(.stepFunctions, "RedriveExecution", ["executionArn": JSONValue(id.text), "clientToken": JSONValue(token)])) {
            _ throws(UnexpectedReply) in ()
        }
    }
}
