package import Effects
package import Journal

/// The run's journal as the supervisor uses it. When it cannot be written the run goes on; the warning says what is lost.
package final class RunLog {
    private var file: JournalFile?
    private var isWritable = true
    private let clock: any Clock
    private let warn: (String) -> Void

    package init(path: String, clock: any Clock, warn: @escaping (String) -> Void) {
        self.clock = clock
        self.warn = warn
        do {
            file = try JournalFile(creating: path)
        } catch {
            giveUp(error)
        }
    }

    /// Nil once the file does not tell the truth any more. Its locks are kept.
    package var path: String? { isWritable ? file?.path : nil }

    /// Without a journal there is nothing to wait for.
    package func tryLock(_ lock: JournalFile.Lock) -> Bool {
        guard let file, isWritable else { return true }
        do {
            return try file.tryLock(lock)
        } catch {
            giveUp(error)
            return true
        }
    }
    package func unlock(_ lock: JournalFile.Lock) { file?.unlock(lock) }

    package func read() -> RunJournal {
        guard let file else { return RunJournal() }
        do {
            return try file.read()
        } catch {
            giveUp(error)
            return RunJournal()
        }
    }

    package func record(_ records: JournalRecord...) { record(records) }

    /// Durable together, in one write.
    package func record(_ records: [JournalRecord]) {
        guard !records.isEmpty, let file, isWritable else { return }
        do {
            try file.append(records, at: clock.now)
        } catch {
            giveUp(error)
        }
    }

    package func syncFolder() { file?.syncFolder() }

    private func giveUp(_ error: FileError) {
        isWritable = false
        warn("\(error); without its journal this run is found again by its name in AWS alone, and awsjob orphans does not see it")
    }
}
