import ArgumentParser
import Effects
import Glibc
import History
import Journal
import Supervision

/// `--state`: where runs are remembered.
enum StatePlace: Equatable, ExpressibleByArgument {
    case file

    init?(argument: String) {
        guard argument == "file" else { return nil }
        self = .file
    }

    /// As it is written on a command line.
    var text: String { "file" }
}

extension Program {
    /// At the end of a run: 10 s at most, after a signal half a second, since the agent's SIGKILL is near.
    func recorder(_ state: StatePlace?, _ loop: Loop) -> HistoryRecorder {
        let began = loop.clock.instant
        let patience = StorePatience(
            remaining: { (loop.signal == nil ? .seconds(10) : .milliseconds(500)) - (loop.clock.instant - began) },
            pause: { pause in _ = loop.wait(until: loop.clock.instant + pause) })
        return recorder(store(state, patience: patience, loop.console))
    }

    func recorder(_ store: any HistoryStore) -> HistoryRecorder {
        HistoryRecorder(stateDirectory, store: store, machine: hostName())
    }

    /// For commands that answer questions about the history.
    func store(_ options: HistoryOptions, _ console: Console) throws(Refusal) -> any HistoryStore {
        store(options.state, console)
    }

    func store(_ state: StatePlace?, _ console: Console) -> any HistoryStore {
        let began = clock.instant
        let patience = StorePatience(
            remaining: { [clock] in .seconds(10) - (clock.instant - began) }, pause: { usleep(UInt32(clamping: $0.milliseconds * 1000)) })
        return store(state, patience: patience, console)
    }

    private func store(_ state: StatePlace?, patience: StorePatience, _ console: Console) -> any HistoryStore {
        SQLiteHistory(stateDirectory.history, clock: clock, patience: patience) { console.warn($0) }
    }
}
