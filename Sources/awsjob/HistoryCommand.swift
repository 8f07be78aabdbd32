import ArgumentParser
import Effects
import History
import Journal
import JSON
import Supervision

/// `awsjob history`: what is remembered of runs.
struct HistoryCommand: LayeredCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", _superCommandName: "awsjob", abstract: "The recorded runs. Without a further word: lists them, newest first.",
        discussion: "awsjob history list --help shows the options of the list.", version: Program.version,
        subcommands: [HistoryList.self, HistoryShow.self, HistoryExport.self, HistoryPrune.self, HistoryInit.self], defaultSubcommand: HistoryList.self)

    static let layered = HistoryOptions.layered
}

/// Which history.
struct HistoryOptions: ParsableArguments {
    @Option(help: stateHelp)
    var state: StatePlace?
    @OptionGroup(title: "AWS") var common: CommonOptions

    static let layered = [LayeredOption(name: "state")] + CommonOptions.layered
}

let stateHelp: ArgumentHelp = "Where runs are remembered: file, or dynamodb:TABLE (default: file, history.sqlite in the state directory)."

/// Which runs.
struct RunFilter: ParsableArguments {
    @Option(help: "Runs of this AutoSys job.")
    var job: String?
    @Option(help: "Runs of jobs in this box.")
    var box: String?
    @Option(help: "Runs that went so: \(RunOutcome.allCases.map(\.rawValue).joined(separator: ", ")).")
    var outcome: RunOutcome?
    @Option(help: "Runs that started at this time or later: 2026-11-21, 2026-11-21T06:00:00Z, or so long ago (36h, 7d). A time without a zone is UTC.")
    var since: TimeArgument?
    @Option(help: "Runs that started before this time.")
    var until: TimeArgument?

    func query(limit: Int, now: Timestamp) -> HistoryQuery {
        var query = HistoryQuery(limit: limit)
        (query.job, query.box, query.outcome) = (job.map { $0 == RunSelector.terminal ? "" : $0 }, box, outcome)
        (query.since, query.until) = (since?.time(now: now), until?.time(now: now))
        return query
    }
}

extension RunOutcome: ExpressibleByArgument {}

/// A day, a time (RFC 3339), or a duration before now.
enum TimeArgument: ExpressibleByArgument {
    case at(Timestamp)
    case ago(Duration)

    init?(argument: String) {
        if let duration = DurationArgument(argument: argument) {
            self = .ago(duration.duration)
        } else if let time = Timestamp(iso8601: argument) ?? Timestamp(iso8601: argument + "T00:00:00Z") ?? Timestamp(iso8601: argument + ":00Z") {
            self = .at(time)
        } else {
            return nil
        }
    }

    func time(now: Timestamp) -> Timestamp {
        switch self {
        case .at(let time): time
        case .ago(let duration): now + (.zero - duration)
        }
    }
}
