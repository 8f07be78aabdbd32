import Effects
import Foundation
import Journal
import Runs
import Testing

@Suite struct JournalTests {
    private let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString)/journal/run.jsonl").path
    private let now = Timestamp(iso8601: "2026-11-21T01:02:03Z")!

    private func intent(_ name: String, attempt: Int) -> JournalRecord {
        .intent(
            .init(
                attempt: attempt, service: "stepfunctions", target: "arn", name: name, inputDigest: "d", owner: "me",
                identity: RunIdentity(instance: "ACE", job: "j", autorun: "1/\(attempt)"),
                place: .init(region: "r", endpointURL: nil, profile: "p", caBundle: nil), isOneSubmission: false))
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

    /// Lines of another host come in once, in their order, behind what is here.
    @Test func linesOfOtherHostsAreTakenOnce() throws {
        let file = try JournalFile(creating: path)
        try file.append([intent("n1", attempt: 1)], at: now)
        let own = try file.recordLines()
        let theirs = [JournalRecord.started(name: "n1", id: "arn:1"), .returned(name: "n1", attempt: 1, code: 3)].map { $0.line(at: now) }
        for _ in 1...2 { try file.take(own + theirs) }
        #expect(try file.recordLines() == own + theirs)
        #expect(try file.read() == RunJournal(lines: (own + theirs).map(\.utf8)))
        #expect(try file.read().work(ofAttempt: 1)?.returned == [1: 3])
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
        #expect(try first.tryLock(.gate))
        #expect(try !second.tryLock(.gate))
        first.unlock(.gate)
        #expect(try second.tryLock(.gate))
        #expect(try first.tryLock(.live))
        #expect(try second.tryLock(.live))
        #expect(try !second.tryLock(.onlyLive))
        first.unlock(.live)
        #expect(try second.tryLock(.onlyLive))
    }
}
