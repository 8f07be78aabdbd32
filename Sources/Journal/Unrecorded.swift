package import Effects
import Glibc

/// Runners whose run is not in the history yet: for each a symbolic link, named after the runner, to its journal. So nobody
/// has to read all journals to find what a dead runner or a failed write has left out. A link outlives the death of its
/// process; it becomes durable with the next sync of the journal, as file systems with a log of their own write both.
package struct Unrecorded {
    private let directory: StateDirectory

    package init(_ directory: StateDirectory) {
        self.directory = directory
    }

    package struct Entry: Equatable, Sendable {
        package let owner: String
        package let journal: String

        package init(owner: String, journal: String) {
            (self.owner, self.journal) = (owner, journal)
        }
    }

    package func add(_ owner: String, journal: String) throws(FileError) {
        try createFolder(directory.unrecorded)
        let link = directory.unrecorded + "/" + owner
        guard symlink("../journal/" + Self.lastName(journal), link) == 0 || errno == EEXIST else { throw FileError(action: "create", path: link) }
    }

    package func remove(_ owner: String) {
        unlink(directory.unrecorded + "/" + owner)
    }

    package func all() -> [Entry] {
        StateDirectory.names(in: directory.unrecorded).compactMap { owner in
            var target = [CChar](repeating: 0, count: 1024)
            let count = readlink(directory.unrecorded + "/" + owner, &target, target.count)
            guard count > 0 else { return nil }
            let path = String(decoding: target[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
            return Entry(owner: owner, journal: directory.journals + "/" + Self.lastName(path))
        }
    }

    private static func lastName(_ path: String) -> String { String(path.split(separator: "/").last ?? "") }
}
