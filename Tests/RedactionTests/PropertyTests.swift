import Foundation
import Redaction
import Testing
import TestSupport

/// What holds for every input, tried on random ones. The seed is fixed; AWSJOB_REDACTION_SEED takes another.
@Suite struct PropertyTests {
    private static let seed = ProcessInfo.processInfo.environment["AWSJOB_REDACTION_SEED"].flatMap(UInt64.init) ?? 20_261_121

    private func redacted(_ bytes: [UInt8]) -> [UInt8] {
        var redactor = Redactor()
        return redactor.redact(bytes)
    }

    /// Pieces of cases and of syntax, glued at random.
    private func mixture(_ random: inout SplitMix) -> [UInt8] {
        let glue = ["\n", " ", "\"", "'", "=", ":", ",", "{", "}", "[", "]", "\\", "\\n", "\\\"", "%22", "&quot;", "<", ">", "/", "@", "://", "--", "-p", "password", "token", "|", "\u{1b}[1m", "\r\n", "-----BEGIN ", "-----END ", "\0", "é", "«"]
        var bytes: [UInt8] = []
        for _ in 0..<Int.random(in: 1...12, using: &random) {
            if Bool.random(using: &random), let sample = Case.all.randomElement(using: &random) {
                let text = Array(sample.text.utf8)
                let start = Int.random(in: 0...text.count, using: &random)
                bytes += text[start..<Int.random(in: start...text.count, using: &random)]
            } else {
                bytes += Array((glue.randomElement(using: &random) ?? "").utf8)
            }
            if Int.random(in: 0..<8, using: &random) == 0 { bytes.append(UInt8.random(in: 0...255, using: &random)) }
        }
        return bytes
    }

    /// Lines as they are written, in any order. (Of torn lines a second pass may mask more: what was no word may be one now.)
    @Test func maskingTwiceChangesNothing() {
        var random = SplitMix(state: Self.seed)
        for round in 0..<1500 {
            let lines = (0..<5).compactMap { _ in Case.all.randomElement(using: &random) }
            let once = redacted(Array(lines.map(\.text).joined(separator: "\n").utf8))
            let twice = redacted(once)
            #expect(once == twice, "round \(round): \(lines.map(\.testDescription)) \(String(decoding: once, as: UTF8.self)) | \(String(decoding: twice, as: UTF8.self))")
            if once != twice { return }
        }
    }

    @Test func noInputEndsTheProgram() {
        var random = SplitMix(state: Self.seed &+ 3)
        for _ in 0..<6000 {
            let output = redacted(mixture(&random))
            #expect(output.count < 4096)
        }
        for _ in 0..<300 {
            let noise = (0..<Int.random(in: 0...2000, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
            #expect(redacted(noise).count < 8192)
        }
    }

    @Test func theSizeOfTheChunksDoesNotMatter() {
        var random = SplitMix(state: Self.seed &+ 1)
        for _ in 0..<1500 {
            let input = mixture(&random) + [0x0a] + mixture(&random)
            var redactor = Redactor()
            var output: [UInt8] = []
            var at = 0
            while at < input.count {
                let end = min(input.count, at + Int.random(in: 1...40, using: &random))
                input[at..<end].withUnsafeBufferPointer { redactor.append($0, to: &output) }
                at = end
            }
            redactor.finish(to: &output)
            #expect(output == redacted(input))
        }
    }

    @Test func noPlantedSecretComesOut() {
        var random = SplitMix(state: Self.seed &+ 2)
        let samples = Case.all.filter { !$0.secrets.isEmpty && !$0.text.contains("\u{1b}") }
        for _ in 0..<1500 {
            let chosen = (0..<6).compactMap { _ in samples.randomElement(using: &random) }
            let output = String(decoding: redacted(Array(chosen.map(\.text).joined(separator: "\n").utf8)), as: UTF8.self)
            for sample in chosen {
                for secret in sample.secrets where secret.utf8.count > 8 && !sample.expected.contains(secret) {
                    let kept = chosen.contains { $0.expected.contains(secret) }
                    #expect(kept || !output.contains(secret), "\(sample.testDescription)")
                }
            }
        }
    }

    @Test func whatWasMaskedPassesTheCheck() {
        for sample in Case.all {
            let shown = String(decoding: redacted(Array(sample.text.utf8)), as: UTF8.self)
            let request = Array((try? JSONEncoder().encode(["content": shown])) ?? Data())
            #expect(LeakCheck().leaks(in: request) == [], "\(sample.testDescription): \(shown)")
        }
    }

    @Test func whatWasNotMaskedDoesNotPassTheCheck() throws {
        for secret in ["password=hunter22x", "AKIAIOSFODNN7EXAMPLE", "ghp_abcdefghijklmnopqrstuvwxyz0123456789", "postgresql://u:abc123@db01/x", "{\"api_key\": \"abcdef123456\"}", "Authorization: Bearer abcdef123456"] {
            let request = try JSONEncoder().encode(["content": "line 1\n\(secret)\nline 3"])
            #expect(!LeakCheck().leaks(in: Array(request)).isEmpty, "\(secret)")
        }
        let known = try JSONEncoder().encode(["content": "a \"quoted/secret\" b"])
        #expect(!LeakCheck(known: KnownValues(["\"quoted/secret\""])).leaks(in: Array(known)).isEmpty)
    }

    /// Each would be minutes in a debug build if a rule looked to the end of the line from every place.
    @Test(arguments: ["-----BEGIN ", "sk-", "password=", "a=b/c,", "password: ", "\\\"token\\\":", "u:p@", "://", "<password>", "1 ", "%22", "Authorization: ", "AKIA ", "{\"a\":"])
    func aLineOfOneThingTakesLinearTime(_ piece: String) {
        let input = Array(String(repeating: piece, count: 60_000 / piece.utf8.count).utf8)
        let time = ContinuousClock().measure { _ = redacted(input) }
        #expect(time < .seconds(15), "\(time)")
    }

    @Test func aLineOfManyMegabytesIsMaskedInBoundedTime() {
        var input = [UInt8](repeating: UInt8(ascii: "x"), count: 3 << 20)
        input += Array(" password=hunter22x {\"a\":".utf8) + [UInt8](repeating: UInt8(ascii: "["), count: 2 << 20) + Array(",token=abcdef123456 ".utf8)
        var output: [UInt8] = []
        let time = ContinuousClock().measure { output = redacted(input) }
        let text = String(decoding: output, as: UTF8.self)
        #expect(!text.contains("hunter22x") && !text.contains("abcdef123456"))
        #expect(time < .seconds(60))
    }
}
