import Effects
import History
import Runs
import Supervision

/// The history as one command sees it: what is stored, and what only the journals know: live runs, and what dead runners and
/// failed writes left out. That is recorded on the way, where the store can be written.
struct HistoryView {
    let store: any HistoryStore
    private let unstored: [RunRecord]

    init(_ program: Program, _ store: any HistoryStore, _ console: Console) {
        self.store = store
        let recorder = program.recorder(store)
        let pending = recorder.pending()
        var left = pending.records
        if pending.isWorthWriting {
            do throws(HistoryError) {
                try recorder.write(pending)
                left.removeAll { $0.outcome != .running }
            } catch {
                console.warn("\(error.reason); runs that are not in it yet are shown from their journals", next: error.next)
            }
        }
        unstored = left
    }

    func runs(_ query: HistoryQuery) throws(HistoryError) -> [RunRecord] {
        // A newer record takes the place of a stored one, whether it still fits the question or not.
        let overtaken = Set(unstored.map(\.key))
        var wider = query
        wider.limit = min(query.limit, .max - overtaken.count) + overtaken.count
        let stored = try storedRuns(wider).filter { !overtaken.contains($0.key) }
        let live = unstored.filter { record in query.matches(record) && (query.after.map { record.started < $0.started } ?? true) }
        guard !live.isEmpty else { return Array(stored.prefix(query.limit)) }
        return Array((live + stored).sorted { $0.started > $1.started }.prefix(query.limit))
    }

    func run(_ selector: RunSelector) throws(HistoryError) -> RunRecord? {
        let live = unstored.filter { selector.matches($0.key) }.max { $0.started < $1.started }
        do throws(HistoryError) {
            guard let stored = try store.run(selector) else { return live }
            return live.map { $0.key == stored.key || $0.started > stored.started ? $0 : stored } ?? stored
        } catch {
            guard let live else { throw error }
            return live
        }
    }

    /// Nothing stored yet is no error where live runs can be shown.
    private func storedRuns(_ query: HistoryQuery) throws(HistoryError) -> [RunRecord] {
        do throws(HistoryError) {
            return try store.runs(query)
        } catch {
            if error.kind == .missing || !unstored.isEmpty { return [] }
            throw error
        }
    }
}

extension Refusal {
    /// A question that the store does not answer.
    init(_ error: HistoryError) {
        self.init("history: \(error.reason)", next: error.next, code: ExitCodes.failed)
    }
}
