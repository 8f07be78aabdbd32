import Runs
import Testing

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
