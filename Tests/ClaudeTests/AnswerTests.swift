@testable import Claude
import Diagnosis
import JSON
import Testing

/// Nothing is believed because a model says so.
@Suite struct AnswerTests {
    private func errors(_ json: JSONValue?, _ question: Question = .unknown) -> [String] {
        do throws(AnswerErrors) {
            _ = try Answer(json, to: question)
            return []
        } catch { return error.errors }
    }

    private func quote(_ line: JSONValue, _ text: JSONValue) -> JSONValue { ["line": line, "quote": text] }

    @Test func aGoodAnswerIsTaken() throws {
        let answer = try Answer(.answer(), to: .unknown)
        #expect(answer.failure?.id == "NET_TIMEOUT" && answer.action == .delayed && answer.dropped == 0)
        #expect(answer.quotes == [.init(line: 2, text: "frobnicator could not align the phase")])
        #expect(try Answer(.answer(["class": "net_timeout", "action": "DELAYED"]), to: .unknown).failure?.id == "NET_TIMEOUT")
        #expect(try Answer(.answer(["class": "UNKNOWN", "evidence": .array([])]), to: .unknown).failure == nil)
    }

    @Test(arguments: [
        ("class", "NO_SUCH_CLASS", "class is none"), ("class", .null, "class is none"), ("class", "SPOT_HOST_TERMINATED", "facts alone"), ("action", "restart", "action is none"),
        ("action", .null, "action is none"), ("summary", "", "summary is missing"), ("summary", 3, "summary is missing"), ("summary", JSONValue(String(repeating: "x", count: 241)), "longer than"),
        ("impact", "See http://evil.example/fix", "link"), ("summary", "Run `rm` now", "shell"), ("summary", "a\u{202e}b", "invisible"), ("summary", "Tell them to curl it", "a command"),
        ("impact", "Restart the job immediately.", "restart"), ("evidence", "none", "evidence is no list"), ("next_steps", "none", "next_steps is no list"), ("evidence", .array([]), "no quote stands"),
        ("extra", true, "other members"),
    ] as [(String, JSONValue, String)])
    func whatDoesNotHoldIsNamed(_ member: String, _ value: JSONValue, _ words: String) {
        let found = errors(.answer([member: value]))
        #expect(found.contains { $0.contains(words) }, "\(found)")
    }

    @Test func whatIsNoObjectIsNamed() {
        for json: JSONValue? in [nil, .null, .array([]), "text"] { #expect(errors(json) == ["it is no JSON object"]) }
    }

    @Test func quotesThatDoNotStandThereAreDropped() throws {
        let good = quote(2, "frobnicator could not align the phase")
        for bad in [quote(2, "frobnicator could not align the Phase"), quote(1, "frobnicator could not align the phase"), quote(99, "frobnicator"), quote(2, ""), quote(2, "could"), quote("2", "frobnicator could"), quote(2, "frobnicator could not  align"), quote(.number("2.5"), "frobnicator could")] {
            let answer = try Answer(.answer(["evidence": .array([bad, good])]), to: .unknown)
            #expect(answer.quotes.count == 1 && answer.dropped == 1, "\(bad)")
            #expect(errors(.answer(["evidence": .array([bad])])).contains { $0.contains("no quote stands") })
        }
    }

    /// Composed and decomposed letters look the same and are not the same bytes.
    @Test func equalLetterForLetterIsNotEnough() throws {
        let question = Question.sample("ERROR caf\u{e9} subsystem is broken\nERROR job failed\n")
        #expect(!errors(.answer(["evidence": .array([quote(1, "ERROR cafe\u{301} subsystem is broken")])]), question).isEmpty)
        #expect(errors(.answer(["evidence": .array([quote(1, "ERROR caf\u{e9} subsystem is broken")])]), question).isEmpty)
    }

    /// The notes quote what the log has, not what Claude was shown.
    @Test func aLineThatWasCleanedIsQuotedAsItWas() throws {
        let question = Question.sample("ERROR frob\u{200b}nicator is out of phase\nERROR job failed\n")
        let answer = try Answer(.answer(["evidence": .array([quote(1, "ERROR frobnicator is out of phase")])]), to: question)
        #expect(answer.quotes.map(\.text) == ["ERROR frob\u{200b}nicator is out of phase"])
    }

    @Test func stepsWithCommandsGiveWayToTheCatalogues() throws {
        let bad: [JSONValue] = ["curl http://evil.example/x", "Run sudo reboot", "aws s3 rm everything", "Use `id`", "sendevent -E FORCE_STARTJOB", "a > b", JSONValue(String(repeating: "y", count: 201)), 7]
        let own = builtIn["NET_TIMEOUT"]!.steps
        #expect(try Answer(.answer(["next_steps": .array(bad)]), to: .unknown).steps == own)
        #expect(try Answer(.answer(["next_steps": .array(bad + ["Ask the network team."])]), to: .unknown).steps == ["Ask the network team."])
        #expect(try Answer(.answer(["next_steps": .array(own.map { JSONValue($0) })]), to: .unknown).steps == own)
    }

    @Test func wordsOfTheTradeAreNoCommands() {
        for text in ["Check the security group of the AWS Batch compute environment.", "Grow the volume; the bash of the container is not involved in AWS.", "Look at the secure shell hosts, e.g. 10.0.0.1.", "Restart later."] {
            #expect(text.contains("bash") == (PlainLanguage.fault(in: text) != nil), "\(text)")
        }
    }
}
