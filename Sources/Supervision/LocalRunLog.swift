package import Effects
package import Journal
package import Runs

/// The run's journal, a file of this host. When it cannot be written the run goes on; the warning says what is lost.
package final class LocalRunLog: RunLog {
    private var file: JournalFile?
    private var isWritable = true
    private let directory: StateDirectory
    private let clock: any Clock
    private let warn: (String) -> Void
    /// What it means to be without a journal.
    private let loss: String
    /// For all that is kept of a run.
    package let mask: Mask
    /// This runner, once it has begun to note what it does.
    private var owner: String?
    private var notedBytes = 0
    private var unnoted = 0

    package init(
        path: String, in directory: StateDirectory, clock: any Clock, mask: @escaping Mask, loss: String = LocalRunLog.lossOfWork, warn: @escaping (String) -> Void
    ) {
        self.loss = loss
        self.directory = directory
        self.clock = clock
        self.mask = mask
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
            let isLocked = try file.tryLock(lock)
            guard isLocked, lock == .gate, file.isUnlinked else { return isLocked }
            // Pruned between our opening it and now: nobody else meets us in it.
            self.file = try JournalFile(creating: file.path)
            return tryLock(lock)
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

    /// Together in one write, which outlives a loss of power unless it need not be `isDurable`.
    package func record(_ records: [JournalRecord], isDurable: Bool) { append(lines(records), isDurable: isDurable) }

    /// As they are kept.
    func lines(_ records: [JournalRecord]) -> [String] { records.map { $0.masked(mask).line(at: clock.now) } }

    /// Whole lines of a journal.
    func append(_ lines: [String], isDurable: Bool) {
        guard !lines.isEmpty, let file, isWritable else { return }
        do {
            try file.append(lines: lines, isDurable: isDurable)
        } catch {
            giveUp(error)
        }
    }

    /// Lines of the run that were written elsewhere, those that are not here yet.
    func take(_ lines: [String]) {
        guard let file, isWritable else { return }
        do {
            try file.take(lines)
        } catch {
            giveUp(error)
        }
    }

    package func syncFolder() { file?.syncFolder() }

    // MARK: Across hosts: there are none

    package func catchUp() -> Bool { false }

    package func claim(_ records: [JournalRecord]) -> Bool {
        record(records)
        return true
    }

    package func sender(_ owner: String) -> Sender { .here }

    package func settle() {}

    // MARK: For the history

    /// From here on this runner notes what it does.
    package func begin(_ runner: RunnerNote.Runner) {
        guard let file, isWritable else { return }
        do {
            try Unrecorded(directory).add(runner.owner, journal: file.path)
            owner = runner.owner
            append(RunnerNote.began(runner).masked(mask))
        } catch {
            warn("\(error); \(Self.lossOfRecord)")
        }
    }

    /// What was printed; all of an ordinary run, of a very long one the beginning.
    package func note(_ event: RunEvent) {
        guard let owner else { return }
        guard notedBytes < Self.noteLimit else { return unnoted += 1 }
        // Before it is cut: half a secret is none that anybody would know.
        var event = event.masked(mask)
        if event.message.utf8.count > 8192 { event.message = String(event.message.prefix(2048)) + "…" }
        notedBytes += event.message.utf8.count + 100
        append(.event(owner: owner, event))
    }

    /// The last note of this runner. False when there is nothing to write a history from.
    package func finish(_ end: RunnerNote.RunnerEnd) -> Bool {
        guard let owner else { return false }
        var end = end
        end.unnoted = unnoted
        // What the scheduler was given is durable already; the rest is, once the store has it.
        append(RunnerNote.finished(owner: owner, end).masked(mask))
        self.owner = nil
        return isWritable
    }

    private static var noteLimit: Int { 512 << 10 }

    private func append(_ note: RunnerNote) {
        guard let file, isWritable else { return }
        do {
            try file.append(note, at: clock.now, isDurable: false)
        } catch {
            giveUp(error)
        }
    }

    private func giveUp(_ error: FileError) {
        isWritable = false
        warn("\(error); without its journal \(loss)")
    }

    package static let lossOfWork = "this run is found again by its name in AWS alone, and awsjob orphans does not see it"
    package static let lossOfRecord = "this run will not be in the history"
}
