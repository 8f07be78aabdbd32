import Effects
import Foundation
import HTTP
import JSON
import TestSupport
import Testing

@testable import AWS

/// Chains of roles, container addresses and metadata addresses, from the tests of another SDK.
@Suite struct CredentialTableTests {
    @Test func chainsOfRoles() throws {
        guard let fixture = Fixture("credentials/smithy-rs/aws-config/test-data/assume-role-tests.json") else { return }
        for test in try fixture.json().array ?? [] {
            let name = test["docs"]?.string ?? ""
            let sections = [("profile", test["input"]?["profiles"]), ("sso-session", test["input"]?["sso_sessions"])].flatMap { kind, profiles in
                Fixture.sections(profiles).map { section in "[\(kind) \(section.key)]\n" + section.value.map { "\($0) = \($1)\n" }.joined() }
            }
            let selected = test["input"]?["selected_profile"]?.string ?? ""
            let shared = SharedConfiguration(
                profileName: selected, config: try ProfileFile(parsing: sections.joined(), kind: .config), credentials: ProfileFile(), configPath: "",
                credentialsPath: "")
            let plan = Result { () throws(CredentialsError) in try ProfilePlan(selected, shared) }
            if name == "SSO token profile selected" {
                fixture.skip(name, "bearer tokens sign nothing that this program calls")
                continue
            }
            guard let chain = test["output"]?["ProfileChain"]?.array else {
                #expect(throws: CredentialsError.self, "\(name)") { try plan.get() }
                fixture.pass()
                continue
            }
            let found = try plan.get()
            #expect(Self.describes(chain.first, found.base), "\(name): \(found.base)")
            #expect(found.roles == chain.dropFirst().compactMap { Self.role($0["AssumeRole"]) }, "\(name)")
            fixture.pass()
        }
        fixture.report()
        #expect(fixture.passed == 27)
    }

    private static func role(_ json: JSONValue?) -> AssumedRole? {
        guard let arn = json?["role_arn"]?.string else { return nil }
        var role = AssumedRole(arn: arn, sessionName: json?["role_session_name"]?.string)
        role.externalID = json?["external_id"]?.string
        return role
    }

    private static func describes(_ json: JSONValue?, _ base: KeySource) -> Bool {
        switch base {
        case .keys(let keys):
            json?["AccessKey"]?["access_key_id"]?.string == keys.accessKeyID && json?["AccessKey"]?["secret_access_key"]?.string == keys.secretAccessKey
        case .webIdentity(let identity):
            json?["WebIdentityToken"]?["web_identity_token_file"]?.string == identity.tokenFile && role(json?["WebIdentityToken"]) == identity.role
        case .sso(let sso):
            json?["Sso"]?["sso_account_id"]?.string == sso.account && json?["Sso"]?["sso_role_name"]?.string == sso.role
                && json?["Sso"]?["sso_region"]?.string == sso.region && json?["Sso"]?["sso_start_url"]?.string == sso.startURL
        case .instanceMetadata: json?["NamedSource"]?.string == "Ec2InstanceMetadata"
        case .process, .environment, .container: false
        }
    }

    @Test func containerAddresses() throws {
        guard let fixture = Fixture("credentials/smithy-rs/aws-config/test-data/ecs-tests.json") else { return }
        for test in try fixture.json()["tests"]?.array ?? [] {
            let environment = Environment(Fixture.strings(test["env"]))
            let url = Result { () throws(CredentialsError) in try ContainerProvider.request(environment).url }
            if let expected = test["result"]?["Ok"]?.string {
                #expect(try url.get() == expected, "\(test["docs"]?.string ?? "")")
            } else {
                #expect(throws: CredentialsError.self, "\(test["docs"]?.string ?? "")") { try url.get() }
            }
            fixture.pass()
        }
        fixture.report()
        #expect(fixture.passed == 11)
    }

    @Test func metadataAddresses() throws {
        guard let fixture = Fixture("credentials/smithy-rs/aws-config/test-data/imds-config/imds-endpoint-tests.json") else { return }
        for test in try fixture.json()["tests"]?.array ?? [] {
            let name = test["docs"]?.string ?? ""
            let environment = Environment(Fixture.strings(test["env"]))
            guard test["endpoint_override"] == nil, test["mode_override"] == nil || environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"] != nil else {
                fixture.skip(name, "a parameter of that SDK's own interface")
                continue
            }
            let clock = FakeClock()
            let files = FakeFiles(contents: Fixture.strings(test["fs"]))
            let io = CredentialIO(environment: environment, files: files, clock: clock, random: Randomness { 0.5 }, interrupt: nil) {
                FakeTransport(clock: clock) { _ in .failure(TransportError(.connect, "refused", mayHaveBeenSent: false)) }
            }
            let url = Result { () throws(CredentialsError) in
                let settings = try InstanceMetadata(ProfileSource(profile: nil, home: nil)).settings(io)
                return settings.origin.description + settings.prefix + "/latest/api/token"
            }
            if let expected = test["result"]?["Ok"]?.string {
                #expect(try url.get() == expected, "\(name)")
            } else {
                #expect(throws: CredentialsError.self, "\(name)") { try url.get() }
            }
            fixture.pass()
        }
        fixture.report()
        #expect(fixture.passed == 12)
    }
}
