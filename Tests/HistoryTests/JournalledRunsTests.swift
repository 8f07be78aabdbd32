import Effects
import Foundation
import History
import Journal
import Runs
import Testing
import TestSupport

/// What a journal tells of its runs.
@Suite struct JournalledRunsTests {
    private let file: JournalFile
    /// 02:30 in New York on the night when the clocks go back an hour.
    private let night = Timestamp(iso8601: "2026-11-01T06:30:00Z")!

    init() throws {
        file = try JournalFile(creating: Scratch.folder().appending(path: "journal/run.jsonl").path)
    }

    private func identity(_ attempt: Int) -> RunIdentity { RunIdentity(instance: "ACE", job: "pay", autorun: "7/\(attempt)") }

    private func begin(_ owner: String, try attempt: Int = 1, at time: Timestamp) throws {
        try file.append(
            .began(
                RunnerNote.Runner(
                    owner: owner, identity: identity(attempt), attempt: attempt, box: "B", machine: "h", service: "stepfunctions", target: "t", inputDigest: "d", tags: [])),
            at: time, isDurable: false)
    }

    private func intent(_ owner: String, try attempt: Int = 1) -> JournalRecord {
        .intent(
            .init(
                attempt: attempt, service: "stepfunctions", target: "t", name: "n\(attempt)", inputDigest: "d", owner: owner, identity: identity(attempt),
                place: .init(region: "r", endpointURL: nil, profile: nil, caBundle: nil), isOneSubmission: false))
    }

    private func end(_ owner: String, code: Int32, _ outcome: Outcome? = nil, elapsed: Duration, at time: Timestamp) throws {
        var end = RunnerNote.RunnerEnd(code: code, signal: nil, elapsed: elapsed, calls: 3)
        end.outcome = outcome
        try file.append(.finished(owner: owner, end), at: time, isDurable: true)
    }

    private func runs(alive: Set<String> = []) throws -> JournalledRuns {
        JournalledRuns(try file.readWithNotes()) { alive.contains($0.owner) }
    }

    @Test func durationsAreNotTakenFromTheWallClock() throws {
        try begin("1-a", at: night)
        // The wall clock was set back by an hour meanwhile.
        try end("1-a", code: 113, elapsed: .seconds(90), at: night + .seconds(-3510))
        let record = try #require(try runs().records.first)
        #expect(record.duration == .seconds(90))
        #expect(record.outcome == .unknown)
        try begin("2-b", try: 2, at: night)
        var outcome = Outcome(kind: .succeeded, status: "SUCCEEDED")
        (outcome.started, outcome.ended) = (night, night + .seconds(42))
        try end("2-b", code: 0, outcome, elapsed: .seconds(50), at: night + .seconds(7200))
        #expect(try runs().records.last?.duration == .seconds(42), "AWS's own times where it gave them")
    }

    @Test func revisionsGrowThoughTheClockGoesBack() throws {
        try begin("1-a", at: night)
        let first = try #require(try runs().records.first).revision
        try file.append([intent("1-a")], at: night + .seconds(-3600))
        let second = try #require(try runs().records.first).revision
        try file.append(.event(owner: "1-a", RunEvent("state", at: night, "state Load entered")), at: night + .seconds(-3600), isDurable: false)
        let third = try #require(try runs().records.first).revision
        #expect(first < second && second < third)
    }

    @Test func aLiveRunnerIsRunningAndADeadOneHasDied() throws {
        try begin("1-a", at: night)
        try file.append([intent("1-a"), .started(name: "n1", id: "arn:1")], at: night)
        let live = try runs(alive: ["1-a"])
        #expect(live.records.map(\.outcome) == [.running])
        #expect(live.settledOwners.isEmpty)
        let dead = try runs()
        #expect(dead.records.map(\.outcome) == [.died])
        #expect(dead.records[0].fate == "runner died, the work may still run")
        #expect(dead.settledOwners.isEmpty, "the guardian is yet to come")

        try file.append([.stopped(name: "n1", by: "guardian"), .ended(name: "n1", outcome: Outcome(kind: .stopped, status: "ABORTED"))], at: night)
        let rescued = try runs()
        #expect(rescued.records[0].outcome == .died)
        #expect(rescued.records[0].fate == "runner died, the guardian stopped the work")
        #expect(rescued.records[0].status == "ABORTED")
        #expect(rescued.settledOwners == ["1-a"])

        try begin("2-b", at: night)
        try file.append([.adopted(name: "n1", id: "arn:1", attempt: 1, owner: "2-b")], at: night)
        try end("2-b", code: 111, Outcome(kind: .stopped, status: "ABORTED"), elapsed: .seconds(1), at: night)
        let restarted = try runs().records
        #expect(restarted.count == 1)
        #expect(restarted[0].outcome == .stopped)
        #expect(restarted[0].runners == 2 && restarted[0].lostRunners == 1)
        #expect(restarted[0].fate == "1 of 2 runners died, stopped by guardian")
    }

    @Test func aRunnerThatDiedAfterItReturnedHasNotLostItsOutcome() throws {
        try begin("1-a", at: night)
        try file.append([intent("1-a"), .ended(name: "n1", outcome: Outcome(kind: .failed, status: "FAILED")), .returned(name: "n1", attempt: 1, code: 1)], at: night)
        let record = try #require(try runs().records.first)
        #expect(record.outcome == .failed && record.exitCode == 1)
    }

    @Test func triesAreRunsOfTheirOwn() throws {
        try begin("1-a", try: 1, at: night)
        try end("1-a", code: 1, Outcome(kind: .failed, status: "FAILED"), elapsed: .seconds(1), at: night)
        try begin("2-b", try: 2, at: night + .seconds(60))
        try end("2-b", code: 114, elapsed: .seconds(1), at: night)
        #expect(try runs().records.map(\.key.text) == ["pay:7/1", "pay:7/2"])
        #expect(try runs().records.map(\.outcome) == [.failed, .notStarted])
    }

    @Test func notesAreNoStepsOfTheRun() throws {
        try file.append([intent("1-a")], at: night)
        let before = try file.read()
        try begin("1-a", at: night)
        try file.append(.event(owner: "1-a", RunEvent("state", at: night, #"{"record":"ended","name":"n1"}"#)), at: night, isDurable: false)
        try end("1-a", code: 0, elapsed: .seconds(1), at: night)
        #expect(try file.read() == before)
    }

    @Test(arguments: ["payroll", "payroll:198", "payroll:198/2", "a:b:198/2", "terminal:4711-ab", ":1/1", "", "x:", "x:1/b"])
    func selectorsAreReadAsOperatorsWriteThem(text: String) {
        let expected: [String: (String, String?, Int?)] = [
            "payroll": ("payroll", nil, nil), "payroll:198": ("payroll", "198", nil), "payroll:198/2": ("payroll", "198", 2), "a:b:198/2": ("a:b", "198", 2),
            "terminal:4711-ab": ("", "4711-ab", nil),
        ]
        let selector = RunSelector(text)
        #expect(selector?.job == expected[text]?.0)
        #expect(selector?.run == expected[text]?.1)
        #expect(selector?.attempt == expected[text]?.2)
    }
}
