import AWS
import Foundation
import JSON
import TestSupport
import Testing

/// Public INI files that come without an expected output: we read in them what botocore reads, or refuse them as it does.
@Suite struct ProfileCorpusTests {
    /// Where the grammar that all SDKs share (`ProfileGrammarTests`) says something else than botocore does, by file.
    private static let differing = [
        "comments behind values are none to botocore": ["empty_comment", "mixed_comment", "pound_comment", "semicolon_comment"],
        "botocore refuses a section or property that stands twice": ["duplicate_profiles", "duplicate_properties"],
        "white space around the name of a section is part of it to botocore": ["empty_profile_whitespace"],
        "a line under an empty property has to be name = value": ["illegal_continuation1", "illegal_continuation2", "illegal_continuation3"],
    ]

    @Test func asBotocoreReadsThem() throws {
        guard let folder = Repository.fixtures("credentials") else { return }
        let script = Repository.root.appending(path: "Tests/AWSTests/Oracle/botocore_profiles.py").path
        let oracle = try ChildRun([Repository.python, "-B", script, folder.path], environment: ["PATH": "/usr/bin:/bin"])
        #expect(try oracle.wait(limit: 60) == .exited(0), "\(oracle.stderr)")
        var tally = Tally()
        for line in oracle.stdoutLines {
            let sample = try JSONValue(parsing: line)
            let name = try #require(sample["file"]?.string)
            let text = try String(decoding: Data(contentsOf: folder.appending(path: name)), as: UTF8.self)
            let found = try? ProfileFile(parsing: text, kind: sample["kind"]?.string == "config" ? .config : .credentials)
            let isSame = Self.agrees(found, sample["found"])
            if let reason = Self.differing.first(where: { $0.value.contains { name.hasSuffix("/" + $0) } })?.key, !isSame {
                tally.notApplicable(reason, name)
            } else {
                #expect(isSame, "\(name): \(String(describing: found)), not \(line)")
                tally.passed += isSame ? 1 : 0
            }
        }
        tally.report("INI files of other projects")
        #expect(tally.passed == 78)
    }

    private static func agrees(_ found: ProfileFile?, _ expected: JSONValue?) -> Bool {
        guard let found, let expected, expected != .null else { return found == nil && expected == .null }
        let profiles = Fixture.sections(expected["profiles"])
        return found.profiles.keys.allSatisfy { profiles[$0] != nil } && profiles.allSatisfy { isSame(found.profile($0.key), $0.value) }
            && isSame(found.ssoSessions, expected["sso_sessions"]) && isSame(found.services, expected["services"])
    }

    private static func isSame(_ found: ProfileFile.Sections, _ expected: JSONValue?) -> Bool {
        let expected = Fixture.sections(expected)
        return found.count == expected.count && expected.allSatisfy { isSame(found[$0.key], $0.value) }
    }

    private static func isSame(_ found: [String: String]?, _ expected: [String: String]) -> Bool {
        found?.count == expected.count && expected.allSatisfy { name, value in
            let subproperties = ProfileFile.subproperties(value)
            return found?[name] == value || !subproperties.isEmpty && found?[name].map(ProfileFile.subproperties) == subproperties
        }
    }
}
