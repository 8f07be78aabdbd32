import Effects
import History
import Runs
import Testing

/// What every store has to do, wherever it keeps the runs.
@Suite(.serialized) struct StoreTests {
    @Test(arguments: StoreKind.allCases)
    func aRunComesBackAsItWasWritten(kind: StoreKind) throws {
        let test = try TestStore(kind)
        let record = Sample.full()
        try test.store.write([record, Sample.run("other", ago: .seconds(10))])
        #expect(try test.store.run(try #require(RunSelector(record.key.text))) == record)
        var query = HistoryQuery(limit: 10)
        query.withEvents = true
        #expect(try test.store.runs(query).last == record)
        #expect(try test.store.run(try #require(RunSelector("payroll:198"))) == nil)
    }

    @Test(arguments: StoreKind.allCases)
    func questionsAreAnsweredNewestFirst(kind: StoreKind) throws {
        let test = try TestStore(kind)
        var records: [RunRecord] = []
        // Over the end of two months, and several of one moment.
        for number in 0..<40 {
            var record = Sample.run("job\(number % 4)", "\(100 + number)", ago: .seconds(number / 2 * 2 * 86_400), number % 5 == 0 ? .failed : .succeeded)
            if number % 8 == 3 { record.box = "BOX" }
            records.append(record)
        }
        try test.store.write(records.shuffled())

        func ask(_ change: (inout HistoryQuery) -> Void) throws -> [RunRecord] {
            var query = HistoryQuery(limit: 100)
            change(&query)
            return try test.store.runs(query)
        }
        let all = try ask { _ in }
        #expect(Set(all.map(\.key)) == Set(records.map(\.key)))
        #expect(zip(all, all.dropFirst()).allSatisfy { $0.started >= $1.started })
        #expect(try ask { $0.limit = 7 } == Array(all.prefix(7)))
        #expect(try ask { $0.job = "job2" } == all.filter { $0.key.job == "job2" })
        #expect(try ask { $0.box = "BOX" } == all.filter { $0.box == "BOX" })
        #expect(try ask { $0.outcome = .failed } == all.filter { $0.outcome == .failed })
        #expect(try ask { ($0.job, $0.outcome) = ("job1", .failed) } == all.filter { $0.key.job == "job1" && $0.outcome == .failed })
        let (since, until) = (all[30].started, all[9].started)
        #expect(try ask { ($0.since, $0.until) = (since, until) } == all.filter { $0.started >= since && $0.started < until })
        #expect(try test.store.run(try #require(RunSelector("job3")))?.key == all.first { $0.key.job == "job3" }?.key)
    }

    @Test(arguments: StoreKind.allCases)
    func pagesFollowEachOtherWithoutGapOrRepeat(kind: StoreKind) throws {
        let test = try TestStore(kind)
        try test.store.write((0..<30).map { Sample.run("job\($0 % 3)", "\($0)", ago: .seconds($0 / 4 * 4 * 86_400)) })
        for job in [nil, "job1"] {
            var query = HistoryQuery(limit: 4)
            query.job = job
            var seen: [RunRecord] = []
            while case let page = try test.store.runs(query), !page.isEmpty {
                seen += page
                query.after = page.last
            }
            #expect(seen.count == (job == nil ? 30 : 10))
            #expect(Set(seen.map(\.key)).count == seen.count)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func onlyWhatKnowsMoreReplacesARun(kind: StoreKind) throws {
        let test = try TestStore(kind)
        let key = try #require(RunSelector("payroll:198/1"))
        var (died, ended) = (Sample.run(ago: .seconds(60), .died, revision: 5), Sample.run(ago: .seconds(60), .stopped, revision: 9))
        died.failureClass = "KILLED"
        ended.events = [RunEvent("finished", at: Sample.now, "finished")]
        try test.store.write([died])
        try test.store.write([ended])
        try test.store.write([Sample.run(ago: .seconds(60), .running, revision: 8)])
        let found = try #require(try test.store.run(key))
        #expect(found.outcome == .stopped)
        #expect(found.revision == 9)
        #expect(found.events == ended.events)
        #expect(found.failureClass == "KILLED", "who classified a failure is not forgotten")
        #expect(try test.store.runs(HistoryQuery(limit: 10)).count == 1)
    }

    @Test(arguments: StoreKind.allCases)
    func pruningCountsFirstAndThenDeletes(kind: StoreKind) throws {
        let test = try TestStore(kind)
        try test.store.write((0..<30).map { Sample.run("job", "\($0)", ago: .seconds($0 * 86_400)) })
        let limit = Sample.now + .seconds(-9 * 86_400)
        #expect(try test.store.prune(before: limit, deletes: false) == 20)
        #expect(try test.store.runs(HistoryQuery(limit: 100)).count == 30)
        #expect(try test.store.prune(before: limit, deletes: true) == 20)
        #expect(try test.store.runs(HistoryQuery(limit: 100)).count == 10)
        #expect(try test.store.prune(before: limit, deletes: false) == 0)
    }

    @Test(arguments: StoreKind.allCases)
    func runsOnATerminalAreFoundByTheirRunner(kind: StoreKind) throws {
        let test = try TestStore(kind)
        let key = RunKey(nil, attempt: 1, owner: "4711-0123456789abcdef")
        try test.store.write([RunRecord(key: key, machine: "h", service: "exec", started: Sample.now, outcome: .failed, revision: 1)])
        #expect(try test.store.run(try #require(RunSelector(key.text)))?.key == key)
        #expect(try test.store.prepare().contains(kind == .dynamoDB ? "there" : "whole"))
    }
}
