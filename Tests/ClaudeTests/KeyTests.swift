@testable import Claude
import Effects
import Foundation
import Testing
import TestSupport

/// Where keys come from, and that they are never shown.
@Suite struct KeyTests {
    private func find(_ environment: [String: String] = [:], _ change: (inout ClaudeSettings) -> Void = { _ in }, secret: String = "") throws(ClaudeFailure) -> Key? {
        var settings = ClaudeSettings()
        change(&settings)
        return try Key.find(settings, Environment(environment)) { (_) throws(ClaudeFailure) in secret }
    }

    @Test func theEnvironmentInTheSDKsOrder() throws {
        let both = try find(["ANTHROPIC_API_KEY": "k1", "ANTHROPIC_AUTH_TOKEN": "t1"])
        #expect(both?.header.name == "x-api-key" && both?.header.value == "k1")
        #expect(try find(["ANTHROPIC_AUTH_TOKEN": " t1\n"])?.header.value == "Bearer t1")
        #expect(throws: ClaudeFailure.noKey(nil)) { try find(["ANTHROPIC_API_KEY": " "]) }
        #expect(try find(["ANTHROPIC_API_KEY": "k1"]) { $0.provider = .bedrock } == nil)
        #expect(try find(["AWS_BEARER_TOKEN_BEDROCK": "b1"]) { $0.provider = .bedrock }?.header.value == "Bearer b1")
        #expect(try find(["ANTHROPIC_AWS_API_KEY": "a1"]) { $0.provider = .aws }?.header.name == "x-api-key")
    }

    @Test func aKeyIsNeverShown() throws {
        let key = try #require(try find(["ANTHROPIC_API_KEY": "sk-ant-planted"]))
        #expect(!"\(key)".contains("planted") && !String(reflecting: key).contains("planted"))
    }

    @Test func aFileMustBeItsOwnersAlone() throws {
        let path = try Scratch.folder().appending(path: "key").path
        try Data("sk-ant-file\n".utf8).write(to: URL(filePath: path))
        for (mode, isTaken) in [(0o600, true), (0o400, true), (0o640, false), (0o604, false), (0o660, false)] {
            chmod(path, mode_t(mode))
            let key = try? find([:]) { $0.keyFile = path }
            #expect((key?.value == "sk-ant-file") == isTaken, "\(String(mode, radix: 8))")
        }
        for bad in ["/nowhere", "/dev/null", "/proc"] { #expect(throws: ClaudeFailure.self) { try find([:]) { $0.keyFile = bad } } }
        chmod(path, 0o600)
        for text in ["", "two words", "line\r\nx-evil: 1", "schlüssel"] {
            try Data(text.utf8).write(to: URL(filePath: path))
            #expect(throws: ClaudeFailure.self) { try find([:]) { $0.keyFile = path } }
        }
    }

    @Test func aSecretMayBeTextOrJSON() throws {
        for text in ["sk-1", #"{"ANTHROPIC_API_KEY":"sk-1","other":"x"}"#, #"{"whatever":"sk-1"}"#, "\n sk-1 \n"] {
            #expect(try find([:], { $0.keySecret = "claude" }, secret: text)?.value == "sk-1")
        }
        #expect(throws: ClaudeFailure.self) { try find([:], { ($0.keySecret, $0.keyFile) = ("a", "b") }) }
    }
}
