import CPosix
package import Effects
import Glibc

/// Deletes journals of runs that are over and recorded. Never one of a live run, of work that may still run, or of a run that
/// is not in the history.
package struct JournalPruning {
    private let directory: StateDirectory

    package init(_ directory: StateDirectory) {
        self.directory = directory
    }

    /// What every runner does at its end, and one of them a day carries out.
    package func pruneDaily(before time: Timestamp, now: Timestamp) {
        let stamp = directory.path + "/pruned"
        let isDue = Self.isOlder(stamp, than: now + .seconds(-86_400))
        guard isDue || access(stamp, F_OK) != 0 else { return }
        // From its new time on the others leave it to us.
        let fd = awsjob_open(stamp, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard fd >= 0 else { return }
        futimens(fd, nil)
        close(fd)
        if isDue { _ = prune(before: time, deletes: true) }
    }

    /// Journals without a line since `time`: how many. `deletes`: they are gone afterwards.
    package func prune(before time: Timestamp, deletes: Bool) -> Int {
        let unrecorded = Set(Unrecorded(directory).all().map(\.journal))
        let old = directory.journalPaths().filter { !unrecorded.contains($0) && Self.isOlder($0, than: time) }
        return old.reduce(0) { $0 + (Self.prune($1, deletes: deletes) ? 1 : 0) }
    }

    private static func isOlder(_ path: String, than time: Timestamp) -> Bool {
        var place = stat()
        return lstat(path, &place) == 0 && Int64(place.st_mtim.tv_sec) * 1000 < time.millisecondsSinceEpoch
    }

    /// Under the gate: a runner that starts just now finds its journal gone, and begins another.
    private static func prune(_ path: String, deletes: Bool) -> Bool {
        guard let file = try? JournalFile(existing: path), (try? file.tryLock(.gate)) == true else { return false }
        defer { file.unlock(.gate) }
        guard !file.isLive, let journal = try? file.read(), !journal.works.contains(where: \.isOpen) else { return false }
        return !deletes || unlink(path) == 0
    }
}
