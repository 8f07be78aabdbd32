import AWS
import Effects
import Foundation
import JSON
import TestSupport
import Testing

/// The INI grammar and the places of the files, as every AWS SDK is tested for them.
@Suite struct ProfileFixtureTests {
    @Test func grammar() throws {
        guard let fixture = Fixture("credentials/smithy-rs/aws-runtime/test-data/profile-parser-tests.json") else { return }
        for test in try fixture.json()["tests"]?.array ?? [] {
            let name = test["name"]?.string ?? ""
            let shared = Result {
                SharedConfiguration(
                    profileName: "default", config: try ProfileFile(parsing: test["input"]?["configFile"]?.string ?? "", kind: .config),
                    credentials: try ProfileFile(parsing: test["input"]?["credentialsFile"]?.string ?? "", kind: .credentials),
                    configPath: "", credentialsPath: "")
            }
            if let expected = test["output"]?["errorContaining"]?.string {
                #expect(throws: ProfileFile.ParseError.self, "\(name): \(expected)") { try shared.get() }
            } else {
                let parsed = try shared.get()
                let names = Set(parsed.config.profiles.keys).union(parsed.credentials.profiles.keys)
                let merged = names.reduce(into: [:]) { $0[$1] = parsed.profile($1) }
                #expect(merged == Fixture.sections(test["output"]?["config"]?["profiles"]), "\(name)")
                #expect(parsed.config.ssoSessions == Fixture.sections(test["output"]?["config"]?["sso_sessions"]), "\(name)")
            }
            fixture.pass()
        }
        fixture.report()
        #expect(fixture.passed == 65)
    }

    @Test func locations() throws {
        guard let fixture = Fixture("credentials/smithy-rs/aws-runtime/test-data/file-location-tests.json") else { return }
        for test in try fixture.json()["tests"]?.array ?? [] {
            let name = test["name"]?.string ?? ""
            guard test["platform"]?.string == "linux" else {
                fixture.skip(name, "a Windows host")
                continue
            }
            let environment = Fixture.strings(test["environment"])
            let shared = try SharedConfiguration.load(profile: nil, environment: Environment(environment), files: FakeFiles(), home: nil)
            #expect(shared.configPath == test["configLocation"]?.string, "\(name)")
            #expect(shared.credentialsPath == test["credentialsLocation"]?.string, "\(name)")
            if let profile = test["profile"]?.string { #expect(shared.profileName == profile, "\(name)") }
            fixture.pass()
        }
        fixture.report()
        #expect(fixture.passed == 4)
    }
}
