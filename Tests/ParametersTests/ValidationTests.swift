import JSON
import Parameters
import Testing

@Suite struct ValidationTests {
    static let retry = Shape.structure([
        Field("attempts", .integer(1...10)),
        Field("evaluateOnExit", .list(.structure([
            Field("onExitCode", .text), Field("action", .string(StringRules(allowed: ["RETRY", "EXIT"])), isRequired: true),
        ]), 0...2)),
    ])
    static let job = Shape.structure([
        Field("jobName", .string(StringRules(characters: 1...8)), isRequired: true),
        Field("retryStrategy", retry),
        Field("parameters", .map(value: .string(StringRules(characters: 0...3)), 0...2)),
        Field("maxCapacity", .double),
        Field("propagateTags", .boolean),
    ])

    @Test(arguments: [
        #"{"jobName":"a"}"#,
        #"{"jobName":"A-1_b","retryStrategy":{"attempts":10,"evaluateOnExit":[{"action":"EXIT"}]},"maxCapacity":0.0625}"#,
        #"{"jobName":"0","parameters":{"a":"","b":"äöü"},"propagateTags":false,"maxCapacity":-1e-3,"retryStrategy":{}}"#,
    ])
    func accepted(text: String) throws {
        try Self.job.validate(JSONValue(parsing: text), at: "")
    }

    @Test(arguments: [
        ("[]", "[] is not an object"),
        ("null", "null is not an object"),
        ("{}", "jobName is missing"),
        (#"{"jobName":""}"#, "jobName: is empty"),
        (#"{"jobName":"123456789"}"#, "jobName: 9 characters, at most 8 allowed"),
        (#"{"jobName":7}"#, "jobName: 7 is not a string"),
        (#"{"jobName":null}"#, "jobName: null is not a string"),
        (#"{"jobName":"a","jobName":"b"}"#, "'jobName' stands twice"),
        (#"{"jobName":"a","JobName":"b"}"#, "unknown member 'JobName'"),
        (#"{"jobName":"a","x\u001b[2J\n":1}"#, "unknown member 'x\u{FFFD}[2J\u{FFFD}'"),
        (#"{"jobName":"a","retryStrategy":{"attempts":11}}"#, "retryStrategy.attempts: 11 is not between 1 and 10"),
        (#"{"jobName":"a","retryStrategy":{"attempts":99999999999999999999}}"#, "retryStrategy.attempts: 99999999999999999999 is not between 1 and 10"),
        (#"{"jobName":"a","retryStrategy":{"attempts":1.0}}"#, "retryStrategy.attempts: 1.0 is not a whole number"),
        (#"{"jobName":"a","retryStrategy":{"attempts":"1"}}"#, #"retryStrategy.attempts: "1" is not a whole number"#),
        (#"{"jobName":"a","retryStrategy":{"evaluateOnExit":{}}}"#, "retryStrategy.evaluateOnExit: {} is not a list"),
        (#"{"jobName":"a","retryStrategy":{"evaluateOnExit":[{"action":"EXIT"},{}]}}"#, "retryStrategy.evaluateOnExit[1]: action is missing"),
        (#"{"jobName":"a","retryStrategy":{"evaluateOnExit":[{"action":"exit"}]}}"#, "retryStrategy.evaluateOnExit[0].action: 'exit' is none of RETRY, EXIT"),
        (#"{"jobName":"a","retryStrategy":{"evaluateOnExit":[1,2,3]}}"#, "retryStrategy.evaluateOnExit: 3 elements, at most 2 allowed"),
        (#"{"jobName":"a","parameters":{"a":"","b":"","c":""}}"#, "parameters: 3 entries, at most 2 allowed"),
        (#"{"jobName":"a","parameters":{"k":"four"}}"#, "parameters.k: 4 characters, at most 3 allowed"),
        (#"{"jobName":"a","parameters":{"":"x"}}"#, "parameters: a key is empty"),
        (#"{"jobName":"a","parameters":{"k":1,"k":"x"}}"#, "parameters: 'k' stands twice"),
        (#"{"jobName":"a","maxCapacity":1e999}"#, "maxCapacity: 1e999 is not a number"),
        (#"{"jobName":"a","maxCapacity":true}"#, "maxCapacity: true is not a number"),
        (#"{"jobName":"a","propagateTags":"true"}"#, #"propagateTags: "true" is not true or false"#),
    ])
    func refused(text: String, reason: String) throws {
        let value = try JSONValue(parsing: text)
        let error = try #require(throws: ParameterError.self) { try Self.job.validate(value, at: "") }
        #expect(error.reason == reason)
    }

    @Test func thePathStandsInFront() {
        #expect(throws: ParameterError("containerOverrides.environment[0].name: 1 is not a string")) {
            try Shape.list(Shape.structure([Field("name", .text)]), 0...9)
                .validate(.array([["name": 1]]), at: "containerOverrides.environment")
        }
    }

    @Test func anUnknownMemberComesWithTheKnownOnes() throws {
        let error = try #require(throws: ParameterError.self) { try Self.retry.validate(["attempt": 1], at: "retryStrategy") }
        #expect(error == ParameterError("retryStrategy: unknown member 'attempt'", next: "known members: attempts, evaluateOnExit"))
    }

    @Test func tooFewElements() {
        #expect(throws: ParameterError("two: 1 element, at least 2 wanted")) { try Shape.list(.text, 2...3).validate(.array(["a"]), at: "two") }
    }

    @Test func aLongKeyLeavesRoomForTheComplaint() throws {
        let value = JSONValue.object([.init(String(repeating: "k", count: 1000), 1)])
        let error = try #require(throws: ParameterError.self) { try Shape.map(value: .text, 0...9).validate(value, at: "tags") }
        #expect(error.reason.hasSuffix("…: 1 is not a string"))
    }
}
