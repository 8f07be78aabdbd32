import ArgumentParser
import JSON
import Supervision
import Workloads

struct DoctorCommand: ProgramCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", _superCommandName: "awsjob",
        abstract: "Checks what a job needs on this host: region, credentials, clock, endpoints, proxy, permissions, state. Exit 0 when nothing failed, else 1.",
        discussion: "With a job's own command line behind it (awsjob doctor batch --job-queue …), that line and the permissions that it needs are checked as well. Nothing is started.",
        version: Program.version)

    @Flag(help: "Answer in JSON.")
    var json = false
    @Option(help: "claude: whether Claude would answer is checked too.")
    var advice: AdviceMode?
    @OptionGroup(title: "Claude") var claude: ClaudeOptions
    @OptionGroup(title: "AWS") var common: CommonOptions
    @Argument(parsing: .captureForPassthrough, help: "The job's command line: stepfunctions, batch or glue with its options.")
    var command: [String] = []

    static let layered = [LayeredOption(name: "advice")] + ClaudeOptions.layered + CommonOptions.layered

    func run(_ program: Program) throws(Refusal) -> Ending {
        // Passed through with the job's command line.
        if let word = command.first, ["--help", "-h", "--version"].contains(word) {
            program.write((word == "--version" ? Program.version : Self.helpMessage()) + "\n", to: 1)
            return .code(0)
        }
        var job: (any LaunchingCommand)?
        // No job has an option of that name.
        let json = json || command.contains("--json")
        if let word = command.first { job = try program.launchingCommand([word] + common.words + command.dropFirst().filter { $0 != "--json" }) }
        var examination = Examination(program, job, job?.common ?? common)
        let findings = examination.findings() + [ClaudeCheck(program, claude, job?.common ?? common).finding(isWanted: advice == .claude)]
        let isWell = !findings.contains { $0.verdict == .failed }
        let answer: JSONValue = ["ok": .bool(isWell), "checks": .array(findings.map(\.json))]
        program.write(json ? answer.text + "\n" : findings.map(\.text).joined(), to: 1)
        return .code(isWell ? 0 : 1)
    }
}

extension Program {
    /// The command line of a job, as `awsjob` itself would take it.
    fileprivate func launchingCommand(_ words: [String]) throws(Refusal) -> any LaunchingCommand {
        let parsed = try parse(words)
        if case .text = parsed { throw Refusal("doctor shows no help of another command", next: "awsjob \(words.first ?? "") --help") }
        guard case .command(let command) = parsed, let job = command as? any LaunchingCommand else {
            throw Refusal("'\(words.first ?? "")' starts no work in AWS", next: "write stepfunctions, batch or glue with the job's options behind doctor")
        }
        return job
    }
}
