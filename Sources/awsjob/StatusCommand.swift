import ArgumentParser
import Effects
import JSON
import Runs
import Supervision
import Workloads

struct StatusCommand: ProgramCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", _superCommandName: "awsjob", abstract: "Says what AWS knows of a piece of work. Exit 0 when it exists, 1 when not.", version: Program.version)

    @Argument(help: workIDHelp)
    var id: String
    @Flag(help: "Answer in JSON.")
    var json = false
    @OptionGroup(title: "AWS") var common: CommonOptions

    static let layered = CommonOptions.layered

    func run(_ program: Program) throws(Refusal) -> Ending {
        let target = try WorkTarget(id, program, common)
        return try show(target.service, target.id, program, target)
    }

    private func show<Service: WorkloadService>(_ service: Service.Type, _ id: WorkloadID, _ program: Program, _ target: WorkTarget) throws(Refusal) -> Ending {
        let call = OneShot<Service>(program, target.common)
        guard let seen = try call.observe(id) else {
            program.write(json ? "{\"id\":\(JSONValue(id.text).text),\"status\":null}\n" : "\(Visible.line(id.text)) does not exist\n", to: 1)
            return .code(1)
        }
        program.write(json ? Self.json(seen).text + "\n" : Self.text(seen), to: 1)
        return .code(0)
    }

    private static func text(_ seen: Observation) -> String {
        let outcome = seen.outcome
        let rows: [(String, String?)] = [
            ("id", seen.id.text), ("status", seen.status), ("started", seen.started?.rfc3339), ("ended", outcome?.ended?.rfc3339),
            ("exit code", (outcome?.exitCode).map(String.init)), ("error", outcome?.error), ("cause", outcome?.cause),
        ]
        return rows.compactMap { name, value in
            value.map { name + String(repeating: " ", count: 10 - name.count) + Visible.line($0) + "\n" }
        }.joined()
    }

    private static func json(_ seen: Observation) -> JSONValue {
        [
            "id": JSONValue(seen.id.text), "name": JSONValue(seen.name), "status": JSONValue(seen.status), "running": .bool(seen.outcome == nil),
            "started": JSONValue(seen.started?.rfc3339), "ended": JSONValue(seen.outcome?.ended?.rfc3339),
            "container_exit_code": (seen.outcome?.exitCode).map { JSONValue($0) } ?? .null,
            "error": JSONValue(seen.outcome?.error), "cause": JSONValue(seen.outcome?.cause),
        ]
    }
}
