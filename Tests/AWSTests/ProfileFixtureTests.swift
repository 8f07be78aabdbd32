import AWS
import Effects
import Foundation
import JSON
import TestSupport
import Testing

/// The places of the files, as every AWS SDK is tested for them. Their grammar: `ProfileGrammarTests`.
@Suite struct ProfileFixtureTests {
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
