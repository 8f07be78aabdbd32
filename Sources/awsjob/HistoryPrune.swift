import ArgumentParser
import Effects
import History
import Journal
import Supervision

struct HistoryPrune: LightCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune", abstract: "Says which runs and journals are older than a duration; --yes deletes them. Journals younger than 90 days stay.",
        version: Program.version)

    @Option(name: .customLong("older-than"), help: "Runs that started longer ago: 90d, 36h.")
    var olderThan: DurationArgument
    @Flag(help: "Delete them.")
    var yes = false
    @OptionGroup var history: HistoryOptions

    static let layered = HistoryOptions.layered

    func run(_ program: Program) throws(Refusal) -> Ending {
        let console = program.console()
        let store = try program.store(history.state, history.common, console)
        let time = program.clock.now + (.zero - olderThan.duration)
        let runs: Int
        do throws(HistoryError) {
            // What dead runners have left is recorded first, so that it is counted and its journals can go.
            _ = HistoryView(program, store, console)
            runs = try store.prune(before: time, deletes: yes)
        } catch {
            throw Refusal(error)
        }
        let age = max(olderThan.duration, Retention.journals)
        let journals = JournalPruning(program.stateDirectory).prune(before: program.clock.now + (.zero - age), deletes: yes)
        console.drain(patience: .seconds(1))
        let what = "\(runs) runs that started before \(time.rfc3339) in \(store.name), and \(journals) journals of ended runs older than \(age.components.seconds / 86_400) days"
        program.write(yes ? "deleted \(what)\n" : "would delete \(what); with --yes it does\n", to: 1)
        return .code(0)
    }
}
