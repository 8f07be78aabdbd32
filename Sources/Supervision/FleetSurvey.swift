import AWS
import Effects
package import History
package import Journal
import JSON
import Runs
import Workloads

/// What the hosts of a fleet know of runs whose work may run, for whoever looks for work without a runner.
package struct FleetSurvey {
    private let table: FleetTable
    private let loop: Loop
    private let directory: StateDirectory
    /// As in leases: of this host, by whose locks its own runners are seen.
    private let place: String

    package init(_ table: FleetTable, loop: Loop, directory: StateDirectory, place: String) {
        (self.table, self.loop, self.directory, self.place) = (table, loop, directory, place)
    }

    private static var patience: Duration { .seconds(15) }

    /// `RunIdentity.key` of each.
    package func openRuns() throws(FleetError) -> [String] {
        try asking { (until: Instant) throws(Loop.NoAnswer) -> [String] in
            var runs: [String] = []
            var after = try loop.perform(Call(table.open(after: nil)) { $0 }, until: until)
            while true {
                let page = FleetTable.openRuns(after)
                runs += page.runs
                guard let next = page.next else { break }
                after = try loop.perform(Call(table.open(after: next)) { $0 }, until: until)
            }
            // They become names of files here.
            return runs.filter { $0 == RunName.legal($0) }
        }
    }

    /// A run, once this host's journal says all that is known of it; nil while a runner on another host shows life.
    package func abandoned(_ run: String) throws(FleetError) -> Abandoned? {
        let shared = try asking { (until: Instant) throws(Loop.NoAnswer) -> SharedRun in try table.read(run, loop, until: until) }
        let now = loop.caller.serverTime
        guard !shared.leases.contains(where: { $0.isLive(at: now) && $0.place != place }) else { return nil }
        do throws(FileError) {
            let file = try JournalFile(creating: directory.journals + "/" + run + ".jsonl")
            try file.take(shared.lines)
            return Abandoned(run: run, file: file, submission: shared.submission, known: Set(try file.recordLines()))
        } catch {
            throw .unreachable(OperatorMessage("\(error)", next: "make room for the state directory, or look from another host"))
        }
    }

    package struct Abandoned {
        fileprivate let run: String
        fileprivate let file: JournalFile
        fileprivate let submission: String
        fileprivate let known: Set<String>
    }

    /// Tells the other hosts what has been added to this host's journal of it since.
    package func share(_ found: Abandoned) throws(FleetError) {
        guard let lines = try? found.file.recordLines().filter({ !found.known.contains($0) }), !lines.isEmpty, let journal = try? found.file.read() else { return }
        let call = table.append(
            lines, to: found.run, if: .submission(found.submission), submission: found.submission, isOpen: journal.works.contains(where: \.isOpen),
            at: loop.caller.serverTime)
        _ = try asking { (until: Instant) throws(Loop.NoAnswer) -> JSONValue in try loop.perform(Call(call) { $0 }, until: until) }
    }

    private func asking<Answer>(_ question: (Instant) throws(Loop.NoAnswer) -> Answer) throws(FleetError) -> Answer {
        do throws(Loop.NoAnswer) {
            return try question(loop.clock.instant + Self.patience)
        } catch {
            guard case .failed(let failure, _) = error else { throw .signal }
            let words = Explanation(failure)
            throw .unreachable(OperatorMessage("state table \(table.name): \(words.reason)", next: words.next))
        }
    }
}
