import JSON

/// What StartExecution is asked for, checked before anything is sent.
package struct StartExecutionRequest: Equatable, Sendable {
    package let stateMachineARN: String
    package let name: String?
    /// JSON, as it goes on the wire.
    package let input: String
    package let traceHeader: String?

    /// AWS counts bytes of UTF-8.
    package static let inputLimit = 262_144

    package init(stateMachineARN: String, name: String?, input: String, traceHeader: String?) throws(InvalidRequest) {
        guard let arn = ARN(stateMachineARN), arn.service == "states", arn.resource[0] == "stateMachine" else {
            throw InvalidRequest("--state-machine-arn '\(stateMachineARN)' is no state machine ARN", next: "give arn:aws:states:REGION:ACCOUNT:stateMachine:NAME[:VERSION|ALIAS]")
        }
        let size = input.utf8.count
        guard size <= Self.inputLimit else {
            throw InvalidRequest("the input has \(size) bytes, Step Functions takes at most \(Self.inputLimit)", next: "put the data into S3 and pass its address")
        }
        do { _ = try JSONValue(parsing: input) } catch {
            throw InvalidRequest("the input is no JSON: \(error)", next: "mend --input, or use --input-field K=V")
        }
        (self.stateMachineARN, self.name, self.input, self.traceHeader) = (stateMachineARN, name, input, traceHeader)
    }

    package func launch(name: String) -> Launch {
        var members: [JSONValue.Member] = [
            .init("stateMachineArn", JSONValue(stateMachineARN)), .init("name", JSONValue(name)), .init("input", JSONValue(input)),
        ]
        if let traceHeader { members.append(.init("traceHeader", JSONValue(traceHeader))) }
        return Launch(target: stateMachineARN, name: name, input: input, parameters: .object(members))
    }
}

/// A request that AWS would refuse, or that cannot be meant.
package struct InvalidRequest: Error, Equatable, Sendable {
    package let reason: String
    package let next: String

    package init(_ reason: String, next: String) {
        self.reason = reason
        self.next = next
    }
}
