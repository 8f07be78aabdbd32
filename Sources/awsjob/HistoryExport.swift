import ArgumentParser
import Effects
import History
import JSON
import Supervision

enum ExportFormat: String, CaseIterable, ExpressibleByArgument { case csv, jsonl }

struct HistoryExport: LightCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Writes runs to standard output for other tools, newest first.", version: Program.version)

    @Option(help: "csv (RFC 4180, a line of names first) or jsonl (an object a line, with what the run printed about itself).")
    var format: ExportFormat
    @OptionGroup(title: "Runs") var filter: RunFilter
    @OptionGroup var history: HistoryOptions

    static let layered = HistoryOptions.layered

    func run(_ program: Program) throws(Refusal) -> Ending {
        let console = program.console()
        let store = try program.store(history.state, history.common, console)
        let output = OutputQueue(descriptor: 1)
        do throws(HistoryError) {
            let view = HistoryView(program, store, console)
            var query = filter.query(limit: 500, now: program.clock.now)
            query.withEvents = format == .jsonl
            if format == .csv { output.write(CSV.line(CSV.names)) }
            var page: [RunRecord]
            repeat {
                page = try view.runs(query)
                output.write(page.map { format == .csv ? CSV.line(CSV.fields($0)) : $0.jsonWithEvents.text + "\n" }.joined())
                output.drain(patience: .seconds(60))
                query.after = page.last
            } while page.count == query.limit && output.loss == nil
        } catch {
            throw Refusal(error)
        }
        console.drain(patience: .seconds(1))
        if let loss = output.loss { throw Refusal("could not write all runs: \(loss)", next: "export again", code: 1) }
        return .code(0)
    }
}
