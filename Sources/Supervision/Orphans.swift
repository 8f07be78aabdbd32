package import Effects
package import Journal
package import Runs
package import Workloads

/// Work in AWS whose runner is gone, as the journals of this host tell.
package struct Orphan {
    package enum State: String, Sendable {
        case running
        /// Left running on purpose (`--on-signal detach`).
        case detached
        /// AWS could not be asked.
        case unknown
        case stopped
    }

    package let id: WorkloadID
    package let identity: RunIdentity?
    package let service: String
    package let intendedAt: Timestamp?
    package var state: State
    /// Why AWS could not be asked, or the stop failed.
    package var problem: String?
}

extension Rescue {
    /// The orphans of one journal. `stops`: stop those that run.
    package func orphans(in file: JournalFile, stops: Bool) -> [Orphan] {
        // A live runner holds the lock; one that is just deciding holds the gate.
        guard (try? file.tryLock(.gate)) == true else { return [] }
        defer { file.unlock(.gate) }
        guard (try? file.tryLock(.onlyLive)) == true else { return [] }
        defer { file.unlock(.onlyLive) }
        guard let journal = try? file.read() else { return [] }
        return journal.works.filter { $0.isOpen && $0.intent.service == Service.name }.compactMap { orphan($0, in: file, stops: stops) }
    }

    private func orphan(_ work: RunJournal.Work, in file: JournalFile, stops: Bool) -> Orphan? {
        guard let id = Service.id(of: work) else { return nil }
        var orphan = Orphan(
            id: id, identity: work.intent.identity, service: Service.name, intendedAt: work.intendedAt, state: work.isDetached ? .detached : .running)
        switch look(id) {
        case .running: break
        case .over(let outcome):
            try? file.append([.ended(name: work.intent.name, outcome: outcome)], at: now)
            return nil
        case .missing: return nil
        case .unknown(let reason):
            (orphan.state, orphan.problem) = (.unknown, reason)
            return orphan
        }
        guard stops, !work.isDetached else { return orphan }
        if stop(work, in: file, by: "operator", reason: "\(work.intent.runText): its runner is gone; stopped by awsjob orphans --stop") == .done {
            orphan.state = .stopped
        } else {
            orphan.problem = "AWS has not confirmed the stop"
        }
        return orphan
    }
}
