import ArgumentParser
import Effects
import Runs
import Supervision
import Workloads

/// `awsjob <service>`: starts work and follows it to its end.
struct LaunchCommand<Service: WorkloadService>: ProgramCommand {
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

    func run(_ program: Program) throws(Refusal) -> Ending {
        try cli.check()
        let prepared: Prepared
        do throws(InvalidRequest) {
            prepared = try request.prepare(InputOption.source(program))
        } catch {
            if let signal = program.signals?.next() { throw Refusal(signal) }
            throw Refusal(error.reason, next: error.next)
        }
        let run = Run<Service>(program, runner, common)
        for option in cli.ignored { run.console.warn("\(option) only shapes the AWS CLI's own output; ignored") }
        return try run.supervise(.launch(name: try run.legalName(prepared.name), prepared.launch))
    }
}
