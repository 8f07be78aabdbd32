import CPosix
import Effects
import Glibc

/// The file of a SQLite store as the file system sees it.
struct StoreFile {
    let path: String

    var exists: Bool { access(path, F_OK) == 0 }

    /// For its owner alone from the start; SQLite gives its other files the same mode.
    func create() throws(FileError) {
        if let slash = path.lastIndex(of: "/") { try createFolder(String(path[..<slash])) }
        let fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard fd >= 0 else { throw FileError(action: "create", path: path) }
        close(fd)
    }

    /// Causes and names of work are for its owner. True when others could read it until now.
    func closeToOthers() throws(FileError) -> Bool {
        var place = stat()
        guard stat(path, &place) == 0 else { throw FileError(action: "look at", path: path) }
        guard place.st_mode & 0o077 != 0 else { return false }
        guard chmod(path, 0o600) == 0 else { throw FileError(action: "close to others", path: path) }
        for suffix in Self.companions { chmod(path + suffix, 0o600) }
        return true
    }

    /// Beside the database, while it is open or after a crash.
    static let companions = ["-wal", "-shm", "-journal"]

    /// Moves the file out of the way with all that belongs to it; its new name.
    func setAside(at time: Timestamp) throws(FileError) -> String {
        let aside = path + ".damaged-" + time.amzDate
        guard rename(path, aside) == 0 else { throw FileError(action: "rename", path: path) }
        for suffix in Self.companions { rename(path + suffix, aside + suffix) }
        return aside
    }

    /// Write-ahead logging shares memory between processes, which file systems of the network do not.
    var isOnNetwork: Bool {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        return Self.isNetwork(type: awsjob_file_system(folder))
    }

    /// Numbers of statfs(2): NFS, SMB, CIFS, SMB2, AFS, Ceph, 9P, FUSE, Lustre, GPFS.
    static func isNetwork(type: UInt32) -> Bool {
        [0x6969, 0x517b, 0xff53_4d42, 0xfe53_4d42, 0x5346_414f, 0x00c3_6400, 0x0102_1997, 0x6573_5546, 0x0bd0_0bd0, 0x4750_4653].contains(type)
    }
}
