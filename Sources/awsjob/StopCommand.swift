import ArgumentParser
import Effects
import Glibc
import JSON
import Supervision
import Workloads

struct StopCommand: ProgramCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop", _superCommandName: "awsjob", abstract: "Stops a piece of work in AWS. Exit 0 when AWS acknowledged it, 1 when there is no such work.", version: Program.version)

    @Argument(help: workIDHelp)
    var id: String
    @Option(help: "Why; AWS keeps it.")
    var reason: String?
    @Flag(help: "Answer in JSON.")
    var json = false
    @OptionGroup(title: "AWS") var common: CommonOptions

    static let layered = CommonOptions.layered

    func run(_ program: Program) throws(Refusal) -> Ending {
        let target = try WorkTarget(id, program, common)
        return try stop(target.service, target.id, program, target)
    }

    private func stop<Service: WorkloadService>(_ service: Service.Type, _ id: WorkloadID, _ program: Program, _ target: WorkTarget) throws(Refusal) -> Ending {
        let who = program.account?.name ?? "uid \(getuid())"
        let isStopped = try OneShot<Service>(program, target.common).stop(id, reason: reason ?? "stopped by \(who) with awsjob stop")
        let text = isStopped ? "stopped \(id.text)" : "\(id.text) does not exist"
        program.write(json ? JSONValue(dictionaryLiteral: ("id", JSONValue(id.text)), ("stopped", .bool(isStopped))).text + "\n" : Visible.line(text) + "\n", to: 1)
        return .code(isStopped ? 0 : 1)
    }
}
