import Supervision
import Testing

@Suite struct VisibleTests {
    @Test func controlCharactersBecomeVisible() {
        #expect(Visible.line("a\u{1b}[31mb\tc\r\u{0}\u{7f}\u{9b}\u{202e}d") == "a\\x1b[31mb\tc\\x0d\\x00\\x7f\\x9b\\u{202e}d")
        #expect(Visible.line("Grüße 😀") == "Grüße 😀")
    }

    @Test func longMessagesKeepTheirBeginningAndTheNextStep() {
        let line = OperatorMessage(String(repeating: "ä", count: 400) + "\nx", next: "do it").line
        #expect(line.utf8.count <= 299)
        #expect(line.hasPrefix("awsjob: ää"))
        #expect(line.hasSuffix("…. Next: do it"))
    }

    @Test func aReasonThatEndsWithAFullStopHasOne() {
        #expect(OperatorMessage("Host EC2 terminated.", next: "look").line == "awsjob: Host EC2 terminated. Next: look")
        #expect(OperatorMessage("Host EC2 terminated.").line == "awsjob: Host EC2 terminated.")
        #expect(OperatorMessage("gone", next: "look").line == "awsjob: gone. Next: look")
    }
}
