import ArgumentParser
import Supervision
import Workloads

struct AttachCommand: ProgramCommand {
    static let configuration = CommandConfiguration(
        commandName: "attach", _superCommandName: "awsjob", abstract: "Follows work that already exists, as if it had started it.", version: Program.version)

    @Argument(help: workIDHelp)
    var id: String
    @OptionGroup(title: "Run") var runner: RunnerOptions
    @OptionGroup(title: "AWS") var common: CommonOptions

    static let layered = RunnerOptions.layered + CommonOptions.layered

    func run(_ program: Program) throws(Refusal) -> Ending {
        let target = try WorkTarget(id, program, common)
        return try attach(target.service, target.id, program, target)
    }

    private func attach<Service: WorkloadService>(_ service: Service.Type, _ id: WorkloadID, _ program: Program, _ target: WorkTarget) throws(Refusal) -> Ending {
        let run = Run<Service>(program, runner, target.common)
        return try run.recordingRefusals { () throws(Refusal) in try run.supervise(.attach(id)) }
    }
}
