import Glibc

/// One process at a time. Held until it goes out of scope or the process ends.
struct ShelfLock: ~Copyable {
    private let fd: Int32

    private init(fd: Int32) {
        self.fd = fd
    }

    deinit { close(fd) }

    enum Answer: ~Copyable {
        case held(ShelfLock)
        /// Another process holds it.
        case busy
        /// None is to be had here, however long one waits: no permission, no room, or a file system without locks.
        case unavailable
    }

    /// Does not wait. A lock file may be removed by whoever holds it, and a lock on a file that no longer has its name shuts
    /// nobody out: then the file that has the name by now is locked.
    static func take(_ path: String) -> Answer {
        for _ in 0..<10 {
            let fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
            guard fd >= 0 else { return .unavailable }
            guard flock(fd, LOCK_EX | LOCK_NB) == 0 else {
                let isBusy = errno == EWOULDBLOCK
                close(fd)
                return isBusy ? .busy : .unavailable
            }
            var (locked, named) = (stat(), stat())
            if fstat(fd, &locked) == 0, lstat(path, &named) == 0, (locked.st_dev, locked.st_ino) == (named.st_dev, named.st_ino) {
                return .held(ShelfLock(fd: fd))
            }
            close(fd)
        }
        return .busy
    }
}
