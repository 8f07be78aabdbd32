import AWS
import JSON
import Testing
import TestSupport

/// The grammar that all AWS SDKs share.
@Suite struct ProfileGrammarTests {
    /// aws-runtime/test-data/profile-parser-tests.json of smithy-rs.
    @Test func smithyCases() throws {
        guard let cases = try fixture("credentials/smithy-rs/aws-runtime/test-data/profile-parser-tests.json")?["tests"]?.array else { return }
        var tally = Tally()
        for sample in cases {
            let name = sample["name"]?.string ?? ""
            let found = Result { try Self.parse(sample["input"]) }
            guard let expected = sample["output"]?["config"] else {
                let isRefused = if case .failure = found { true } else { false }
                #expect(isRefused, "\(name)")
                tally.passed += isRefused ? 1 : 0
                continue
            }
            let (profiles, sessions) = try found.get()
            let isRight = profiles == Self.sections(expected["profiles"]) && sessions == Self.sections(expected["sso_sessions"])
            #expect(isRight, "\(name): \(profiles) \(sessions)")
            tally.passed += isRight ? 1 : 0
        }
        tally.report("INI grammar")
        #expect(tally.passed == 65)
    }

    private static func parse(_ input: JSONValue?) throws -> (ProfileFile.Sections, ProfileFile.Sections) {
        let config = try ProfileFile(parsing: input?["configFile"]?.string ?? "", kind: .config)
        let credentials = try ProfileFile(parsing: input?["credentialsFile"]?.string ?? "", kind: .credentials)
        let merged = config.profiles.merging(credentials.profiles) { $0.merging($1) { $1 } }
        return (merged, config.ssoSessions)
    }

    private static func sections(_ value: JSONValue?) -> ProfileFile.Sections {
        Dictionary(
            (value?.members ?? []).map { section in
                (section.name, Dictionary((section.value.members ?? []).map { ($0.name, $0.value.string ?? "") }, uniquingKeysWith: { $1 }))
            }, uniquingKeysWith: { $1 })
    }
}
