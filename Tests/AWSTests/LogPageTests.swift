@testable import AWS
import JSON
import Testing

/// Events are read by the shape of the one before; nothing about them depends on it.
@Suite struct LogPageTests {
    private func read(_ text: String) throws -> [String] {
        let page = try LogPage(Array(text.utf8))
        return page.events.map { event in
            let message = page.message(of: event).map { String(decoding: $0, as: UTF8.self) } ?? "none"
            let stream = event.stream.map { page.streamNames[$0] } ?? "none"
            return "\(event.time ?? -1) \(event.ingested ?? -1) \(stream) \(event.id == nil ? "no id" : "id") \(message)"
        }
    }

    @Test func eventsOfOneShapeAndOfOthers() throws {
        let usual = { (n: Int) in "{\"logStreamName\":\"s\",\"timestamp\":\(n),\"message\":\"m\(n)\",\"ingestionTime\":\(n + 1),\"eventId\":\"e\(n)\"}" }
        let page = [
            usual(1), usual(22), "{\"message\":\"turned\",\"timestamp\":3}", usual(4),
            "{ \"logStreamName\" : \"t\" , \"timestamp\" : 5 , \"more\" : {\"a\":[1,{\"timestamp\":9}]} , \"message\" : \"spaced\" }",
            "{}", "{\"logStreamName\":\"s\",\"timestamp\":7,\"message\":\"cut short\"}", usual(8),
            "{\"logStreamName\":null,\"timestamp\":\"9\",\"message\":[],\"ingestionTime\":1.5,\"eventId\":{}}", usual(10),
        ]
        #expect(try read("{\"events\":[\(page.joined(separator: ","))]}") == [
            "1 2 s id m1", "22 23 s id m22", "3 -1 none no id turned", "4 5 s id m4", "5 -1 t no id spaced", "-1 -1 none no id none",
            "7 -1 s no id cut short", "8 9 s id m8", "-1 -1 none no id none", "10 11 s id m10",
        ])
    }

    @Test(arguments: [#"tab\t, \"quotes\", \u00fc, \ud83d\ude00 and \\"#, #"\"nextToken\":\"no\""#, "plain ü", ""])
    func messagesAreAsTheyWere(_ escaped: String) throws {
        let expected = try #require(try JSONValue(parsing: Array("\"\(escaped)\"".utf8)).string)
        let text = "{\"events\":[{\"message\":\"\(escaped)\"},{\"message\":\"\(escaped)\"}],\"nextToken\":\"yes\"}"
        #expect(try read(text) == Array(repeating: "-1 -1 none no id \(expected)", count: 2))
        #expect(LogPage.token("nextToken", atEndOf: Array(text.utf8)) == "yes")
    }

    @Test func idsThatDifferAreToldApart() throws {
        let ids = (0..<20_000).map { "3769\(String(String($0 * 7919).reversed()))00000000000000000000000000000\($0)" }
        let events = ids.map { "{\"eventId\":\"\($0)\"}" }.joined(separator: ",")
        #expect(Set(try LogPage(Array("{\"events\":[\(events)]}".utf8)).events.map(\.id)).count == ids.count)
    }

    @Test(arguments: [#"{"events":[]}"#, #"{"events":[],"nextToken": "spaced"}"#, #"{"events":[],"nextToken":"a\/b"}"#, #"{"events":[],"nextToken":null}"#, "", "{}"])
    func aTokenThatTakesAReading(_ text: String) { #expect(LogPage.token("nextToken", atEndOf: Array(text.utf8)) == nil) }

    @Test(arguments: ["[]", "{\"events\":[{\"timestamp\":1,}]}", "{\"events\":[{\"message\":\"x}]}", "{\"events\":[", "{\"events\":[{\"a\":1}{\"a\":2}]}"])
    func halfAPageIsAnError(_ text: String) { #expect(throws: JSONError.self) { try LogPage(Array(text.utf8)) } }
}
