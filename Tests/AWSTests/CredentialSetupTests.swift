import Effects
import Foundation
import HTTP
import Testing

@testable import AWS

/// Set-ups in which keys of somebody else, or no keys, were once the answer.
@Suite struct CredentialSetupTests {
    private let clock = FakeClock()
    private let chain = CredentialChain.standard(profile: nil, home: "/h")
    private static let config = "/h/.aws/config"

    /// Instance metadata and a container endpoint that both give keys.
    private func answer(_ request: Request) -> Result<Response, TransportError> {
        if request.path.hasSuffix("token") { return .success(Response(status: 200, body: Array("TOKEN".utf8))) }
        if request.path.hasSuffix("credentials/") { return .success(Response(status: 200, body: Array("ops".utf8))) }
        if request.method == "POST" { return KeyReply.sts("ROLE", until: clock.now + .seconds(3600)) }
        return KeyReply.metadata("SOMEBODY", expiration: #""2026-11-21T07:00:00Z""#)
    }

    private static let role = "role_arn = arn:aws:iam::1:role/R\n"
    private static let keys = "aws_access_key_id = STATIC\naws_secret_access_key = S\n"
    private static let container = ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1/c"]
    private static let disabled = ["AWS_EC2_METADATA_DISABLED": "true"]
    private static let web = ["AWS_ROLE_ARN": "arn:aws:iam::1:role/W", "AWS_WEB_IDENTITY_TOKEN_FILE": "/token"]

    @Test(arguments: [
        (role + "credential_source = EcsContainer", [:], "not in one"),
        (role + "credential_source = EcsContainer\n" + keys, [:], "not in one"),
        (role + "credential_source = EcsContainer", web, "not in one"),
        (role + "credential_source = Ec2InstanceMetadata", container.merging(disabled) { $1 }, "AWS_EC2_METADATA_DISABLED"),
        (role + "credential_source = Environment", [:], "AWS_ACCESS_KEY_ID unset"),
        (role + "source_profile = b\n[profile b]\n" + role + "credential_source = EcsContainer", [:], "not in one"),
        (role + "source_profile = b\n[profile b]\n" + role + "credential_source = Ec2InstanceMetadata\n" + keys, disabled, ""),
    ] as [(String, [String: String], String)])
    func aRoleWhoseSourceIsAwayIsNobodyElse(_ profile: String, _ environment: [String: String], _ words: String) {
        let files = FakeFiles(contents: [Self.config: "[profile a]\n\(profile)", "/token": "jwt"])
        let io = CredentialIO.fake(environment.merging(["AWS_PROFILE": "a"]) { $1 }, files: files, clock: clock, answer: answer)
        guard !words.isEmpty else {
            #expect((try? chain.credentials(io))?.accessKeyID == "ROLE", "the source profile has keys of its own")
            return
        }
        do {
            let keys = try chain.credentials(io)
            Issue.record("\(keys)")
        } catch {
            #expect("\(error)".contains("assume role (the source of profile a gives no keys: ") && "\(error)".contains(words))
            #expect(error.isRefusal)
        }
    }

    @Test func aNamedProfileHasToBeThereWhateverElseGivesKeys() throws {
        let files = FakeFiles(contents: [Self.config: "[default]\nregion = eu-west-1\n[profile etl]\n"])
        func load(_ profile: String?, _ environment: [String: String] = [:]) throws(SettingsError) -> SharedConfiguration {
            let environment = Environment(environment.merging(["AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "S"]) { $1 })
            return try SharedConfiguration.load(profile: profile, environment: environment, files: files, home: "/h").named()
        }
        #expect(try load(nil).profileName == "default")
        #expect(try load(nil, ["AWS_PROFILE": "etl"]).profileName == "etl")
        #expect(throws: SettingsError.self) { try load(nil, ["AWS_PROFILE": "elt"]) }
        #expect(throws: SettingsError.self) { try load("elt") }
    }

    @Test(arguments: [
        ("$DIR/c", "/d/c"), ("${DIR}/c", "/d/c"), ("/x$NONE/c", "/x$NONE/c"), ("~", "/h"), ("~/a$DIR", "/h/a/d"), ("${DIR", "${DIR"), ("$", "$"), ("/a$DIR_/c", "/a$DIR_/c"),
    ]) func pathsOfTheFilesAreExpanded(_ written: String, _ path: String) throws {
        let environment = Environment(["HOME": "/h", "DIR": "/d", "AWS_CONFIG_FILE": written, "AWS_SHARED_CREDENTIALS_FILE": written])
        let shared = try SharedConfiguration.load(profile: nil, environment: environment, files: FakeFiles(), home: nil)
        #expect(shared.configPath == path)
        #expect(shared.credentialsPath == path)
    }

    @Test func aHomeOfSomebodyElseIsNotPassedOver() {
        #expect(throws: SettingsError("AWS_CONFIG_FILE begins with the home of another user: ~etl/c", next: "write that folder out")) {
            try SharedConfiguration.load(profile: nil, environment: Environment(["AWS_CONFIG_FILE": "~etl/c"]), files: FakeFiles(), home: "/h")
        }
    }

    @Test func aFolderInPlaceOfAFileIsNoFile() throws {
        let folder = FileManager.default.temporaryDirectory.path
        let environment = Environment(["AWS_CONFIG_FILE": folder, "AWS_SHARED_CREDENTIALS_FILE": folder])
        #expect(try SharedConfiguration.load(profile: nil, environment: environment, files: SystemFiles(), home: "/h").config == ProfileFile())
    }
}
