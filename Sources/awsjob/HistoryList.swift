import ArgumentParser
import Effects
import History
import JSON
import Supervision

struct HistoryList: LightCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists runs, newest first. Exit 0 when there are any, 1 when there are none.", version: Program.version)

    @OptionGroup(title: "Runs") var filter: RunFilter
    @Option(help: "How many at most (default: 20).")
    var limit = 20
    @Flag(help: "Answer in JSON.")
    var json = false
    @OptionGroup var history: HistoryOptions

    static let layered = HistoryOptions.layered

    func run(_ program: Program) throws(Refusal) -> Ending {
        guard limit > 0 else { throw Refusal("--limit \(limit) shows nothing", next: "give a number from 1") }
        let console = program.console()
        let store = try program.store(history.state, history.common, console)
        let records: [RunRecord]
        do throws(HistoryError) {
            records = try HistoryView(program, store, console).runs(filter.query(limit: limit, now: program.clock.now))
        } catch {
            throw Refusal(error)
        }
        console.drain(patience: .seconds(1))
        if json {
            program.write(JSONValue.array(records.map(\.json)).text + "\n", to: 1)
        } else if records.isEmpty {
            program.write("no such run\n", to: 1)
        } else {
            program.write(RunTable(width: RunTable.width(of: OutputQueue(descriptor: 1))).text(records), to: 1)
        }
        return .code(records.isEmpty ? 1 : 0)
    }
}
