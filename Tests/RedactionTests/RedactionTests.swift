import Redaction
import Testing

@Suite struct RedactionTests {
    @Test func aPasswordIsMasked() {
        var redactor = Redactor()
        #expect(String(decoding: redactor.redact(Array("password=hunter2\n".utf8)), as: UTF8.self) == "password=<PASSWORD_1>\n")
    }
}
