package import Effects
package import Journal
import Runs
package import Workloads

/// Stops work whose runner died without a word: the guardian's errand, and `awsjob orphans --stop`.
package struct Rescue<Service: WorkloadService> {
    private let loop: Loop
    let mask: Mask
    private let began: Instant

    /// `mask`: for what is kept of the work's end.
    package init(loop: Loop, mask: @escaping Mask) {
        (self.loop, self.mask) = (loop, mask)
        began = loop.clock.instant
    }

    package enum Step: Equatable, Sendable {
        /// Nothing is left to do.
        case done
        case again
    }

    /// A guardian that has not stopped the work within a day leaves it to `awsjob orphans`.
    package static var patience: Duration { .seconds(24 * 3600) }

    /// The guardian's errand, until the work is known to be over or in other hands.
    package func run(_ handover: Handover, until deadline: Instant) {
        var pause = Duration.milliseconds(100)
        while loop.clock.instant < deadline {
            let file = handover.journal.flatMap { try? JournalFile(existing: $0) }
            let result = file.map { step($0, handover) } ?? stepWithoutJournal(handover)
            if result == .done { return }
            _ = loop.sleep(pause)
            pause = min(.seconds(pause.inSeconds * 1.5), .seconds(30))
        }
    }

    /// Under the run's gate, so that a restart either adopts first or finds the stop recorded.
    private func step(_ file: JournalFile, _ handover: Handover) -> Step {
        guard let isOurs = try? file.tryLock(.gate) else { return stepWithoutJournal(handover) }
        guard isOurs else { return .again }
        defer { file.unlock(.gate) }
        guard let journal = try? file.read() else { return stepWithoutJournal(handover) }
        // A journal that was damaged meanwhile no longer knows what the runner handed over.
        if let name = handover.name, journal.work(named: name) == nil { return stepWithoutJournal(handover) }
        let open = journal.works.filter { $0.isOpen && !$0.isDetached && $0.intent.service == Service.name && Self.isStoppable($0) }
        if open.isEmpty { return .done }
        guard (try? file.tryLock(.onlyLive)) == true else {
            // Another runner of this run lives. If it has adopted the work, it has a guardian of its own.
            return open.contains { $0.owner == handover.owner } ? .again : .done
        }
        defer { file.unlock(.onlyLive) }
        let reason = "\(handover.run): its runner (process \(handover.runner)) was killed; stopped by its guardian"
        return open.map { stop($0, in: file, by: "guardian", reason: reason) }.contains(.again) ? .again : .done
    }

    /// Stops one piece of work and records how it ended. The caller holds gate and live lock.
    package func stop(_ work: RunJournal.Work, in file: JournalFile, by: String, reason: String) -> Step {
        let name = work.intent.name
        let id: WorkloadID
        switch locate(work, in: file) {
        case .at(let found): id = found
        case .missing: return giveUpStart(work, in: file)
        case .unknown: return .again
        }
        switch end(id, reason: reason, redrives: work.redrives, notBefore: Self.notBefore(work)) {
        case .over(let outcome, wasStopped: let wasStopped):
            let stopped: [JournalRecord] = wasStopped && outcome.kind == .stopped ? [.stopped(name: name, by: by)] : []
            return (try? file.append(stopped + [.ended(name: name, outcome: outcome.masked(mask))], at: loop.clock.now)) == nil ? .again : .done
        case .missing: return giveUpStart(work, in: file)
        case .stoppedUnseen:
            return (try? file.append([.stopped(name: name, by: by)], at: loop.clock.now)) == nil ? .again : .done
        case .unknown: return .again
        }
    }

    static func isStoppable(_ work: RunJournal.Work) -> Bool { work.id.map { Service.isStoppable(WorkloadID($0)) } ?? true }

    enum Location {
        case at(WorkloadID)
        case missing
        case unknown(String)
    }

    /// Work whose id nobody was told is looked for by its name.
    func locate(_ work: RunJournal.Work, in file: JournalFile) -> Location {
        if let id = Service.id(of: work) { return .at(id) }
        let location = search(name: work.intent.name, target: work.intent.target, owner: work.intent.owner, since: Self.notBefore(work))
        if case .at(let id) = location { try? file.append([.started(name: work.intent.name, id: id.text)], at: loop.clock.now) }
        return location
    }

    private func search(name: String, target: String, owner: String, since: Timestamp?) -> Location {
        do throws(Loop.NoAnswer) {
            let found = try loop.search(Service.self, name: name, target: target, owner: owner, since: since, until: loop.clock.instant + .seconds(5))
            return found.map { .at($0.id) } ?? .missing
        } catch {
            guard case .failed(let failure, _) = error else { return .unknown("interrupted") }
            return .unknown(Explanation(failure).reason)
        }
    }

    /// While AWS has not confirmed a start, older work under the same name is not what this run tried to start. By the clock
    /// of this host; a minute for one that is set meanwhile.
    static func notBefore(_ work: RunJournal.Work) -> Timestamp? {
        work.id == nil ? work.intendedAt.map { $0 + .seconds(-60) } : nil
    }

    /// The start, or the redrive, may still be on its way to AWS; after a minute it is not.
    private func giveUpStart(_ work: RunJournal.Work, in file: JournalFile) -> Step {
        // It may show later still, and must not be sent again: nobody says that it never was.
        if Service.hasMadeUpIDs { return hasLooked(for: .seconds(600)) ? .done : .again }
        guard hasLooked(for: .seconds(60)) else { return .again }
        let name = work.intent.name
        let records: [JournalRecord] =
            work.redrives > 0
            ? [.redriveRefused(name: name, attempt: work.attempts.last ?? 0)]
            : work.attempts.map { .refused(name: name, attempt: $0, reason: "never reached AWS") }
        return (try? file.append(records, at: loop.clock.now)) == nil ? .again : .done
    }

    private func hasLooked(for patience: Duration) -> Bool { loop.clock.instant - began > patience }

    private func stepWithoutJournal(_ handover: Handover) -> Step {
        let id: WorkloadID
        if let known = handover.id {
            id = WorkloadID(known)
        } else {
            guard Service.hasMadeUpIDs, let name = handover.name, let target = handover.target else { return .done }
            guard case .at(let found) = search(name: name, target: target, owner: handover.owner, since: nil) else {
                return hasLooked(for: .seconds(600)) ? .done : .again
            }
            id = found
        }
        switch end(id, reason: "\(handover.run): its runner (process \(handover.runner)) was killed; stopped by its guardian", redrives: 0, notBefore: nil) {
        case .over, .stoppedUnseen: return .done
        case .missing: return hasLooked(for: .seconds(60)) ? .done : .again
        case .unknown: return .again
        }
    }

    enum Look {
        case running
        case over(Outcome)
        case missing
        case unknown(String)
    }

    var now: Timestamp { loop.clock.now }

    func look(_ id: WorkloadID, redrives: Int, notBefore: Timestamp?) -> Look {
        do throws(Loop.NoAnswer) {
            guard let seen = try loop.perform(Service.observe(id), until: loop.clock.instant + .seconds(5)) else { return .missing }
            // An end from before a redrive that has not happened (yet) is no end.
            if seen.outcome != nil, seen.redrives < redrives { return .missing }
            if let notBefore, let started = seen.started, started < notBefore + loop.skew { return .missing }
            return seen.outcome.map { .over($0) } ?? .running
        } catch {
            guard case .failed(let failure, _) = error else { return .unknown("interrupted") }
            return Service.isMissing(failure) ? .missing : .unknown(Explanation(failure).reason)
        }
    }

    private enum End {
        case over(Outcome, wasStopped: Bool)
        /// AWS acknowledged the stop, but may not be asked how it ended.
        case stoppedUnseen
        case missing
        case unknown
    }

    /// Looks first: work that has ended by itself keeps its outcome. Where looking fails the stop is sent all the same; it
    /// changes nothing about work that has ended.
    private func end(_ id: WorkloadID, reason: String, redrives: Int, notBefore: Timestamp?) -> End {
        var wasStopped = false
        for _ in 0..<10 {
            switch look(id, redrives: redrives, notBefore: notBefore) {
            case .over(let outcome): return .over(outcome, wasStopped: wasStopped)
            case .missing: return .missing
            case .unknown where wasStopped: return .stoppedUnseen
            case .running where wasStopped: _ = loop.sleep(.milliseconds(500))
            case .running, .unknown:
                do throws(Loop.NoAnswer) {
                    try loop.perform(Service.stop(id, reason: reason), until: loop.clock.instant + .seconds(5))
                    wasStopped = true
                } catch {
                    if case .failed(let failure, _) = error, Service.isMissing(failure) { return .missing }
                    return .unknown
                }
            }
        }
        return wasStopped ? .stoppedUnseen : .unknown
    }
}
