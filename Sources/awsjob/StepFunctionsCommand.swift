import ArgumentParser
import JSON
import Runs
import Supervision
import Workloads

struct StepFunctionsCommand: ProgramCommand {
    static let configuration = CommandConfiguration(
        commandName: "stepfunctions", _superCommandName: "awsjob",
        abstract: "Starts a Step Functions execution, follows it to its end, exits with its outcome.",
        discussion: "Takes the options of `aws stepfunctions start-execution`. Every option may also stand in the environment as AWSJOB_<OPTION>, or in the configuration.",
        version: Program.version)

    @Option(name: .customLong("state-machine-arn"), help: "State machine, version or alias.")
    var stateMachineARN: String?
    @Option(help: "Name of the execution (default: made of AUTO_JOB_NAME and AUTORUN; required without them).")
    var name: String?
    @Option(help: "JSON input: the text itself, file://PATH, or - for standard input (default: {}).")
    var input: String?
    @Option(name: .customLong("input-field"), help: "Sets one top-level field of the input to a text: K=V. Repeatable.")
    var inputFields: [String] = []
    @Option(name: .customLong("trace-header"), help: "X-Ray trace header.")
    var traceHeader: String?
    @Option(name: .customLong("cli-input-json"), help: "All parameters as JSON, as the AWS CLI takes them: text or file://PATH.")
    var cliInputJSON: String?
    @OptionGroup(title: "Run") var runner: RunnerOptions
    @OptionGroup(title: "AWS") var common: CommonOptions
    @OptionGroup var cli: CLIOptions

    static let layered =
        ["state-machine-arn", "name", "input", "input-field", "trace-header", "cli-input-json"].map { LayeredOption(name: $0) } + RunnerOptions.layered
        + CommonOptions.layered

    func run(_ program: Program) throws(Refusal) -> Ending {
        try cli.check()
        let request = try request(program)
        let run = Run<StepFunctions>(program, runner, common)
        for option in cli.ignored { run.console.warn("\(option) only shapes the AWS CLI's own output; ignored") }
        let name = try run.legalName(request.name)
        return try run.supervise(.launch(name: name) { request.launch(name: $0) }, suggestedName: name)
    }

    private func request(_ program: Program) throws(Refusal) -> StartExecutionRequest {
        let skeleton = try cliInputJSON.map { (text) throws(Refusal) in try InputOption.json(text, option: "--cli-input-json") }
        if let skeleton {
            guard let members = skeleton.members else { throw Refusal("--cli-input-json is no JSON object", next: "write it as {\"stateMachineArn\": …}") }
            if let wrong = members.first(where: { $0.value.string == nil }) {
                throw Refusal("--cli-input-json: \(wrong.name) is no string", next: "put it in quotes, JSON inside escaped")
            }
            let unknown = (skeleton.members ?? []).map(\.name).filter { !["stateMachineArn", "name", "input", "traceHeader"].contains($0) }
            if let first = unknown.first { throw Refusal("--cli-input-json: unknown parameter '\(first)'", next: "StartExecution knows stateMachineArn, name, input, traceHeader") }
        }
        guard let arn = stateMachineARN ?? skeleton?["stateMachineArn"]?.string else {
            throw Refusal("--state-machine-arn is missing", next: "awsjob stepfunctions --help")
        }
        let text = try input.map { (text) throws(Refusal) in try InputOption.text(text, option: "--input", standardInput: program.signals) } ?? skeleton?["input"]?.string ?? "{}"
        do throws(InvalidRequest) {
            return try StartExecutionRequest(
                stateMachineARN: arn, name: name ?? skeleton?["name"]?.string, input: try InputOption.adding(inputFields, to: text),
                traceHeader: traceHeader ?? skeleton?["traceHeader"]?.string)
        } catch {
            throw Refusal(error.reason, next: error.next)
        }
    }
}
