import ArgumentParser
import Effects
import History
import Journal
import Supervision

struct HistoryInit: LightCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Makes the file or the table that runs are remembered in, or checks the one that there is. Exit 1 when it is damaged.",
        version: Program.version)

    @Flag(name: .customLong("set-aside"), help: "Move a damaged file out of the way, and begin anew from the journals.")
    var setAside = false
    @OptionGroup var history: HistoryOptions

    static let layered = HistoryOptions.layered

    func run(_ program: Program) throws(Refusal) -> Ending {
        let console = program.console()
        let store = try program.store(history.state, history.common, console)
        do throws(HistoryError) {
            do throws(HistoryError) {
                program.write(try store.prepare() + "\n", to: 1)
            } catch {
                guard error.kind == .damaged, setAside, let file = store as? SQLiteHistory else { throw error }
                program.write("\(error.reason)\nset aside as \(try file.setAside())\n", to: 1)
                program.write(try store.prepare() + "\n", to: 1)
                let recorder = program.recorder(store)
                let found = recorder.pending(journals: program.stateDirectory.journalPaths())
                try recorder.write(found)
                program.write("\(found.records.count) runs are back from their journals\n", to: 1)
            }
        } catch {
            console.drain(patience: .seconds(1))
            throw Refusal(error)
        }
        console.drain(patience: .seconds(1))
        return .code(0)
    }
}
