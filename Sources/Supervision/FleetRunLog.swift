package import AWS
package import Effects
package import History
package import Journal
package import JSON
package import Runs
import Workloads

/// The journal of a run that runners on several hosts may meet in: the file of this host, and the table that all of them
/// reach. An intent is in the table before it is acted upon, by a write that fails when any host has written since this one
/// looked; everything else follows while the run goes on. Where the table tells less than there is, the work is looked for by
/// name and mark as always.
package final class FleetRunLog: RunLog {
    private let local: LocalRunLog
    private let loop: Loop
    private let table: FleetTable
    /// `RunIdentity.key`
    private let run: String
    /// Without the table the same work could be started twice.
    private let isVital: Bool
    private let startDeadline: Instant
    private var lease: Lease
    /// As it was read last; nil while the table cannot be read.
    private var shared: SharedRun?
    /// Who made the newest submission, as the table knows it, and once the queue is in it.
    private var submission = (there: "", here: "")
    /// Lines that are not in the table yet.
    private var queue: [String] = []
    /// Of this runner, for a host that cannot keep a file.
    private var written: [String] = []
    private var serverTime: (time: Timestamp, at: Instant)
    private var underWay: SideCall?
    private var nextWrite: Instant
    private var nextRenewal: Instant
    private var phase = Phase.running
    /// Another host has made a newer submission: what is said of ours would be taken for its.
    private var isSuperseded = false
    private var failure: CallError?
    private var hasWarned = false

    private enum SideCall { case lines(Int, submission: String), lease }
    private enum Phase { case running, ending, over }

    package init(
        _ local: LocalRunLog, run: String, table: FleetTable, loop: Loop, owner: String, host: String, place: String, isVital: Bool, patience: Duration
    ) {
        (self.local, self.run, self.table, self.loop, self.isVital) = (local, run, table, loop, isVital)
        let now = loop.clock.instant
        startDeadline = now + patience
        lease = Lease(owner: owner, host: host, place: place, renewed: loop.caller.serverTime)
        (serverTime, nextWrite, nextRenewal) = ((loop.caller.serverTime, now), now, now + Lease.interval)
        loop.side = self
    }

    // MARK: This host's

    package var path: String? { local.path }
    package var mask: Mask { local.mask }
    package func tryLock(_ lock: JournalFile.Lock) -> Bool { local.tryLock(lock) }
    package func unlock(_ lock: JournalFile.Lock) { local.unlock(lock) }
    package func syncFolder() { local.syncFolder() }
    package func begin(_ runner: RunnerNote.Runner) { local.begin(runner) }
    package func note(_ event: RunEvent) { local.note(event) }
    package func finish(_ end: RunnerNote.RunnerEnd) -> Bool { local.finish(end) }

    package func read() -> RunJournal {
        if local.path != nil { return local.read() }
        let known = shared?.lines ?? []
        return RunJournal(lines: (known + written.filter { !known.contains($0) }).map(\.utf8))
    }

    package func record(_ records: [JournalRecord], isDurable: Bool) {
        let lines = lines(records)
        write(lines, isDurable: isDurable)
        guard !isSuperseded else { return }
        queue += lines
        for case .intent(let intent) in records { submission.here = mark(intent.owner) }
    }

    private func write(_ lines: [String], isDurable: Bool) {
        local.append(lines, isDurable: isDurable)
        written += lines
    }

    /// The same bytes here and there. AWS gives up to 32 KB of a cause, and an item holds 400 KB.
    private func lines(_ records: [JournalRecord]) -> [String] {
        local.lines(
            records.map { record in
                guard case .ended(let name, var outcome) = record else { return record }
                outcome.cause = outcome.cause.map { String(mask($0).prefix(1000)) }
                return .ended(name: name, outcome: outcome)
            })
    }

    // MARK: Other hosts'

    package func catchUp() throws(FleetError) -> Bool { try catchUp(until: min(deadline, loop.clock.instant + .seconds(5))) }

    /// Looking for what somebody else has sent may have taken all the time there was.
    private var deadline: Instant { max(startDeadline, loop.clock.instant + .seconds(2)) }

    private func catchUp(until deadline: Instant) throws(FleetError) -> Bool {
        do throws(Loop.NoAnswer) {
            let found = try table.read(run, loop, until: deadline)
            serverTime = (loop.caller.serverTime, loop.clock.instant)
            // Before anything is claimed under it.
            if shared == nil { try perform(renewal(), until: deadline) }
            let hasNews = found.lines.count != shared?.lines.count
            local.take(found.lines)
            submission = (found.submission, queue.isEmpty ? found.submission : submission.here)
            shared = found
            return hasNews
        } catch {
            shared = nil
            try note(error)
            return false
        }
    }

    package func claim(_ records: [JournalRecord]) throws(FleetError) -> Bool {
        let lines = lines(records)
        if shared == nil, isVital {
            // What is there now has not been looked at.
            _ = try catchUp(until: deadline)
            if shared != nil { return false }
            throw unreachable()
        }
        guard let shared else {
            record(records)
            return true
        }
        do throws(Loop.NoAnswer) {
            let claim = table.append(lines, to: run, if: .version(shared.version), submission: mark(lease.owner), isOpen: true, at: now)
            guard try isTaken(claim, lines) else { return false }
        } catch {
            // Should it be in the table all the same: it was not sent.
            submission.here = mark(lease.owner)
            for case .intent(let intent) in records { queue.append(JournalRecord.refused(name: intent.name, attempt: intent.attempt, reason: "never sent").line(at: loop.clock.now)) }
            try note(error)
            if isVital { throw unreachable() }
            queue = []
            record(records)
            return true
        }
        submission = (mark(lease.owner), mark(lease.owner))
        self.shared?.lines += lines
        write(lines, isDurable: true)
        return true
    }

    /// Where names protect, every intent under one name is the same submission.
    private func mark(_ owner: String) -> String { isVital ? owner : "" }

    /// A reply that was lost makes the second attempt fail against the first.
    private func isTaken(_ claim: APICall, _ lines: [String]) throws(Loop.NoAnswer) -> Bool {
        do throws(Loop.NoAnswer) {
            try perform(claim, until: deadline)
            return true
        } catch {
            guard case .failed(let failure, _) = error, failure.code == Self.conditionFailed else { throw error }
            return Set(lines).isSubset(of: try table.read(run, loop, until: deadline).lines)
        }
    }

    package func sender(_ owner: String) -> Sender {
        guard let theirs = shared?.leases.first(where: { $0.owner == owner }), theirs.place != lease.place else { return .here }
        return .elsewhere(host: theirs.host, isLive: theirs.isLive(at: now))
    }

    package func settle() {
        guard shared != nil || !queue.isEmpty else { return phase = .over }
        phase = .ending
        nextWrite = loop.clock.instant
        // After a signal the agent's SIGKILL is near.
        let deadline = loop.clock.instant + (loop.signal == nil ? .seconds(3) : .milliseconds(300))
        while phase != .over, loop.clock.instant < deadline { _ = loop.wait(until: deadline) }
        phase = .over
    }

    private func perform(_ call: APICall, until deadline: Instant) throws(Loop.NoAnswer) {
        _ = try loop.perform(Call(call) { $0 }, until: deadline)
    }

    /// Of DynamoDB. Not the host's clock, which may jump.
    private var now: Timestamp { serverTime.time + (loop.clock.instant - serverTime.at) }

    private func renewal() -> APICall {
        lease.renewed = now
        nextRenewal = loop.clock.instant + Lease.interval
        return table.renew(lease, in: run)
    }

    private func note(_ error: Loop.NoAnswer) throws(FleetError) {
        guard case .failed(let failure, _) = error else { throw .signal }
        self.failure = failure
        if !isVital { warn(failure) }
    }

    private func unreachable() -> FleetError {
        let words = failure.map(Explanation.init)
        let isMissing = failure?.code == "ResourceNotFoundException"
        let reason = isMissing ? "there is no such table in this region" : words?.reason ?? "no reply"
        return .unreachable(
            OperatorMessage("nothing started: state table \(table.name), which keeps hosts from starting it twice: \(reason)", next: isMissing ? "awsjob history init" : words?.next))
    }

    private func warn(_ failure: CallError) {
        guard !hasWarned else { return }
        hasWarned = true
        loop.console.warn("state table \(table.name): \(Explanation(failure).reason); the run goes on, and other hosts know less of it")
    }

    private static let conditionFailed = "ConditionalCheckFailedException"
}

