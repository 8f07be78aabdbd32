import Effects
import Runs
import Testing
import Workloads

@Suite struct PollPaceTests {
    private func pace(giveUpAfter: Duration = .seconds(1800)) -> PollPace {
        PollPace(first: .seconds(2), longest: .seconds(120), giveUpAfter: giveUpAfter, random: Randomness { 0.5 })
    }

    @Test func growsByHalfUpToTheLongest() {
        var pace = pace()
        let pauses = (0..<14).map { _ in pace.next().inSeconds }
        #expect(pauses.prefix(3).map { ($0 * 10).rounded() } == [20, 30, 45])
        #expect(pauses.last == 120)
    }

    @Test func staysWellBelowTheTimeToGiveUp() {
        var pace = pace(giveUpAfter: .seconds(60))
        for _ in 0..<20 { _ = pace.next() }
        #expect(pace.afterFailure() == .seconds(7.5))
    }
}

@Suite struct ExitCodeTableTests {
    private let statuses: Set<String> = ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"]

    private func outcome(_ kind: Outcome.Kind, _ status: String, error: String? = nil) -> Outcome {
        var outcome = Outcome(kind: kind, status: status)
        outcome.error = error
        return outcome
    }

    @Test func defaults() {
        let table = ExitCodeTable()
        #expect(table.code(for: outcome(.succeeded, "SUCCEEDED")) == 0)
        #expect(table.code(for: outcome(.failed, "FAILED")) == 1)
        #expect(table.code(for: outcome(.timedOut, "TIMED_OUT")) == 110)
        #expect(table.code(for: outcome(.stopped, "ABORTED")) == 111)
    }

    @Test func theErrorsNameWins() throws {
        let table = try ExitCodeTable(["FAILED=3,timed_out=0", "error:States.Timeout=5"], statuses: statuses)
        #expect(table.code(for: outcome(.failed, "FAILED", error: "States.Timeout")) == 5)
        #expect(table.code(for: outcome(.failed, "FAILED", error: "Other")) == 3)
        #expect(table.code(for: outcome(.timedOut, "TIMED_OUT")) == 0)
    }

    @Test(arguments: ["FAILED", "FAILED=126", "FAILED=-1", "FOO=1", "error:=1", "300=1", "=1", "FAILED=x"])
    func refused(option: String) {
        #expect(throws: ExitCodeTable.Invalid.self) { try ExitCodeTable([option], statuses: statuses) }
    }
}
