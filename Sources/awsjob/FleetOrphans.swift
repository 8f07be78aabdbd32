import History
import Journal
import Supervision

/// What `awsjob orphans` knows of other hosts: with a state table, runs that they have begun are looked at too, and those that
/// a live runner of theirs follows are left alone, wherever their journals are.
struct FleetOrphans {
    /// False when the table could not tell: then nothing is stopped, since it may be in other hands.
    private(set) var isComplete = true
    private let survey: FleetSurvey?
    private let console: Console
    private var otherHands: Set<String> = []
    private var abandoned: [FleetSurvey.Abandoned] = []

    init(_ state: StatePlace?, _ common: CommonOptions, _ program: Program, _ console: Console) throws(Refusal) {
        self.console = console
        guard case .dynamoDB(let table) = state else {
            survey = nil
            return
        }
        let loop = try program.loop(try program.place(common), console: console, verbose: common.verbose)
        let survey = FleetSurvey(FleetTable(table), loop: loop, directory: program.stateDirectory, place: program.hostPlace)
        self.survey = survey
        do throws(FleetError) {
            let here = Journals(program.stateDirectory).openRuns()
            for run in Set(try survey.openRuns()).union(here) {
                if let found = try survey.abandoned(run) { abandoned.append(found) } else { otherHands.insert(run) }
            }
        } catch {
            isComplete = false
            tell(error)
        }
    }

    private func tell(_ error: FleetError) {
        guard case .unreachable(let message) = error else { return }
        console.warn("what other hosts do is not known, nothing is stopped: \(message.what)", next: message.next)
    }

    func isInOtherHands(_ journal: String) -> Bool {
        journal.split(separator: "/").last.map { otherHands.contains(String($0.dropLast(".jsonl".count))) } ?? false
    }

    /// Other hosts hear what was found out.
    func share() {
        for found in abandoned {
            do throws(FleetError) {
                try survey?.share(found)
            } catch {
                if case .unreachable(let message) = error { console.warn("other hosts do not know of it yet: \(message.what)", next: message.next) }
            }
        }
    }
}
