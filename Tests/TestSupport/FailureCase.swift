package import Diagnosis
import Foundation

/// A failure in a file of `DiagnosisTests/Failures`: what is expected of it, then `---`, then its log, byte for byte.
package struct FailureCase: Sendable {
    package let name: String
    /// A class of the catalogue, or UNKNOWN.
    package let expected: String
    package let action: String?
    package let evidence: [Int]
    package let exitCode: Int?
    package let reason: String?
    package let log: [UInt8]

    private init(_ url: URL) throws {
        name = url.deletingPathExtension().lastPathComponent
        let bytes = Array(try Data(contentsOf: url))
        let mark = Array("\n---\n".utf8)
        let end = bytes.indices.first { bytes[$0...].starts(with: mark) } ?? bytes.count
        let head = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\n")
        func value(_ key: String) -> String? {
            head.first { $0.hasPrefix(key + ": ") }.map { String($0.dropFirst(key.count + 2)) }
        }
        expected = value("class") ?? ""
        action = value("action")
        evidence = value("evidence")?.split(separator: " ").compactMap { Int($0) } ?? []
        exitCode = value("exit-code").flatMap { Int($0) }
        reason = value("reason")
        log = Array(bytes[min(bytes.count, end + mark.count)...])
    }

    package init(log: String, exitCode: Int? = nil, reason: String? = nil) {
        (name, expected, action, evidence) = ("", "", nil, [])
        (self.exitCode, self.reason, self.log) = (exitCode, reason, Array(log.utf8))
    }

    /// `tune` was looked at while the catalogue was written, `once` not.
    package static func all(_ part: String) throws -> [FailureCase] {
        let folder = Repository.root.appending(path: "Tests/DiagnosisTests/Failures/\(part)")
        return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "case" }.sorted { $0.path < $1.path }.map(FailureCase.init)
    }

    package func evidence(_ catalogue: Catalogue) -> Evidence {
        var scan = LogScan(catalogue, mask: Unmasked())
        scan.read(log)
        var evidence = Evidence(log: scan.finish())
        evidence.exitCode = exitCode
        if let reason { evidence.reasons = [reason] }
        return evidence
    }

    package func notes(_ catalogue: Catalogue) -> Notes { Notes(evidence(catalogue), catalogue) }

    /// What a model is shown of the log.
    package func excerpt(_ catalogue: Catalogue) -> [ExcerptLine] {
        var reduction = LogReduction(catalogue)
        reduction.read(log)
        return reduction.finish(budget: 8192)
    }

    package var lines: [[UInt8]] {
        log.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { $0.last == UInt8(ascii: "\r") ? Array($0.dropLast()) : Array($0) }
    }
}
