package import Effects
import Glibc
package import Journal

/// Writes runs from their journals into the history: the run that ends, and what dead runners and failed writes left out.
package struct HistoryRecorder {
    private let unrecorded: Unrecorded
    private let pruning: JournalPruning
    private let store: any HistoryStore
    private let machine: String

    /// `machine`: what runners on this host call it in their notes.
    package init(_ directory: StateDirectory, store: any HistoryStore, machine: String) {
        (unrecorded, pruning, self.store, self.machine) = (Unrecorded(directory), JournalPruning(directory), store, machine)
    }

    /// Runs of journals that are not in the store, or not as they are now.
    package struct Pending {
        package fileprivate(set) var records: [RunRecord] = []
        /// Runners that nothing new will become known of once these are written.
        fileprivate var settled: Set<String> = []
        package var isWorthWriting: Bool { !settled.isEmpty || records.contains { $0.outcome != .running } }
    }

    /// At the end of a runner: its own run, and a few that others have left, in one transaction.
    package func record(_ owner: String, now: Timestamp) throws(HistoryError) {
        let entries = unrecorded.all()
        let own = entries.filter { $0.owner == owner }
        let left = entries.filter { $0.owner != owner && !isRunnerAlive($0.owner) }
        // A random few: runners that end together should not all write the same.
        try write(pending(in: own + left.shuffled().prefix(4)))
        pruning.pruneDaily(before: now + .seconds(-Retention.journals.components.seconds), now: now)
    }

    /// For readers and for whoever has changed journals: everything that is not in the store. Live runs stay out of it.
    package func pending() -> Pending { pending(in: unrecorded.all()) }

    /// What a journal tells, whether it is in the store or not.
    package func pending(journals: [String]) -> Pending { pending(in: journals.map { Unrecorded.Entry(owner: "", journal: $0) }) }

    package func write(_ pending: Pending) throws(HistoryError) {
        try store.write(pending.records.filter { $0.outcome != .running })
        for owner in pending.settled { unrecorded.remove(owner) }
    }

    private func pending(in entries: [Unrecorded.Entry]) -> Pending {
        var pending = Pending()
        var seen: Set<String> = []
        for entry in entries where seen.insert(entry.journal).inserted {
            let wanted = entries.filter { $0.journal == entry.journal }.map(\.owner)
            let file: JournalFile
            do throws(FileError) {
                file = try JournalFile(existing: entry.journal)
            } catch {
                if error.isMissing { pending.settled.formUnion(wanted) }
                continue
            }
            // Looked at before it is read: who is gone by then has written all that it will.
            let hasLiveRunner = file.isLive
            guard let noted = try? file.readWithNotes() else { continue }
            let runs = JournalledRuns(noted) { hasLiveRunner && (isRunnerAlive($0.owner) || $0.machine != machine) }
            // Of the tries that have been recorded before nothing new is known.
            pending.records += runs.records.filter { record in wanted.contains("") || runs.owners(of: record.key).contains(where: wanted.contains) }
            pending.settled.formUnion(runs.settledOwners)
            // Died, or found no room on the disk, before it noted anything.
            pending.settled.formUnion(wanted.filter { owner in !hasLiveRunner && !isRunnerAlive(owner) && !noted.notes.contains { $0.note.owner == owner } })
        }
        return pending
    }

    /// Its mark begins with its process number. A number that another process has by now makes it wait, no more.
    private func isRunnerAlive(_ owner: String) -> Bool {
        guard let pid = owner.split(separator: "-").first.flatMap({ pid_t($0) }), pid > 0 else { return false }
        return kill(pid, 0) == 0 || errno == EPERM
    }
}
