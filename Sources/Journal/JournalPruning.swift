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

    /// Journals without a line since `time`: how many. `deletes`: they are gone afterwards. At most `limit` are looked at.
    package func prune(before time: Timestamp, deletes: Bool, limit: Int = .max) -> Int {
        let unrecorded = Set(Unrecorded(directory).all().map(\.journal))
        let old = directory.journalPaths().prefix(limit).filter { !unrecorded.contains($0) && Self.isOlder($0, than: time) }
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