/// What follows while the run goes on: lines for the other hosts, and the lease.
extension FleetRunLog: SideCalls {
    package var nextDue: Instant? {
        guard underWay == nil, phase != .over else { return nil }
        if phase == .ending { return nextWrite }
        return queue.isEmpty ? nextRenewal : min(nextWrite, nextRenewal)
    }

    package func due(at now: Instant) -> APICall? {
        guard let nextDue, nextDue <= now else { return nil }
        var call: APICall
        if !queue.isEmpty, nextWrite <= now {
            let isOpen = read().works.contains(where: \.isOpen)
            call = table.append(queue, to: run, if: .submission(submission.there), submission: submission.here, isOpen: isOpen, at: self.now)
            underWay = .lines(queue.count, submission: submission.here)
        } else {
            lease.isOver = phase == .ending
            call = renewal()
            underWay = .lease
        }
        call.attempts = 1
        call.isUrgent = loop.signal != nil
        return call
    }

    package func take(_ result: Result<JSONValue, CallError>, at now: Instant) {
        defer { underWay = nil }
        switch (underWay, result) {
        case (.lines(let count, let submission)?, .success):
            queue.removeFirst(count)
            self.submission.there = submission
            serverTime = (loop.caller.serverTime, now)
        case (.lines?, .failure(let error)) where error.code == Self.conditionFailed:
            (queue, isSuperseded) = ([], true)
            if !written.isEmpty { loop.console.warn("state table \(table.name) has a newer submission of this run by another host; what this runner does is not shared") }
        case (.lines?, .failure(let error)):
            warn(error)
            nextWrite = now + .seconds(phase == .ending ? 1 : 30)
        case (.lease?, .failure(let error)): warn(error)
        default: serverTime = (loop.caller.serverTime, now)
        }
        if case .lease? = underWay, phase == .ending { phase = .over }
    }
}

extension FleetTable {
    func read(_ run: String, _ loop: Loop, until deadline: Instant) throws(Loop.NoAnswer) -> SharedRun {
        var found = SharedRun()
        var next: JSONValue?
        repeat { next = found.add(try loop.perform(Call(read(run, after: next)) { $0 }, until: deadline)) } while next != nil
        return found
    }
}
