import ArgumentParser
import Effects
import History
import Journal
import JSON
import Redaction
import Runs
import Supervision
import Workloads

struct OrphansCommand: ProgramCommand {
    static let configuration = CommandConfiguration(
        commandName: "orphans", _superCommandName: "awsjob",
        abstract: "Lists work in AWS whose runner is gone, after a reboot or a cgroup kill: of this host, with --state dynamodb:TABLE of every host; --stop stops it. Exit 0 when nothing is left running, 1 otherwise.",
        version: Program.version)

    @Flag(help: "Stop what runs. Work that was detached on purpose is left alone.")
    var stop = false
    @Flag(help: "Answer in JSON.")
    var json = false
    @Option(help: stateHelp)
    var state: StatePlace?
    @OptionGroup var redaction: RedactionOptions
    @OptionGroup(title: "AWS") var common: CommonOptions

    static let layered = [LayeredOption(name: "state")] + RedactionOptions.layered + CommonOptions.layered

    func run(_ program: Program) throws(Refusal) -> Ending {
        let console = program.console()
        let rules = try redaction.rules()
        var orphans: [Orphan] = []
        let fleet = try FleetOrphans(state, common, program, console)
        var isIncomplete = !fleet.isComplete
        for path in program.stateDirectory.journalPaths() where !fleet.isInOtherHands(path) {
            guard let file = try? JournalFile(existing: path), let journal = try? file.read() else {
                isIncomplete = true
                console.warn("could not read \(path)")
                continue
            }
            guard let work = journal.works.last(where: \.isOpen), let service = Services.named(work.intent.service) else { continue }
            do throws(Refusal) {
                orphans += try Self.orphans(service, in: file, at: common.completing(work.intent.place), program, console, rules, stops: stop && fleet.isComplete, common)
            } catch {
                isIncomplete = true
                console.warn("\(path): \(error.message.what)", next: error.message.next)
            }
        }
        fleet.share()
        program.write(json ? JSONValue.array(orphans.map(Self.json)).text + "\n" : Self.text(orphans), to: 1)
        record(program, console)
        let left = orphans.filter { $0.state == .running || $0.state == .unknown }
        return .code(left.isEmpty && !isIncomplete ? 0 : 1)
    }

    /// What was found out about work of dead runners goes into their runs' history.
    private func record(_ program: Program, _ console: Console) {
        let unknown = "the history does not know of it yet"
        do throws(Refusal) {
            let recorder = program.recorder(try program.store(state, common, console))
            do throws(HistoryError) { try recorder.write(recorder.pending()) } catch { console.warn("\(unknown): \(error.reason)", next: error.next) }
        } catch { console.warn("\(unknown): \(error.message.what)", next: error.message.next) }
    }

    private static func orphans<Service: WorkloadService>(
        _ service: Service.Type, in file: JournalFile, at place: JournalRecord.Place, _ program: Program, _ console: Console, _ rules: [UserRule], stops: Bool,
        _ common: CommonOptions
    ) throws(Refusal) -> [Orphan] {
        let loop = try program.loop(place, console: console, verbose: common.verbose)
        return Rescue<Service>(loop: loop, mask: program.mask(loop, rules: rules)).orphans(in: file, stops: stops)
    }

    private static func text(_ orphans: [Orphan]) -> String {
        guard !orphans.isEmpty else { return "no orphans\n" }
        return orphans.map { orphan in
            let run = orphan.identity?.text ?? RunIdentity.noneText
            return Visible.line("\(orphan.state.rawValue)  \(orphan.id.text)  \(run)\(orphan.problem.map { "  (\($0))" } ?? "")") + "\n"
        }.joined()
    }

    private static func json(_ orphan: Orphan) -> JSONValue {
        [
            "state": JSONValue(orphan.state.rawValue), "id": JSONValue(orphan.id.text), "service": JSONValue(orphan.service),
            "instance": JSONValue(orphan.identity?.instance), "job": JSONValue(orphan.identity?.job), "autorun": JSONValue(orphan.identity?.autorun),
            "started": JSONValue(orphan.intendedAt?.rfc3339), "problem": JSONValue(orphan.problem),
        ]
    }
}
