import CPosix
package import Effects
import Glibc

/// Where the program keeps its own state: journals, and its configuration unless that is named.
package struct StateDirectory: Equatable, Sendable {
    package let path: String

    /// AWSJOB_STATE_DIR; else /var/lib/awsjob/<user> where the program was installed; else ~/.local/state/awsjob of the
    /// password entry (a job may have no HOME), and without any home a folder in /tmp that nobody else has made.
    package init(environment: Environment, account: UserAccount?, installed: String = "/var/lib/awsjob") {
        if let given = environment.nonBlank("AWSJOB_STATE_DIR") {
            path = given.hasPrefix("/") ? given : StateDirectory.absolute(given)
        } else if let account, Self.isOwn(installed + "/" + account.name, under: installed) {
            path = installed + "/" + account.name
        } else if let home = account?.home ?? environment.nonBlank("HOME") {
            path = home + "/.local/state/awsjob"
        } else {
            let place = "/tmp/awsjob-\(getuid())"
            path = Self.isOwn(place, under: "/tmp") ? place : "/nonexistent/awsjob"
        }
    }

    /// Somebody else may have made a folder of our name where everybody may.
    private static func isOwn(_ path: String, under folder: String) -> Bool {
        var place = stat()
        guard lstat(path, &place) == 0 else { return access(folder, W_OK) == 0 }
        return place.st_uid == getuid() && place.st_mode & S_IFMT == S_IFDIR
    }

    private static func absolute(_ path: String) -> String {
        guard let folder = getcwd(nil, 0) else { return path }
        defer { free(folder) }
        return String(cString: folder) + "/" + path
    }

    package var journals: String { path + "/journal" }
    /// A symbolic link for every runner whose run is not in the history yet, to its journal.
    package var unrecorded: String { path + "/unrecorded" }
    package var history: String { path + "/history.sqlite" }
    package var configuration: String { path + "/config" }

    /// The journal files of all runs.
    package func journalPaths() -> [String] {
        Self.names(in: journals).filter { $0.hasSuffix(".jsonl") }.map { journals + "/" + $0 }.sorted()
    }

    static func names(in path: String) -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
