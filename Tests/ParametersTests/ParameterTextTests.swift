import JSON
import Parameters
import Testing

/// What the vectors cannot say: the words of errors, and how files are asked for.
@Suite struct ParameterTextTests {
    private func error(_ words: [String], of shape: Shape) throws -> ParameterError {
        try #require(throws: ParameterError.self) {
            try ParameterText.value(words, of: shape, option: "--retry-strategy") { (path) throws(ParameterError) in
                throw ParameterError("no file \(path)", next: "make one")
            }
        }
    }

    @Test(arguments: [
        (["attempts=1 evaluateOnExit=2"], #"attempts: "1 evaluateOnExit=2" is not a whole number"#),
        (["attempts='1' evaluateOnExit=2"], "expected ',' or end at character 14 in 'attempts='1' evaluateOnExit=2'"),
        (["attempts"], "expected '=' at the end of 'attempts'"),
        (["5"], "expected '=' at the end of '5'"),
        ([""], "expected '=' at the end of ''"),
        (["attempts='5"], "expected a closing ' at the end of 'attempts='5'"),
        (["evaluateOnExit=[{action=EXIT}"], "expected ',' or ']' at the end of 'evaluateOnExit=[{action=EXIT}'"),
        (["attempts=1,attempts=2"], "'attempts' stands twice"),
        (["attempts=0"], "attempts: 0 is not between 1 and 10"),
        (["evaluateOnExit=[{action=EXIT},{action=STOP}]"], "evaluateOnExit[1].action: 'STOP' is none of RETRY, EXIT"),
        (["attempts=1", "attempts=2"], "one value expected, not 2"),
        ([], "one value expected, not 0"),
        (["{\"attempts\":1"], "no JSON: expected ',' or '}' at byte 14"),
        (["file://a b"], "no file a b"),
        (["fileb://%2f"], "no file %2f"),
        (["evaluateOnExit=[{onExitCode@=file://~/x,action=EXIT}]"], "no file ~/x"),
    ])
    func errorsSayWhere(words: [String], reason: String) throws {
        #expect(try error(words, of: ValidationTests.retry).reason == "--retry-strategy: \(reason)")
    }

    @Test func theHintOfAFileErrorStays() throws {
        #expect(try error(["file://x"], of: .text) == ParameterError("--retry-strategy: no file x", next: "make one"))
    }

    @Test func aLongTextIsShownAroundTheError() throws {
        let text = "evaluateOnExit=[" + String(repeating: "{onExitCode=1,action=EXIT},", count: 50) + "\u{1b}\"x\"y]"
        let reason = try error([text], of: ValidationTests.retry).reason
        #expect(reason == "--retry-strategy: expected ',' or ']' at character 1367 in '…{onExitCode=1,action=EXIT},{onExitCode=1,action=EXIT},\u{FFFD}\"x\"y]'")
    }

    @Test(arguments: ["[", "{a="])
    func deepNestingIsRefusedNotCrashed(bracket: String) throws {
        let text = "evaluateOnExit=" + String(repeating: bracket, count: 100_000)
        #expect(try error([text], of: ValidationTests.retry).reason == "--retry-strategy: nested too deeply")
    }
}
