import Diagnosis
import Digest
import Effects
import Journal
import Runs
import Supervision

/// What the last good runs of one job have logged, in a file of its own beside the history: hashes of kinds of lines, a line a
/// run, the newest last; no text. Of another host's runs it knows nothing. What cannot be read or written is as if nothing
/// were known.
struct UsualLines {
    private let path: String
    private static let runs = 3
    /// Pieces of some 256 KiB of a log that are looked at, at its beginning and at its end.
    private static let pieces = (first: 1, last: 1)

    fileprivate init(_ path: String) {
        self.path = path
    }

    private var known: [Baseline] {
        guard let bytes = try? PrivateFile(path).readIfPresent(limit: 65_536) else { return [] }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").suffix(Self.runs).map { Baseline(text: $0) }
    }

    var baseline: Baseline { known.reduce(into: Baseline()) { $0.formUnion($1) } }

    /// Masked, as the lines are that they will be compared with.
    func learn(_ log: LogCopy, _ mask: ([UInt8]) -> [UInt8]) {
        let (pieces, (first, last)) = (log.pieces, Self.pieces)
        var run = Baseline()
        for piece in pieces.prefix(first) + pieces.dropFirst(first).suffix(last) { run.add(mask(piece)) }
        guard !run.isEmpty, let slash = path.lastIndex(of: "/") else { return }
        let text = (known.suffix(Self.runs - 1) + [run]).map { $0.text + "\n" }.joined()
        try? createFolder(String(path[..<slash]))
        try? PrivateFile(path).replace(Array(text.utf8))
    }
}

extension Program {
    func usualLines(of job: String, _ instance: String) -> UsualLines {
        let digest = SHA256.hash(Array("\(instance)\0\(job)".utf8)).hex
        return UsualLines("\(stateDirectory.path)/usual/\(RunName.legal(job).prefix(64))-\(digest.prefix(16))")
    }
}
