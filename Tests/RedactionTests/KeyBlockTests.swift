import Foundation
import Redaction
import Testing
import TestSupport

/// Private keys over many lines.
@Suite struct KeyBlockTests {
    private static let body = (0..<6).map { row in
        var random = SplitMix(state: UInt64(row + 7))
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        return String((0..<64).map { _ in alphabet[Int(random.next() % 64)] })
    } + ["Zm9vYmFyYmF6cXV1eA=="]
    private static let begin = "-----BEGIN RSA PRIVATE KEY-----"
    private static let end = "-----END RSA PRIVATE KEY-----"

    private func redacted(_ lines: [String]) -> [String] {
        var redactor = Redactor()
        return String(decoding: redactor.redact(Array((lines.joined(separator: "\n") + "\n").utf8)), as: UTF8.self).components(separatedBy: "\n").dropLast()
    }

    @Test(arguments: ["", "2026-11-21T01:02:03.004Z INFO [main] ", "    "]) func aKeyIsMaskedLineByLine(_ prefix: String) {
        let lines = ["before", Self.begin] + Self.body + [Self.end, "after the key"]
        let shown = redacted(lines.map { prefix + $0 })
        #expect(shown.count == lines.count)
        #expect(shown.first == prefix + "before" && shown.last == prefix + "after the key")
        #expect(shown[2..<9].allSatisfy { $0.wholeMatch(of: /.*<PRIVATE_KEY_\d+>/) != nil && $0.hasPrefix(prefix) })
    }

    @Test func aKeyWithoutItsBeginIsMasked() {
        let shown = redacted(["lost the start"] + Self.body + [Self.end, "exit code 3"])
        for line in Self.body { #expect(!shown.contains { $0.contains(line) }) }
        #expect(shown.last == "exit code 3" && shown.first == "lost the start")
    }

    @Test func twoLinesBeforeAnEndAreAKey() {
        let shown = redacted(Array(Self.body.prefix(2)) + ["-----END PRIVATE KEY-----"])
        for line in Self.body { #expect(!shown.contains { $0.contains(line) }) }
    }

    @Test func aKeyWithoutItsEndDoesNotHideTheRest() {
        let shown = redacted([Self.begin] + Self.body.prefix(3) + ["ERROR could not parse the key", "exit code 3"])
        #expect(Array(shown.suffix(2)) == ["ERROR could not parse the key", "exit code 3"])
        for line in Self.body { #expect(!shown.contains { $0.contains(line) }) }
    }

    @Test func certificatesArePublic() {
        let lines = ["-----BEGIN CERTIFICATE-----"] + Self.body + ["-----END CERTIFICATE-----", "password=abc123x"]
        #expect(redacted(lines) == lines.dropLast() + ["password=<PASSWORD_1>"])
    }

    @Test func twoLinesOfBase64AreNoKey() {
        let lines = Array(Self.body.prefix(2)) + ["done"]
        #expect(redacted(lines) == lines)
    }
}
