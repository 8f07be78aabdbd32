package import ArgumentParser
import JSON

/// The options of `aws stepfunctions start-execution`, and `--input-field`.
package struct StartExecutionRequest: WorkRequest {
    @Option(name: .customLong("state-machine-arn"), help: "State machine, version or alias.")
    package var stateMachineARN: String?
    @Option(help: "Name of the execution (default: made of AUTO_JOB_NAME and AUTORUN; required without them).")
    package var name: String?
    @Option(help: "JSON input: the text itself, file://PATH, or - for standard input (default: {}).")
    package var input: String?
    @Option(name: .customLong("input-field"), help: "Sets one top-level field of the input to a text: K=V. Repeatable.")
    package var inputFields: [String] = []
    @Option(name: .customLong("trace-header"), help: "X-Ray trace header.")
    package var traceHeader: String?
    @Option(name: .customLong("cli-input-json"), help: "All parameters as JSON, as the AWS CLI takes them: text or file://PATH.")
    package var cliInputJSON: String?

    package init() {}

    package static let nameOption: String? = "--name"
    package static let layered = ["state-machine-arn", "name", "input", "input-field", "trace-header", "cli-input-json"]

    /// AWS counts bytes of UTF-8.
    package static let inputLimit = 262_144

    package func prepare(_ source: ParameterSource) throws(InvalidRequest) -> Prepared {
        let skeleton = try skeleton(source)
        guard let stateMachineARN = stateMachineARN ?? skeleton["stateMachineArn"]?.string else {
            throw InvalidRequest("--state-machine-arn is missing", next: "awsjob stepfunctions --help")
        }
        guard let arn = ARN(stateMachineARN), arn.service == "states", arn.resource[0] == "stateMachine" else {
            throw InvalidRequest("--state-machine-arn '\(stateMachineARN)' is no state machine ARN", next: "give arn:aws:states:REGION:ACCOUNT:stateMachine:NAME[:VERSION|ALIAS]")
        }
        let text = try Self.adding(inputFields, to: try inputText(source) ?? skeleton["input"]?.string ?? "{}")
        try Self.check(text)
        var parameters: [JSONValue.Member] = [.init("stateMachineArn", JSONValue(stateMachineARN)), .init("input", JSONValue(text))]
        if let trace = traceHeader ?? skeleton["traceHeader"]?.string { parameters.append(.init("traceHeader", JSONValue(trace))) }
        return Prepared(name: name ?? skeleton["name"]?.string, launch: Launch(target: stateMachineARN, input: text, parameters: parameters))
    }

    private func skeleton(_ source: ParameterSource) throws(InvalidRequest) -> JSONValue {
        guard let cliInputJSON else { return .object([]) }
        let skeleton = try source.json(cliInputJSON, option: "--cli-input-json")
        guard let members = skeleton.members else { throw InvalidRequest("--cli-input-json is no JSON object", next: "write it as {\"stateMachineArn\": …}") }
        if let wrong = members.first(where: { $0.value.string == nil }) {
            throw InvalidRequest("--cli-input-json: \(wrong.name) is no string", next: "put it in quotes, JSON inside escaped")
        }
        let known = ["stateMachineArn", "name", "input", "traceHeader"]
        if let unknown = members.map(\.name).first(where: { !known.contains($0) }) {
            throw InvalidRequest("--cli-input-json: unknown parameter '\(unknown)'", next: "StartExecution knows \(known.joined(separator: ", "))")
        }
        return skeleton
    }

    private func inputText(_ source: ParameterSource) throws(InvalidRequest) -> String? {
        guard let input else { return nil }
        return input == "-" ? try source.standardInput("--input") : try source.text(input, "--input")
    }

    private static func check(_ input: String) throws(InvalidRequest) {
        let size = input.utf8.count
        guard size <= inputLimit else {
            throw InvalidRequest("the input has \(size) bytes, Step Functions takes at most \(inputLimit)", next: "put the data into S3 and pass its address")
        }
        do { _ = try JSONValue(parsing: input) } catch {
            throw InvalidRequest("the input is no JSON: \(error)", next: "mend --input, or use --input-field K=V")
        }
    }

    /// Sets top-level fields of a JSON object; the rest of the text stays as it was written.
    private static func adding(_ fields: [String], to text: String) throws(InvalidRequest) -> String {
        guard !fields.isEmpty else { return text }
        guard let value = try? JSONValue(parsing: text), var members = value.members else {
            throw InvalidRequest("--input-field needs an input that is a JSON object", next: "mend --input")
        }
        for field in fields {
            guard let equals = field.firstIndex(of: "="), equals != field.startIndex else {
                throw InvalidRequest("--input-field '\(field)' is not of the form K=V", next: "write it as K=V")
            }
            let member = JSONValue.Member(String(field[..<equals]), JSONValue(String(field[field.index(after: equals)...])))
            members.removeAll { $0.name == member.name }
            members.append(member)
        }
        return JSONValue.object(members).text
    }
}
