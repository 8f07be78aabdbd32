import Governance
import History
import Journal
import JSON
import Runs
import Supervision
import Workloads

/// A failed run of the history with what can still be learnt of it: how it ended, and its log, fetched again.
struct RecordedFailure {
    let record: RunRecord
    let outcome: Outcome
    /// Nil where AWS has no log of it, or would not tell.
    let log: LogCopy?
    /// Why there is no log.
    let shortfall: OperatorMessage?

    /// Throws where there is no failure to explain.
    init(_ record: RunRecord, _ program: Program, _ common: CommonOptions) throws(Refusal) {
        let run = Visible.line(record.key.text)
        switch record.outcome {
        case .succeeded: throw Self.nothing("\(run) succeeded", run)
        case .running: throw Refusal("\(run) still runs", next: "awsjob status \(run)", code: ExitCodes.failed)
        case .stopped, .killed: throw Self.nothing("\(run) was stopped\(record.stoppedBy.map { " (\($0))" } ?? "")", run)
        case .failed, .timedOut, .died, .unknown, .notStarted: break
        }
        self.record = record
        let target = WorkTarget(record, program, common)
        var fetched: (outcome: Outcome?, log: LogCopy?) = (nil, nil)
        var shortfall: OperatorMessage?
        if let target {
            do throws(Refusal) {
                fetched = try Self.fetch(target.service, target, program)
            } catch { shortfall = error.message }
        }
        guard let outcome = target?.outcome ?? fetched.outcome ?? Outcome(record) else {
            throw Refusal("nobody knows how \(run) ended: \(record.fate ?? record.reason ?? record.outcome.rawValue)", next: "awsjob status \(run)", code: ExitCodes.failed)
        }
        guard outcome.kind == .failed || outcome.kind == .timedOut else { throw Self.nothing("the work of \(run) ended \(outcome.status)", run) }
        (self.outcome, log, self.shortfall) = (outcome, fetched.log, shortfall)
    }

    private static func nothing(_ what: String, _ run: String) -> Refusal {
        Refusal("\(what): there is no failure to explain", next: "awsjob history show \(run)", code: ExitCodes.failed)
    }

    private static func fetch<Service: WorkloadService>(_ service: Service.Type, _ target: WorkTarget, _ program: Program) throws(Refusal) -> (Outcome?, LogCopy?) {
        guard let seen = try OneShot<Service>(program, target.common).observe(target.id) else {
            throw Refusal("AWS knows \(target.id.text) no more", next: "awsjob explain --log FILE, where its log was kept")
        }
        guard !seen.isOpaque else { throw Refusal("AWS tells of no log streams of \(target.id.text)", next: "awsjob explain --log FILE, where its log was kept") }
        let place = try program.place(target.common)
        let console = program.console()
        let log = LogCopy()
        var view = LogView<Service>(target.id, loop: try program.loop(place, console: console, verbose: target.common.verbose), region: place.region, copy: log)
        _ = view.show(follows: false)
        console.drain(patience: .seconds(1))
        return (seen.outcome, log)
    }

    /// The notes that its runner gave and recorded, of evidence that may be gone.
    func keptNotes(_ book: AdviceBook) -> JSONValue? {
        let run = "\(record.key.run)/\(record.key.attempt)"
        return book.all.last { $0.job == record.key.job && ($0.instance ?? "") == record.key.instance && $0.run == run }?.notes
    }
}

extension Outcome {
    /// What the history tells of a failure. The exit code is the work's own only where the runner passes it on.
    fileprivate init?(_ record: RunRecord) {
        guard [.failed, .timedOut, .notStarted].contains(record.outcome) else { return nil }
        self.init(kind: record.outcome == .timedOut ? .timedOut : .failed, status: record.status ?? record.outcome.rawValue)
        cause = record.reason
        if [Batch.name, RunRecord.localService].contains(record.service) { exitCode = record.exitCode.flatMap { (1...99).contains($0) ? $0 : nil } }
    }
}
