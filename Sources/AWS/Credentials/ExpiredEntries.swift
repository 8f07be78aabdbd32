import Effects
import Glibc

extension CredentialShelf {
    /// Removes what has expired by `now` or makes no sense, and what writers that were killed have left of it. Places that
    /// somebody is busy with stay as they are.
    func removeExpired(by now: Timestamp) {
        let names = fileNames
        for name in names where name.hasSuffix(".lock") {
            let place = Place(name: String(name.dropLast(".lock".count)), folder: folder)
            guard case .held(let lock) = place.lock() else { continue }
            defer { _ = lock }
            if let end = place.read()?.credentials.expiration, end > now { continue }
            // The lock itself last: nobody may write here as long as something is still to be removed.
            let others = names.filter { $0.hasPrefix(place.name + ".") && $0 != name }
            for file in others + [name] { unlink(folder + "/" + file) }
        }
    }

    private var fileNames: [String] {
        guard let folder = opendir(folder) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            names.append(withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
        }
        return names
    }
}
