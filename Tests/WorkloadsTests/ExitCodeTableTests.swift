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

    private func code(_ option: String, _ kind: Outcome.Kind, _ status: String, exitCode: Int?, error: String? = nil) throws -> Int32 {
        var outcome = outcome(kind, status, error: error)
        outcome.exitCode = exitCode
        return try ExitCodeTable([option], statuses: statuses).code(for: outcome)
    }

    @Test func exit0OfAFailureIsNoSuccess() throws {
        #expect(try code("0=0", .failed, "FAILED", exitCode: 0) == 1)
        #expect(try code("0=0", .failed, "FAILED", exitCode: nil) == 1)
        #expect(try code("0=5", .succeeded, "SUCCEEDED", exitCode: 0) == 5)
        #expect(try code("FAILED=0", .failed, "FAILED", exitCode: 0) == 0)
    }

    @Test func anExitCodeMayBeWrittenInSeveralWays() throws {
        #expect(try code("007=3", .failed, "FAILED", exitCode: 7) == 3)
        #expect(try code("-1073741819=4", .failed, "FAILED", exitCode: -1_073_741_819) == 4)
        #expect(try code("3221225477=4", .failed, "FAILED", exitCode: -1_073_741_819) == 4)
        #expect(try code("-1073741819=4", .failed, "FAILED", exitCode: 3_221_225_477) == 4)
        #expect(try code("137=9", .timedOut, "TIMED_OUT", exitCode: 137) == 110)
    }

    @Test func anErrorsNameMayHaveCommas() throws {
        #expect(try code("error:Not found, really=3", .failed, "FAILED", exitCode: nil, error: "Not found, really") == 3)
        #expect(try code("TIMED_OUT=2,error:A, B,C=3,FAILED=4", .failed, "FAILED", exitCode: nil, error: "A, B,C") == 3)
        #expect(try code("error:A, B=3,FAILED=4", .failed, "FAILED", exitCode: nil, error: "A") == 4)
    }

    @Test(arguments: ["FAILED", "FAILED=126", "FAILED=-1", "FOO=1", "error:=1", "4294967296=1", "=1", "FAILED=x", "error:A,FAILED"])
    func refused(option: String) {
        #expect(throws: ExitCodeTable.Invalid.self) { try ExitCodeTable([option], statuses: statuses) }
    }
}
