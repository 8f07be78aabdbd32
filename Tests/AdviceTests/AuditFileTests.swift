import Advice
import Effects
import Foundation
import JSON
import Testing
import TestSupport

/// Whoever changes what was recorded is found out.
@Suite struct AuditFileTests {
    let folder: URL
    let file: AuditFile

    init() throws {
        folder = try Scratch.folder()
        file = AuditFile(folder.appending(path: "advice/audit.jsonl").path)
    }

    private func entry(_ number: Int) -> AuditEntry {
        Advice.entry(number, job: "eod_\(number)", instance: "ACE", run: "7/1", notes: ["class": "S3_THROTTLE", "action": "immediate"], evidence: nil, at: Timestamp(millisecondsSinceEpoch: Int64(number) * 1000))
    }

    private func write(_ count: Int) throws {
        for _ in 0..<count { _ = try file.append(clock: SystemClock()) { [entry($0.nextAdvice)] } }
    }

    private var text: String {
        get throws { try String(contentsOfFile: file.path, encoding: .utf8) }
    }

    private func rewrite(_ text: String) throws { try text.write(toFile: file.path, atomically: false, encoding: .utf8) }

    @Test func aWholeFile() throws {
        try write(5)
        let content = try file.read()
        #expect(content.damage == nil)
        #expect(content.entries == (1...5).map(entry))
        let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test func aFileThatIsNotThere() throws {
        #expect(try file.read().entries.isEmpty)
        #expect(try file.read().damage == nil)
    }

    @Test func anyChangeOfAnyLineIsFound() throws {
        try write(4)
        let lines = try text.split(separator: "\n").map(String.init)
        for index in lines.indices {
            var changed = lines
            changed[index] = changed[index].replacingOccurrences(of: "eod_", with: "eof_")
            try rewrite(changed.joined(separator: "\n") + "\n")
            #expect(try #require(try file.read().damage).hasPrefix("line \(index + 1) was changed"))
            var shorter = lines
            shorter.remove(at: index)
            try rewrite(shorter.joined(separator: "\n") + "\n")
            #expect(try file.read().damage != nil)
            var swapped = lines
            swapped.swapAt(index, (index + 1) % lines.count)
            try rewrite(swapped.joined(separator: "\n") + "\n")
            #expect(try file.read().damage != nil)
            var spaced = lines
            spaced[index] = spaced[index].replacingOccurrences(of: ",", with: ", ")
            try rewrite(spaced.joined(separator: "\n") + "\n")
            #expect(try file.read().damage != nil)
        }
        try rewrite("")
        #expect(try file.read().damage == "4 lines are missing at the end")
    }

    @Test func nothingIsAddedToADamagedFile() throws {
        try write(3)
        try rewrite(try text.replacingOccurrences(of: "eod_2", with: "eod_9"))
        let before = try text
        #expect(throws: AuditError.self) { _ = try file.append(clock: SystemClock()) { [entry($0.nextAdvice)] } }
        #expect(try text == before)
    }

    /// A crash or a full disk in the middle of a line.
    @Test func halfALineIsNoDamage() throws {
        try write(3)
        let whole = try text
        for cut in [1, 20, 150] {
            try rewrite(whole + String(whole.prefix(cut)))
            #expect(try file.read().damage == nil)
            #expect(try file.read().entries.count == 3)
            _ = try file.append(clock: SystemClock()) { [entry($0.nextAdvice)] }
            #expect(try file.read().damage == nil)
            #expect(try file.read().entries.count == 4)
            try rewrite(whole)
            try? FileManager.default.removeItem(atPath: file.path + ".head")
            try #require(try file.read().damage?.contains("head is missing") == true)
            try write(0)
            try JSONValue.object([.init("n", 3), .init("hash", JSONValue(parsing: String(whole.split(separator: "\n")[2]))["hash"] ?? .null)]).text
                .write(toFile: file.path + ".head", atomically: true, encoding: .utf8)
        }
    }

    /// Writers in other processes, as far as locks go: each has a descriptor of its own.
    @Test func manyWriters() async throws {
        let file = file
        await withTaskGroup(of: Void.self) { group in
            for writer in 0..<8 {
                group.addTask {
                    for turn in 0..<12 {
                        _ = try? file.append(clock: SystemClock()) { content in
                            [Advice.entry(content.nextAdvice, job: "w\(writer)-\(turn)", instance: nil, run: nil, notes: [:], evidence: nil, at: Timestamp(millisecondsSinceEpoch: 0))]
                        }
                    }
                }
            }
        }
        let content = try file.read()
        #expect(content.damage == nil)
        #expect(content.entries.map(\.advice) == Array(1...96))
        #expect(Set(content.entries.compactMap { $0["job"]?.string }).count == 96)
    }
}
