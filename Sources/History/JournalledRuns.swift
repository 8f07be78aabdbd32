import Effects
package import Journal
import Runs

/// The records of the runs that a journal tells of, and which of its runners need no more looking after.
package struct JournalledRuns {
    package private(set) var records: [RunRecord] = []
    /// Runners that nothing new will become known of.
    package private(set) var settledOwners: Set<String> = []
    private var owners: [RunKey: [String]] = [:]

    package func owners(of key: RunKey) -> [String] { owners[key] ?? [] }

    private struct Runner {
        let told: RunnerNote.Runner
        let key: RunKey
        let began: Timestamp
        var events: [RunEvent] = []
        var end: RunnerNote.RunnerEnd?
        var ended: Timestamp?
        var isAlive = false
    }

    /// `isAlive`: asked of runners that have not told their end.
    package init(_ noted: NotedJournal, isAlive: (RunnerNote.Runner) -> Bool) {
        var runners: [Runner] = []
        for (note, time) in noted.notes {
            if case .began(let told) = note {
                runners.append(Runner(told: told, key: RunKey(told.identity, attempt: told.attempt, owner: told.owner), began: time))
            }
            guard let index = runners.lastIndex(where: { $0.told.owner == note.owner }) else { continue }
            switch note {
            case .began: break
            case .event(_, let event): runners[index].events.append(event)
            case .finished(_, let end): (runners[index].end, runners[index].ended) = (end, time)
            }
        }
        for index in runners.indices where runners[index].end == nil { runners[index].isAlive = isAlive(runners[index].told) }
        for runner in runners {
            if owners[runner.key] == nil { records.append(Self.record(runners.filter { $0.key == runner.key }, noted)) }
            owners[runner.key, default: []].append(runner.told.owner)
        }
        settledOwners = Set(runners.filter { Self.isSettled($0, noted.journal) }.map(\.told.owner))
    }

    /// A dead runner's work is looked after by its guardian, or by `orphans`, for as long as it may run.
    private static func isSettled(_ runner: Runner, _ journal: RunJournal) -> Bool {
        if runner.end != nil { return true }
        return !runner.isAlive && !journal.works.contains { $0.owner == runner.told.owner && $0.isOpen && !$0.isDetached }
    }

    /// One record of the runners of one try; there is at least one.
    private static func record(_ runners: [Runner], _ noted: NotedJournal) -> RunRecord {
        let first = runners[0]
        // Who ended the run speaks for it: the last that knew an outcome, else whoever was last.
        let speaker = runners.last { $0.end?.outcome != nil } ?? runners.last { $0.isAlive } ?? runners[runners.count - 1]
        let told = speaker.told
        var record = RunRecord(
            key: first.key, machine: told.machine, service: told.service, started: first.began, outcome: .running, revision: noted.revision)
        (record.box, record.target, record.inputDigest, record.tags) = (told.box, told.target, told.inputDigest, told.tags)
        record.runners = runners.count
        record.lostRunners = runners.filter { $0.end == nil && !$0.isAlive }.count
        record.events = runners.flatMap(\.events)
        record.unnotedEvents = runners.reduce(0) { $0 + ($1.end?.unnoted ?? 0) }
        let work = noted.journal.works.last { $0.owners.contains(told.owner) && !$0.wasRefused }
        (record.name, record.workID, record.stoppedBy) = (work?.intent.name, work?.id, work?.stoppedBy)
        if let end = speaker.end {
            record.take(end, endedAt: speaker.ended)
        } else if !speaker.isAlive {
            record.takeDeath(of: work, attempt: told.attempt)
        }
        return record
    }
}

extension RunRecord {
    fileprivate mutating func take(_ end: RunnerNote.RunnerEnd, endedAt time: Timestamp?) {
        (name, workID) = (end.name ?? name, end.id ?? workID)
        (exitCode, signal, reason, log, calls) = (end.code.map { Int($0) }, end.signal.map { Int($0) }, end.reason, end.log, end.calls)
        ended = time
        duration = end.elapsed
        // A kill, and whatever else ended it early, has told why.
        if reason == nil, let last = events.last(where: { $0.kind == "message" }) { reason = String(last.message.trimmingPrefix("awsjob: ")) }
        if let outcome = end.outcome {
            take(outcome)
        } else {
            self.outcome = service == Self.localService ? Self.outcome(ofCommand: end) : Self.outcome(code: end.code, signal: end.signal)
        }
    }

    /// Its runner told nobody how it ended; the journal may.
    fileprivate mutating func takeDeath(of work: RunJournal.Work?, attempt: Int) {
        outcome = .died
        guard let work else { return }
        if let known = work.outcome { take(known) }
        if let code = work.returned[attempt] {
            exitCode = Int(code)
        } else {
            outcome = .died
        }
    }

    private mutating func take(_ outcome: Outcome) {
        (status, reason) = (outcome.condition ?? outcome.status, outcome.reason ?? reason)
        ended = outcome.ended ?? ended
        if let began = outcome.started, let over = outcome.ended { duration = over - began }
        self.outcome =
            switch outcome.kind {
            case .succeeded: .succeeded
            case .failed: .failed
            case .timedOut: .timedOut
            case .stopped: .stopped
            }
    }

    private static func outcome(ofCommand end: RunnerNote.RunnerEnd) -> RunOutcome {
        end.signal != nil ? .killed : end.code == 0 ? .succeeded : .failed
    }

    /// Of a run whose work's end nobody knows.
    private static func outcome(code: Int32?, signal: Int32?) -> RunOutcome {
        if signal != nil { return .killed }
        switch code {
        case ExitCodes.unknown: return .unknown
        case ExitCodes.refused, ExitCodes.notStarted, ExitCodes.nameTaken, ExitCodes.usage: return .notStarted
        case 0: return .succeeded
        default: return .failed
        }
    }
}
