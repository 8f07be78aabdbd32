import Effects
import Foundation
import JSON
import Journal
import Runs
import Supervision
import Testing

@Suite struct VisibleTests {
    @Test func controlCharactersBecomeVisible() {
        #expect(Visible.line("a\u{1b}[31mb\tc\r\u{0}\u{7f}\u{9b}\u{202e}d") == "a\\x1b[31mb\tc\\x0d\\x00\\x7f\\x9b\\u{202e}d")
        #expect(Visible.line("Grüße 😀") == "Grüße 😀")
    }

    @Test func longMessagesKeepTheirBeginningAndTheNextStep() {
        let line = OperatorMessage(String(repeating: "ä", count: 400) + "\nx", next: "do it").line
        #expect(line.utf8.count <= 299)
        #expect(line.hasPrefix("awsjob: ää"))
        #expect(line.hasSuffix("…. Next: do it"))
    }
}

@Suite struct JournalTests {
    private let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString)/journal/run.jsonl").path
    private let now = Timestamp(iso8601: "2026-11-21T01:02:03Z")!

    private func intent(_ name: String, attempt: Int) -> JournalRecord {
        .intent(
            .init(
                attempt: attempt, service: "stepfunctions", target: "arn", name: name, inputDigest: "d", owner: "me",
                identity: RunIdentity(instance: "ACE", job: "j", autorun: "1/\(attempt)"),
                place: .init(region: "r", endpointURL: nil, profile: "p", caBundle: nil)))
    }

    @Test func recordsComeBackAsTheyWereWritten() throws {
        let file = try JournalFile(creating: path)
        var outcome = Outcome(kind: .failed, status: "FAILED")
        (outcome.error, outcome.failedStates) = ("E", ["A", "B"])
        try file.append([intent("n1", attempt: 1), .started(name: "n1", id: "arn:1")], at: now)
        try file.append([.ended(name: "n1", outcome: outcome), .returned(name: "n1", attempt: 1, code: 1)], at: now)
        let work = try #require(try JournalFile(existing: path).read().work(ofAttempt: 1))
        #expect(work.id == "arn:1")
        #expect(work.outcome == outcome)
        #expect(work.returned == [1: 1])
        #expect(work.intent.identity?.autorun == "1/1")
        #expect(!work.isOpen)
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
    }

    @Test func aTornLineIsPassedOverAndTheNextRecordIsWhole() throws {
        let file = try JournalFile(creating: path)
        try file.append([intent("n1", attempt: 1)], at: now)
        let handle = try #require(FileHandle(forWritingAtPath: path))
        handle.seekToEndOfFile()
        handle.write(Data("{\"record\":\"started\",\"na".utf8))
        try file.append([.started(name: "n1", id: "arn:1")], at: now)
        #expect(try file.read().work(ofAttempt: 1)?.id == "arn:1")
    }

    @Test func triesAreCountedWhereAutorunHasNone() throws {
        let file = try JournalFile(creating: path)
        #expect(try file.read().countedAttempt == 1)
        try file.append([intent("n1", attempt: 1)], at: now)
        #expect(try file.read().countedAttempt == 1)
        try file.append([.returned(name: "n1", attempt: 1, code: 113)], at: now)
        #expect(try file.read().countedAttempt == 1)
        try file.append([.returned(name: "n1", attempt: 1, code: 1)], at: now)
        #expect(try file.read().countedAttempt == 2)
    }

    @Test func locksExcludeOtherOpenings() throws {
        let first = try JournalFile(creating: path)
        let second = try JournalFile(existing: path)
        #expect(first.tryLock(.gate))
        #expect(!second.tryLock(.gate))
        first.unlock(.gate)
        #expect(second.tryLock(.gate))
        #expect(first.tryLock(.live))
        #expect(second.tryLock(.live))
        #expect(!second.tryLock(.onlyLive))
        first.unlock(.live)
        #expect(second.tryLock(.onlyLive))
    }
}
