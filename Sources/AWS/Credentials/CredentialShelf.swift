import Digest
import Effects
import Glibc
import JSON

/// Keys that the runners of one user share, so that hundreds that start at once ask STS or the metadata service once.
/// One file for each source, readable by its owner alone; whatever looks otherwise is taken for not there.
package struct CredentialShelf: Sendable {
    let folder: String

    /// `folder` is made when first needed.
    package init(folder: String) {
        self.folder = folder
    }

    struct Entry: Equatable {
        let credentials: Credentials
        let obtained: Timestamp
    }

    /// `key`: everything that determines the keys.
    func place(_ key: [String]) -> Place {
        Place(name: SHA256.hash(Array(key.joined(separator: "\0").utf8)).hex, folder: folder)
    }

    struct Place {
        /// The hash of the key.
        let name: String
        let folder: String

        private var path: String { folder + "/" + name }

        func read() -> Entry? {
            guard isOwn(folder) else { return nil }
            let fd = open(path + ".json", O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
            guard fd >= 0 else { return nil }
            defer { close(fd) }
            var file = stat()
            guard fstat(fd, &file) == 0, file.st_mode & S_IFMT == S_IFREG, file.st_uid == geteuid(), file.st_mode & 0o077 == 0,
                let bytes = try? SystemFiles.readAll(fd, name: path, limit: 1 << 16), let entry = try? JSONValue(parsing: bytes),
                entry["key"]?.string == name, let id = entry["accessKeyId"]?.string, let secret = entry["secretAccessKey"]?.string,
                let source = entry["source"]?.string, let expiration = entry["expiration"]?.int64, let obtained = entry["obtained"]?.int64
            else { return nil }
            let credentials = Credentials(
                accessKeyID: id, secretAccessKey: secret, sessionToken: entry["sessionToken"]?.string,
                expiration: Timestamp(millisecondsSinceEpoch: expiration), source: source)
            return Entry(credentials: credentials, obtained: Timestamp(millisecondsSinceEpoch: obtained))
        }

        /// Only while the lock is held. Keys that do not expire are not kept.
        func write(_ entry: Entry) throws(FileError) {
            guard let expiration = entry.credentials.expiration else { return }
            let keys = entry.credentials
            let text: JSONValue = [
                "key": .string(name), "accessKeyId": .string(keys.accessKeyID), "secretAccessKey": .string(keys.secretAccessKey),
                "sessionToken": JSONValue(keys.sessionToken), "expiration": .number(String(expiration.millisecondsSinceEpoch)),
                "obtained": .number(String(entry.obtained.millisecondsSinceEpoch)), "source": .string(keys.source),
            ]
            var file = try AtomicFile(path + ".json")
            try file.commit(Array(text.text.utf8))
        }

        /// Busy while another process fetches these keys.
        func lock() -> ShelfLock.Answer {
            guard (try? createFolder(folder)) != nil, isOwn(folder) else { return .unavailable }
            return ShelfLock.take(path + ".lock")
        }

        private func isOwn(_ folder: String) -> Bool {
            var place = stat()
            return lstat(folder, &place) == 0 && place.st_mode & S_IFMT == S_IFDIR && place.st_uid == geteuid() && place.st_mode & 0o022 == 0
        }
    }
}
