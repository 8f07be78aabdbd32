import Diagnosis
import Effects
import Governance
import History
import Supervision

/// What the history, the audit file and the site know of a job beside the failure that is explained. What cannot be read is
/// left out: the run's own record is written to the same history, and warns.
struct JobBackground {
    private let runs: (HistoryQuery) -> [RunRecord]
    private let book: () -> AdviceBook?
    private let jobs: JobList
    /// Runs that are looked back at.
    private static let reach = 30

    init(_ program: Program, _ store: any HistoryStore, _ jobs: JobList) {
        runs = { (try? store.runs($0)) ?? [] }
        book = { (try? program.audit.read()).flatMap { $0.damage == nil ? AdviceBook($0.entries) : nil } }
        self.jobs = jobs
    }

    /// `run`: the one that is explained. `record`: of the history, where it is in there already.
    func complete(_ evidence: inout Evidence, about run: RunKey, _ record: RunRecord? = nil) {
        guard !run.job.isEmpty else { return }
        var query = HistoryQuery(limit: Self.reach + 1)
        (query.job, query.after) = (run.job, record)
        let earlier = runs(query).filter { $0.key != run && $0.key.instance == run.instance && $0.outcome != .running }
        evidence.precedents = precedents(Array(earlier.prefix(Self.reach)))
        evidence.dependencies = jobs.entry(for: run.job).map(dependencies)
    }

    private func precedents(_ earlier: [RunRecord]) -> Precedents {
        let failed = earlier.filter { [.failed, .timedOut].contains($0.outcome) && $0.failureClass != nil }
        let advice = failed.isEmpty ? [] : book()?.all ?? []
        return Precedents(
            runs: earlier.count,
            failures: failed.map { record in
                let given = advice.last { $0.job == record.key.job && ($0.instance ?? "") == record.key.instance && $0.run == "\(record.key.run)/\(record.key.attempt)" }
                return Precedents.Failure(
                    run: "\(record.key.run)/\(record.key.attempt)", time: record.started.rfc3339, failureClass: record.failureClass ?? Notes.unknownClass,
                    decision: given?.standing.rawValue, retryHelped: Self.retryHelped(record, earlier, given))
            })
    }

    /// The next try of the run tells, or how the job's next run ended after an approved restart.
    private static func retryHelped(_ failed: RunRecord, _ runs: [RunRecord], _ advice: Advice?) -> Bool? {
        let tries = runs.filter { $0.key.run == failed.key.run && $0.key.attempt > failed.key.attempt }
        if let next = tries.min(by: { $0.key.attempt < $1.key.attempt }) { return next.outcome == .succeeded }
        guard let advice, advice.deed != nil, let ending = advice.ending else { return nil }
        return ending == "SUCCEEDED"
    }

    private func dependencies(_ entry: JobList.Entry) -> Dependencies {
        Dependencies(
            criticality: entry.criticality, downstream: entry.downstream,
            upstream: entry.upstream.map { job in
                var query = HistoryQuery(limit: 1)
                query.job = job
                let last = runs(query).first
                return Dependencies.Upstream(job: job, outcome: last?.outcome.rawValue, ended: last?.ended?.rfc3339)
            })
    }
}
