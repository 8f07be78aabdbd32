import ArgumentParser
import AWS
import Effects
import Glibc
import History
import Journal
import JSON
import Supervision

/// `--state`: where runs are remembered.
enum StatePlace: Equatable, ExpressibleByArgument {
    case file
    case dynamoDB(table: String)

    init?(argument: String) {
        let parts = argument.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        switch (parts.first, parts.last) {
        case ("file"?, _) where parts.count == 1: self = .file
        case ("dynamodb"?, let table?) where parts.count == 2 && Self.isLegal(table): self = .dynamoDB(table: table)
        default: return nil
        }
    }

    /// Names of DynamoDB tables.
    private static func isLegal(_ table: String) -> Bool {
        (3...255).contains(table.utf8.count) && table.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"),
                UInt8(ascii: "-"), UInt8(ascii: "."):
                true
            default: false
            }
        }
    }

    /// As it is written on a command line.
    var text: String {
        switch self {
        case .file: "file"
        case .dynamoDB(let table): "dynamodb:" + table
        }
    }
}

extension Program {
    /// Differs between machines, boots and state directories.
    var hostPlace: String { "\(hostName()) \(bootID()) \(stateDirectory.path)" }

    func recorder(_ store: any HistoryStore) -> HistoryRecorder {
        HistoryRecorder(stateDirectory, store: store, machine: hostName())
    }

    func recorder(_ state: StatePlace?, _ loop: Loop) -> HistoryRecorder { recorder(store(state, loop)) }

    /// At the end of a run that the loop has followed: 10 s at most, after a signal half a second, since the agent's SIGKILL is
    /// near.
    func store(_ state: StatePlace?, _ loop: Loop) -> any HistoryStore {
        let began = loop.clock.instant
        let patience = StorePatience(
            remaining: { (loop.signal == nil ? .seconds(10) : .milliseconds(500)) - (loop.clock.instant - began) },
            pause: { pause in _ = loop.wait(until: loop.clock.instant + pause) })
        return store(state, patience, loop.console) { loop }
    }

    /// For commands that ask the history, or that follow no work in AWS.
    func store(_ state: StatePlace?, _ common: CommonOptions, _ console: Console) throws(Refusal) -> any HistoryStore {
        let began = clock.instant
        let patience = StorePatience(
            remaining: { [clock] in .seconds(10) - (clock.instant - began) }, pause: { usleep(UInt32(clamping: $0.milliseconds * 1000)) })
        guard case .dynamoDB = state else { return store(state, patience, console) { nil } }
        let loop = try loop(try place(common), console: console, verbose: common.verbose)
        return store(state, patience, console) { loop }
    }

    private func store(_ state: StatePlace?, _ patience: StorePatience, _ console: Console, _ loop: () -> Loop?) -> any HistoryStore {
        guard case .dynamoDB(let table) = state, let loop = loop() else {
            return SQLiteHistory(stateDirectory.history, clock: clock, patience: patience) { console.warn($0) }
        }
        return DynamoDBHistory(
            table: table, clock: clock, pause: patience.pause, answer: { Self.answer($0, loop, patience) },
            explain: { error in
                let words = Explanation(error)
                return (words.reason, words.next)
            })
    }

    /// Also when a signal has arrived: the run is over, what is left is to tell of it.
    private static func answer(_ call: APICall, _ loop: Loop, _ patience: StorePatience) -> Result<JSONValue, CallError> {
        var call = call
        call.isUrgent = loop.signal != nil
        let deadline = loop.clock.instant + max(patience.remaining(), .milliseconds(100))
        let id = loop.caller.start(call)
        while loop.clock.instant < deadline {
            for finished in loop.wait(until: deadline) where finished.id == id { return finished.result }
        }
        return .failure(loop.caller.abandon(id).error ?? .unreadable(detail: "no reply", status: 0, requestID: nil, origin: nil))
    }
}
