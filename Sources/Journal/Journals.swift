import Effects
package import Runs

/// All journals of a state directory.
package struct Journals {
    private let directory: StateDirectory

    package init(_ directory: StateDirectory) {
        self.directory = directory
    }

    package struct Found {
        package let path: String
        package let work: RunJournal.Work
    }

    private func all() -> [Found] {
        directory.journalPaths().flatMap { path -> [Found] in
            guard let file = try? JournalFile(existing: path), let journal = try? file.read() else { return [] }
            return journal.works.map { Found(path: path, work: $0) }
        }
    }

    /// `RunIdentity.key` of each run whose work may run.
    package func openRuns() -> Set<String> {
        Set(all().filter(\.work.isOpen).compactMap { $0.work.intent.identity?.key })
    }

    package func work(withID id: String) -> Found? {
        all().last { $0.work.id == id }
    }

    /// Work of that name and target that another run than `identity` has started.
    package func hasWork(named name: String, target: String, ofOtherThan identity: RunIdentity?) -> Bool {
        all().contains { found in
            let theirs = found.work.intent.identity
            let isOther = theirs == nil || theirs?.key != identity?.key
            return found.work.intent.name == name && found.work.intent.target == target && !found.work.wasRefused && isOther
        }
    }

    /// `JOB[:RUN[/TRY]]`; the newest when several match.
    package func work(ofRun text: String) -> Found? {
        let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
        guard let job = parts.first else { return nil }
        let run = parts.count > 1 ? parts[1].split(separator: "/", maxSplits: 1).map(String.init) : []
        let matching = all().filter { found in
            guard let identity = found.work.intent.identity, identity.job == job, !found.work.wasRefused else { return false }
            let isRun = run.isEmpty || identity.run == run[0]
            let isTry = run.count < 2 || Int(run[1]).map(found.work.attempts.contains) == true
            return isRun && isTry
        }
        return matching.max { ($0.work.intendedAt?.millisecondsSinceEpoch ?? 0) < ($1.work.intendedAt?.millisecondsSinceEpoch ?? 0) }
    }
}
