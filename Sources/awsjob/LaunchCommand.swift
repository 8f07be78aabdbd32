import ArgumentParser
import Effects
import Runs
import Supervision
import Workloads

/// A command that starts work, whatever the service.
protocol LaunchingCommand: ProgramCommand {
    static var service: any WorkloadService.Type { get }
    var common: CommonOptions { get }
    func prepare(_ program: Program) throws(Refusal) -> Prepared
}

/// `awsjob <service>`: starts work and follows it to its end.
struct LaunchCommand<Service: WorkloadService>: LaunchingCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: Service.name, _superCommandName: "awsjob", abstract: Service.abstract,
            discussion: "Takes the options that the AWS CLI has for it. Every option may also stand in the environment as AWSJOB_<OPTION>, or in the configuration.",
            version: Program.version)
    }

    @OptionGroup var request: Service.Request
    @OptionGroup(title: "Run") var runner: RunnerOptions
    @OptionGroup(title: "AWS") var common: CommonOptions
    @OptionGroup var cli: CLIOptions

    static var layered: [LayeredOption] {
        Service.Request.layered.map { LayeredOption(name: $0, isList: Service.Request.layeredLists.contains($0)) } + Service.Request.layeredFlags.map { LayeredOption(name: $0, isFlag: true) }
            + RunnerOptions.layered + CommonOptions.layered
    }

    static var service: any WorkloadService.Type { Service.self }

    /// Checked before anything is sent.
    func prepare(_ program: Program) throws(Refusal) -> Prepared {
        try cli.check()
        do throws(InvalidRequest) {
            return try request.prepare(InputOption.source(program))
        } catch {
            if let signal = program.signals?.next() { throw Refusal(signal) }
            throw Refusal(error.reason, next: error.next)
        }
    }

    func run(_ program: Program) throws(Refusal) -> Ending {
        let run = Run<Service>(program, runner, common)
        return try run.recordingRefusals { () throws(Refusal) in
            let prepared = try prepare(program)
            for option in cli.ignored { run.console.warn("\(option) only shapes the AWS CLI's own output; ignored") }
            return try run.supervise(.launch(name: try run.legalName(prepared.name), prepared.launch))
        }
    }
}
