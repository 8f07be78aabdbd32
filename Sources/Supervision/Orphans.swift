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

    /// The name, where AWS never told the id.
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
        guard let journal = try? file.read() else { return [] }
        let open = journal.works.filter { $0.isOpen && $0.intent.service == Service.name && Self.isStoppable($0) }
        guard (try? file.tryLock(.gate)) == true else {
            // A runner or a guardian is at work on it, and does not get on.
            return open.map { listed($0, Service.id(of: $0), .unknown, "another runner or guardian is at work on it") }
        }
        defer { file.unlock(.gate) }
        // A live runner holds the lock.
        guard (try? file.tryLock(.onlyLive)) == true else { return [] }
        defer { file.unlock(.onlyLive) }
        return open.compactMap { orphan($0, in: file, stops: stops) }
    }

    private func listed(_ work: RunJournal.Work, _ id: WorkloadID?, _ state: Orphan.State, _ problem: String?) -> Orphan {
        Orphan(id: id ?? WorkloadID(work.intent.name), identity: work.intent.identity, service: Service.name, intendedAt: work.intendedAt, state: state, problem: problem)
    }

    private func orphan(_ work: RunJournal.Work, in file: JournalFile, stops: Bool) -> Orphan? {
        let id: WorkloadID
        switch locate(work, in: file) {
        case .at(let found): id = found
        case .missing: return listed(work, nil, .unknown, "AWS never confirmed its start and shows no \(Service.noun) of that name")
        case .unknown(let reason): return listed(work, nil, .unknown, reason)
        }
        var orphan = listed(work, id, work.isDetached ? .detached : .running, nil)
        switch look(id, redrives: work.redrives, notBefore: Self.notBefore(work)) {
        case .running: break
        case .over(let outcome):
            try? file.append([.ended(name: work.intent.name, outcome: outcome.masked(mask))], at: now)
            return nil
        case .missing:
            // AWS keeps ended work for days, and may show new work late.
            guard let began = work.intendedAt, now - began < .seconds(3600) else { return nil }
            return listed(work, id, .unknown, "AWS does not show it")
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
