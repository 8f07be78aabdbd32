import AWS
import Effects
import Foundation
import HTTP
import JSON
import TestSupport
import Testing

/// Recorded dialogues with metadata services, STS and IAM Identity Center, from the tests of another SDK.
@Suite struct CredentialDialogueTests {
    private static let needsShell = "credential_process is run without a shell here, as botocore does"

    @Test func defaultChain() throws {
        guard let fixture = Fixture("credentials/smithy-rs/aws-config/test-data/default-credential-provider-chain") else { return }
        try replay(fixture, profile: nil, words: [
            "eks_pod_identity_no_token_file": "No such file", "imds_default_chain_error": "404 for /latest/meta-data/iam/security-credentials/",
            "imds_disabled": "AWS_EC2_METADATA_DISABLED is true", "imds_no_iam_role": "404 for", "imds_token_fail": "assume role (the source of profile default gives no keys: refused for",
            "profile_overrides_web_identity": "AWS_ACCESS_KEY_ID unset", "sso_no_token_file": "run aws sso login --profile sso-test",
            "sso_server_error": "IAM Identity Center did not answer", "web_identity_source_profile_no_env": "web_identity_token_file, but no role_arn",
            "web_identity_token_invalid_jwt": "No OpenIDConnect provider found in your account",
        ])
        #expect(fixture.passed == 29)
    }

    /// The environment's keys do not count here: the cases are about a profile.
    @Test func profiles() throws {
        guard let fixture = Fixture("credentials/smithy-rs/aws-config/test-data/profile-provider") else { return }
        try replay(fixture, profile: "default", words: [
            "credential_process_failure": "could not run exit", "credential_process_invalid": "printed no JSON", "empty_config": "no profile default",
            "invalid_config": "/.aws/config:2: a property without a name", "invalid_sso_credentials_config": "sso_session without sso_account_id and sso_role_name gives no keys",
            "sso_token": "sso_session without sso_account_id",
        ])
        #expect(fixture.passed == 16)
    }

    /// `words`: what our own message says, case by case.
    private func replay(_ fixture: Fixture, profile: String?, words: [String: String]) throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: fixture.place.path).sorted() {
            let folder = fixture.place.appending(path: name)
            let expected = try JSONValue(parsing: Array(Data(contentsOf: folder.appending(path: "test-case.json"))))["result"]
            if ["credential_process", "credential_process_account_id_fallback"].contains(name) {
                fixture.skip(name, Self.needsShell)
                continue
            }
            let dialogue = Dialogue(try JSONValue(parsing: Array(Data(contentsOf: folder.appending(path: "http-traffic.json")))))
            let environment = Environment(Fixture.strings(try JSONValue(parsing: Array(Data(contentsOf: folder.appending(path: "env.json"))))))
            let result = Self.keys(environment, RootedFiles(root: folder.appending(path: "fs")), profile, dialogue)
            switch (result, expected?["Ok"]) {
            case (.success(let keys), let ok?):
                #expect(keys.accessKeyID == ok["access_key_id"]?.string, "\(name)")
                #expect(keys.secretAccessKey == ok["secret_access_key"]?.string, "\(name)")
                #expect(keys.sessionToken == ok["session_token"]?.string, "\(name)")
                #expect(keys.expiration.map { $0.millisecondsSinceEpoch / 1000 } == ok["expiry"]?.int64, "\(name)")
                #expect(dialogue.rest.isEmpty, "\(name)")
            case (.failure(let failure), nil):
                #expect("\(failure)\(failure.next.map { "; \($0)" } ?? "")".contains(words[name] ?? "?"), "\(name): \(failure)")
            case (let result, _): Issue.record("\(name): \(result)")
            }
            fixture.pass()
        }
        fixture.report()
    }

    private static func keys(
        _ environment: Environment, _ files: RootedFiles, _ profile: String?, _ dialogue: Dialogue
    ) -> Result<Credentials, CredentialChain.Failure> {
        let empty = SharedConfiguration(profileName: "default", config: ProfileFile(), credentials: ProfileFile(), configPath: "", credentialsPath: "")
        let shared = (try? SharedConfiguration.load(profile: profile, environment: environment, files: files, home: nil)) ?? empty
        let region = ClientSettings.configuredRegion(option: nil, environment: environment, shared: shared) ?? "us-east-1"
        let settings = ClientSettings(region: region, endpointURL: nil, environment: environment, shared: shared)
        // The host's clock was right when the dialogue was recorded.
        let clock = dialogue.date.map { FakeClock(start: $0) } ?? FakeClock()
        let io = CredentialIO(environment: environment, files: files, clock: clock, random: Randomness { 0.5 }, interrupt: nil) {
            FakeTransport(clock: clock, answer: dialogue.answer)
        }
        return Result { () throws(CredentialChain.Failure) in
            try CredentialChain.standard(profile: profile, home: nil, endpoints: CredentialEndpoints(settings)).credentials(io)
        }
    }
}
