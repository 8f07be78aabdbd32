import ArgumentParser
import Effects
import Glibc
import Runs
import Supervision
import Workloads

/// The command line's root: what `awsjob --help` shows.
struct Awsjob: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "awsjob",
        abstract: "Runs asynchronous AWS work as an AutoSys command job: starts it, follows it, stops it, exits with its outcome.",
        version: Program.version,
        subcommands: Services.all.map { launchCommand($0) } + [
            AttachCommand.self, StopCommand.self, StatusCommand.self, LogsCommand.self, OrphansCommand.self, ExecCommand.self, HistoryCommand.self,
            ExplainCommand.self, RedactCommand.self, AdviceCommand.self, DoctorCommand.self, GuardCommand.self,
        ])

    private static func launchCommand<Service: WorkloadService>(_ service: Service.Type) -> any ParsableCommand.Type { LaunchCommand<Service>.self }
}

/// The first word of a command line.
protocol LayeredCommand: ParsableCommand {
    /// Options that may also stand in the environment (AWSJOB_<OPTION>) or in the configuration.
    static var layered: [LayeredOption] { get }
}

/// A command that says itself how the process ends.
protocol ProgramCommand: LayeredCommand {
    func run(_ program: Program) throws(Refusal) -> Ending
}

/// Computes no digest, and asks itself for HTTP where it speaks any: it starts without the libraries for them.
protocol LightCommand: ProgramCommand {}

/// Nothing was done: one line and an exit code.
struct Refusal: Error {
    let ending: Ending
    let message: OperatorMessage

    init(_ what: String, next: String, code: Int32 = ExitCodes.usage) {
        ending = .code(code)
        message = OperatorMessage(what, next: next)
    }

    /// A kill before anything was begun.
    init(_ signal: ReceivedSignal) {
        ending = .signal(signal.number)
        message = OperatorMessage("killed by \(signal.name) from \(signal.sender()) before anything was started")
    }
}

/// One invocation: arguments, environment, and what was forked before everything else.
struct Program {
    static let version = "0.1.0"

    let arguments: [String]
    let environment = Environment.ofThisProcess()
    let clock = SystemClock()
    let account = UserAccount.current()
    let guardian: Guardian?
    /// Nil for one-shot commands: signals end those as they end any program.
    let signals: SignalDescriptor?

    init(arguments: [String], guardianPipe: Int32, signals: SignalDescriptor?) {
        self.arguments = arguments
        self.signals = signals
        guardian = guardianPipe >= 0 ? Guardian(pipe: guardianPipe) : nil
        forbidCoreDumps()
        surviveFailingWrites()
    }

    func run() -> Ending {
        do throws(Refusal) {
            switch try parse(arguments) {
            case .command(let command):
                if !(command is any LightCommand) { try requireDigests() }
                return try command.run(self)
            case .text(let text):
                guardian?.dismiss()
                write(text + "\n", to: 1)
                return .code(0)
            }
        } catch {
            guardian?.dismiss()
            write(error.message.line + "\n", to: 2)
            return error.ending
        }
    }

    enum Parsed {
        case command(any ProgramCommand)
        /// Help or the version.
        case text(String)
    }

    func parse(_ arguments: [String]) throws(Refusal) -> Parsed {
        for index in 1..<max(1, Int(CommandLine.argc)) {
            guard let bytes = CommandLine.unsafeArgv[index] else { continue }
            // The words of a command for `exec` are passed on as they are.
            if strcmp(bytes, "--") == 0 { break }
            guard String(validatingCString: bytes) == nil else { continue }
            throw Refusal("argument \(index) is not UTF-8", next: "convert it")
        }
        let (layered, added) = try Layers(environment: environment, stateDirectory: stateDirectory).applied(to: arguments)
        // Straight to the command: the root would build the options of all of them first.
        let named = layered.first.flatMap(Awsjob.command(named:))
        let type: any ParsableCommand.Type = named ?? Awsjob.self
        do {
            var command = try type.parseAsRoot(named == nil ? layered : Array(layered.dropFirst()))
            if let command = command as? any ProgramCommand { return .command(command) }
            // ArgumentParser's own help commands throw what they have to say.
            if !(command is Awsjob) { try command.run() }
        } catch {
            if type.exitCode(for: error) == .success { return .text(type.fullMessage(for: error)) }
            let message = Self.oneLine(type.message(for: error))
            // ArgumentParser names the option alone.
            let culprit = added.first { message.contains("'--\($0.key) <") }?.value.writtenAs
            throw Refusal((culprit.map { "\($0): " } ?? "") + message, next: named.map { "awsjob \($0._commandName) --help" } ?? "awsjob --help")
        }
        throw Refusal("no command given", next: "awsjob --help")
    }

    private static func oneLine(_ message: String) -> String {
        let text = message.split(whereSeparator: \.isNewline).joined(separator: " ")
        return text.hasSuffix(".") ? String(text.dropLast()) : text
    }

    /// Text of a one-shot command, or a refusal; waits for its reader like any Unix tool.
    func write(_ text: String, to descriptor: Int32) {
        let queue = OutputQueue(descriptor: descriptor)
        queue.write(text)
        queue.drain(patience: .seconds(60))
        if let loss = queue.loss, descriptor == 1 { write(OperatorMessage("could not write the answer: \(loss)").line + "\n", to: 2) }
    }
}
