import Foundation
import Testing
import TestSupport

/// A line of Cases/*.txt: what stands between « and » must be masked, and nothing else.
struct Case: Sendable, CustomTestStringConvertible {
    /// File and line.
    let testDescription: String
    let text: String
    /// With `<>` for each secret, terminal codes gone.
    let expected: String
    let secrets: [String]

    static let all: [Case] = {
        let folder = Repository.root.appending(path: "Tests/RedactionTests/Cases")
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()) ?? []
        return files.flatMap { file -> [Case] in
            let lines = (try? Repository.text("Tests/RedactionTests/Cases/\(file)")) ?? ""
            return lines.components(separatedBy: "\n").enumerated().compactMap { number, line in
                line.isEmpty || line.hasPrefix("#") ? nil : Case(place: "\(file):\(number + 1)", line: line)
            }
        }
    }()

    private init(place: String, line: String) {
        let line = line.replacingOccurrences(of: "⏎", with: "\n").replacingOccurrences(of: "␛", with: "\u{1b}").replacingOccurrences(of: "⇥", with: "\t")
        testDescription = place
        text = line.filter { $0 != "«" && $0 != "»" }
        secrets = line.matches(of: /«([^»]*)»/).map { String($0.output.1) }
        expected = Self.plain(line.replacing(/«[^»]*»/, with: "<>"))
    }

    /// Without colours.
    static func plain(_ text: String) -> String { text.replacing(/\u{1b}\[[0-9;]*m/, with: "") }
}
