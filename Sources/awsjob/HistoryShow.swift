import ArgumentParser
import Effects
import History
import JSON
import Runs
import Supervision

struct HistoryShow: LightCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Everything that is remembered of one run, with what it printed about itself. Exit 1 when there is no such run.", version: Program.version)

    @Argument(help: "JOB[:RUN[/TRY]]; the newest run where several match. A run without AutoSys' variables: terminal:RUNNER, as the list shows it.")
    var run: String
    @Flag(help: "Answer in JSON.")
    var json = false
    @OptionGroup var history: HistoryOptions

    static let layered = HistoryOptions.layered

    func run(_ program: Program) throws(Refusal) -> Ending {
        guard let selector = RunSelector(run) else { throw Refusal("'\(run)' is no run", next: "write it as JOB, JOB:RUN or JOB:RUN/TRY") }
        let console = program.console()
        let store = try program.store(history.state, history.common, console)
        let found: RunRecord?
        do throws(HistoryError) {
            found = try HistoryView(program, store, console).run(selector)
        } catch {
            throw Refusal(error)
        }
        console.drain(patience: .seconds(1))
        guard let found else {
            program.write(json ? "null\n" : "no such run: \(Visible.line(run))\n", to: 1)
            return .code(1)
        }
        program.write(json ? found.jsonWithEvents.text + "\n" : Self.text(found), to: 1)
        return .code(0)
    }

    private static func text(_ record: RunRecord) -> String {
        let tags = record.tags.map { "\($0.name)=\($0.value.string ?? $0.value.text)" }.joined(separator: ", ")
        let log = record.log.map { volume in "\(volume.bytes) bytes" + (volume.lines.map { ", \($0) lines" } ?? "") }
        let rows: [(String, String?)] = [
            ("run", record.key.text), ("instance", record.key.instance), ("box", record.box), ("machine", record.machine), ("service", record.service),
            ("target", record.target), ("name", record.name), ("id", record.workID), ("input", record.inputDigest.map { "sha256 " + $0 }), ("tags", tags),
            ("started", record.started.rfc3339), ("ended", record.ended?.rfc3339), ("took", record.duration?.text), ("outcome", record.outcome.rawValue),
            ("status", record.status), ("exit code", record.exitCode.map { String($0) }), ("signal", record.signal.map { String($0) }), ("reason", record.reason),
            ("class", record.failureClass), ("stopped by", record.stoppedBy), ("fate", record.fate), ("log", log), ("AWS calls", record.calls.map { String($0) }),
            ("runners", record.runners > 1 ? String(record.runners) : nil),
        ]
        let head = rows.compactMap { name, value in
            value.flatMap { $0.isEmpty ? nil : name + String(repeating: " ", count: 12 - name.count) + Visible.line($0) + "\n" }
        }.joined()
        let left = record.unnotedEvents > 0 ? "… \(record.unnotedEvents) more that were not kept\n" : ""
        return head + (record.events.isEmpty ? "" : "\n") + record.events.map(line).joined() + left
    }

    private static func line(_ event: RunEvent) -> String {
        let source = event.source.map { "[\(Visible.line($0))] " } ?? ""
        return "\(event.time?.rfc3339 ?? "") \(source)\(Visible.line(event.message))\n"
    }
}
