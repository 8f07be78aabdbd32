import JSON
import Testing

@Suite struct JSONTests {
    @Test(arguments: [#"{"b":1.10,"a":[true,false,null,"x\ny"],"n":12345678901234567890123.40}"#, "[]", "{}", #""ä€😀""#, "-0.5e+10"])
    func textsComeBackAsTheyWere(text: String) throws {
        #expect(try JSONValue(parsing: text).text == text)
    }

    @Test(arguments: ["", "{", "[1,]", "{\"a\"}", "01", "1.", "-", "\"a", "\"\u{1}\"", "tru", "{} x", "\"\\u12\"", "nulll", "+1", "{'a':1}"])
    func noJSON(text: String) {
        #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
    }

    @Test func escapes() throws {
        #expect(try JSONValue(parsing: #""A\t\"\\\/😀\ud83dx""#).string == "A\t\"\\/😀\u{FFFD}x")
        #expect(JSONValue("a\u{1}\u{7f}\"").text == "\"a\\u0001\\u007f\\\"\"")
    }

    @Test func deepNestingIsRefusedNotCrashed() {
        #expect(throws: JSONError.self) { try JSONValue(parsing: String(repeating: "[", count: 100_000)) }
    }

    @Test func meaningIgnoresTheOrderOfMembers() throws {
        let a = try JSONValue(parsing: #"{"x":1,"y":[1,2]}"#)
        #expect(a.means(try JSONValue(parsing: #"{"y":[1,2],"x":1}"#)))
        #expect(!a.means(try JSONValue(parsing: #"{"y":[2,1],"x":1}"#)))
        #expect(!a.means(try JSONValue(parsing: #"{"x":1}"#)))
    }

    @Test func numbers() throws {
        #expect(try JSONValue(parsing: "1.680118019525E9").double == 1_680_118_019.525)
        #expect(try JSONValue(parsing: "7").int == 7)
        #expect(try JSONValue(parsing: "7.5").int == nil)
    }
}
