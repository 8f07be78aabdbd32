import Glibc

/// An entry of the password database.
package struct UserAccount: Equatable, Sendable {
    package let name: String
    package let home: String

    /// The user this process runs as, by the system's own look-up.
    package static func current() -> UserAccount? {
        guard let entry = getpwuid(getuid()) else { return nil }
        return UserAccount(name: String(cString: entry.pointee.pw_name), home: String(cString: entry.pointee.pw_dir))
    }

    /// Reads the local file only (passwd(5)); never a directory service.
    package static func inPasswdFile(uid: UInt32, path: String) -> UserAccount? {
        guard let bytes = try? SystemFiles().read(path, limit: 4 << 20) else { return nil }
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            let fields = line.split(separator: ":", omittingEmptySubsequences: false)
            if fields.count >= 6, fields[2] == String(uid) {
                return UserAccount(name: String(fields[0]), home: String(fields[5]))
            }
        }
        return nil
    }
}
