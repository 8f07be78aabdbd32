import Effects
import Glibc
import Journal

/// Whether journals can be kept: promise 1 rests on them.
struct StateDirectoryCheck {
    private let path: String

    init(_ directory: StateDirectory) {
        path = directory.path
    }

    private static let next = "name a local directory of this user's in AWSJOB_STATE_DIR; without it a restart knows of earlier work through AWS alone"
    /// Bytes: room for thousands of journals.
    private static let enough: UInt64 = 64 << 20

    var finding: Finding {
        do throws(FileError) {
            try createFolder(path)
            let probe = path + "/doctor.\(getpid())"
            defer { unlink(probe) }
            var file = try AtomicFile(probe)
            try file.commit(Array("written by awsjob doctor\n".utf8))
            let lock = open(probe, O_RDWR | O_CLOEXEC)
            guard lock >= 0 else { throw FileError(action: "open", path: probe) }
            defer { close(lock) }
            guard flock(lock, LOCK_EX | LOCK_NB) == 0 else { throw FileError(action: "lock", path: probe) }
        } catch {
            return Finding("state", .failed, "\(error)", next: Self.next)
        }
        var place = stat()
        var system = statvfs()
        guard stat(path, &place) == 0, statvfs(path, &system) == 0 else { return Finding("state", .failed, "\(FileError(action: "look at", path: path))", next: Self.next) }
        let (mode, free) = (place.st_mode & 0o777, UInt64(system.f_bavail) * UInt64(system.f_frsize))
        if mode & 0o022 != 0 { return Finding("state", .warning, "\(path) may be written by others (mode \(String(mode, radix: 8)))", next: "chmod 700 \(path)") }
        if free < Self.enough { return Finding("state", .warning, "\(path) has only \(free >> 20) MB left", next: "make room") }
        return Finding("state", .ok, "\(path) can be written and locked, \(free >> 20) MB free")
    }
}
