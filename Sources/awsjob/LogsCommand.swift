import ArgumentParser
import Effects
import Journal
import Supervision
import Workloads

struct LogsCommand: ProgramCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs", _superCommandName: "awsjob", abstract: "Prints the log of a piece of work, running or finished. Exit 0 when it was printed, 1 when there is no such work or AWS would not tell.",
        version: Program.version)

    @Argument(help: workIDHelp)
    var id: String
    @Flag(help: "Go on until the work has ended.")
    var follow = false
    @Option(name: .customLong("log-format"), help: "text or json (default: text).")
    var logFormat: LogFormat?
    @OptionGroup(title: "AWS") var common: CommonOptions

    static let layered = [LayeredOption(name: "log-format")] + CommonOptions.layered

    func run(_ program: Program) throws(Refusal) -> Ending {
        let target = try WorkTarget(id, program, common)
        return try show(target.service, target.id, program, target)
    }

    private func show<Service: WorkloadService>(_ service: Service.Type, _ id: WorkloadID, _ program: Program, _ target: WorkTarget) throws(Refusal) -> Ending {
        guard let seen = try OneShot<Service>(program, target.common).observe(id) else {
            program.write("\(Visible.line(id.text)) does not exist\n", to: 2)
            return .code(1)
        }
        if seen.isOpaque { throw Refusal("AWS tells of no log streams of \(id.text)", next: "awsjob attach follows it, where its log group tells") }
        let console = program.console(format: logFormat ?? .text)
        let place = try program.place(target.common)
        var view = LogView<Service>(id, loop: try program.loop(place, console: console, verbose: target.common.verbose), region: place.region)
        let isComplete = view.show(follows: follow)
        console.drain(patience: LogView<Service>.readerPatience)
        return .code(isComplete ? 0 : 1)
    }
}
