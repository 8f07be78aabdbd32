import Effects
import Testing

@Suite struct WholeLinesTests {
    /// What is kept of these pieces; nil between them stands for bytes that were let go.
    private func kept(_ pieces: [String?]) -> [String?] {
        var kept: [String?] = []
        var whole = WholeLines { kept.append($0.map { String(decoding: $0, as: UTF8.self) }) }
        for piece in pieces { if let piece { whole.take(Array(piece.utf8)[...]) } else { whole.skip() } }
        whole.finish()
        return kept
    }

    @Test func linesThatArePiecemealComeWhole() {
        #expect(kept(["a", "b\nc", "\n", "d"]) == ["ab\n", "c\n", "d"])
        #expect(kept(["a\nb\n"]) == ["a\nb\n"])
        #expect(kept([]) == [])
    }

    @Test func linesThatAGapCutsAreLeftOut() {
        #expect(kept(["a\npassword=", nil, "secret\nb\n"]) == ["a\n", nil, "b\n"])
        #expect(kept(["a\n", nil, "half", " line\nwhole\n", nil]) == ["a\n", nil, "whole\n", nil])
        #expect(kept(["a\n", nil, "no end"]) == ["a\n", nil])
    }

    @Test func aLineWithoutEndIsNotHeldForEver() {
        let long = String(repeating: "x", count: 3 << 20)
        #expect(kept(["a\n", long, "tail\nb\n"]) == ["a\n", nil, "b\n"])
    }

    @Test func theEndOfALineIsKnown() {
        var whole = WholeLines { _ in }
        #expect(!whole.isInsideLine)
        whole.take(Array("half".utf8)[...])
        #expect(whole.isInsideLine)
        whole.take(Array("\n".utf8)[...])
        #expect(!whole.isInsideLine)
    }
}
