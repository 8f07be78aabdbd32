import Effects
import Foundation
import HTTP
import JSON
import Testing

@testable import AWS

/// What must not be sent or shown, and keys that botocore takes or leaves.
@Suite struct CredentialSecretTests {
    private let clock = FakeClock()
    private let chain = CredentialChain.standard(profile: nil, home: "/h")

    private func failure(_ environment: [String: String] = [:], config: String = "", files: [String: String] = [:], answer: @escaping FakeTransport.Answer = { _ in .success(Response(status: 404)) }) -> CredentialChain.Failure? {
        do {
            let files = FakeFiles(contents: files.merging(["/h/.aws/config": config]) { $1 })
            let keys = try chain.credentials(.fake(environment, files: files, clock: clock, answer: answer))
            Issue.record("\(keys)")
            return nil
        } catch {
            return error
        }
    }

    private static let role = "[default]\nrole_arn = arn:aws:iam::1:role/R\nsource_profile = base\n[profile base]\n"

    @Test(arguments: [("AKID\n", "SECRET", "access key id"), ("AKID", "SEC\u{7f}RET", "secret access key"), ("AKID", "SECRET\r\n", "secret access key")])
    func keysWithControlCharactersAreNotSent(_ id: String, _ secret: String, _ words: String) throws {
        let environment = ["AWS_ACCESS_KEY_ID": id, "AWS_SECRET_ACCESS_KEY": secret]
        let found = try #require(failure(environment))
        #expect("\(found)".contains("the \(words) of environment holds a line feed") && !"\(found)".contains("SEC"))
        #expect(found.isRefusal)
        let source = ["AWS_PROFILE": "r"].merging(environment) { $1 }
        let config = "[profile r]\nrole_arn = arn:aws:iam::1:role/R\ncredential_source = Environment"
        do {
            let files = FakeFiles(contents: ["/h/.aws/config": config])
            _ = try CredentialChain.standard(profile: "r", home: "/h").credentials(.fake(source, files: files, clock: clock) { _ in KeyReply.sts("ROLE", until: FakeClock().now) })
            Issue.record("sent")
        } catch {
            #expect("\(error)".contains(words))
        }
    }

    @Test func passwordsAndQueriesOfAddressesAreNotShown() throws {
        for url in ["https://user:hunter2@host/c", "https://user:hun?ter2@host", "http:///?token=hunter2", "ftp://h/?token=hunter2"] {
            for variable in ["AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_EC2_METADATA_SERVICE_ENDPOINT"] {
                let found = try #require(failure([variable: url]))
                #expect(!"\(found)".contains("hun") && "\(found)".contains("is no URL"), "\(found)")
            }
            #expect(!url.withoutSecretsOfURL.contains("hun"))
        }
        #expect("ftp://h/x".withoutSecretsOfURL == "ftp://h/x")
        let denied = try #require(failure(["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1/v2/secret-path?token=t"]))
        #expect("\(denied)".contains("HTTP 404 from http://127.0.0.1") && !"\(denied)".contains("secret-path"))
    }

    @Test func aTokenThatSTSQuotesEncodedIsHidden() throws {
        let body = "<ErrorResponse><Error><Code>InvalidIdentityToken</Code><Message>bad secret%2Btoken%3D%3D or secret+token==</Message></Error></ErrorResponse>"
        let environment = ["AWS_WEB_IDENTITY_TOKEN_FILE": "/token", "AWS_ROLE_ARN": "arn:aws:iam::1:role/R"]
        let found = try #require(failure(environment, files: ["/token": "secret+token=="]) { _ in .success(Response(status: 400, body: Array(body.utf8))) })
        #expect("\(found)".contains("bad [hidden] or [hidden]"))
    }

    @Test func theCodeOfARefusalStandsBeforeItsMessage() throws {
        let message = "User: arn:aws:sts::123456789012:assumed-role/batch-instance-role/i-0123456789abcdef0 is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::123456789012:role/R"
        let body = "<ErrorResponse><Error><Code>AccessDenied</Code><Message>\(message)</Message></Error><RequestId>r-17</RequestId></ErrorResponse>"
        let config = Self.role + "aws_access_key_id = A\naws_secret_access_key = S"
        let found = try #require(failure(config: config) { _ in .success(Response(status: 403, body: Array(body.utf8))) })
        #expect("\(found)".contains("STS refused arn:aws:iam::1:role/R: AccessDenied, request r-17: User: arn:aws:sts"))
    }

    @Test func aLoginSessionOfASourceComesBeforeItsConfigKeys() {
        let config = Self.role + "login_session = arn:aws:iam::1:user/me\naws_access_key_id = A\naws_secret_access_key = S"
        #expect(failure(config: config).map { "\($0)" }?.contains("uses aws login") == true)
    }

    @Test func expiredKeysOfAProgramAssumeNoRole() throws {
        let program = FileManager.default.temporaryDirectory.appending(path: "keys-\(UUID().uuidString)").path
        try #"{"Version":1,"AccessKeyId":"A","SecretAccessKey":"S","Expiration":"2026-11-20 01:00:00Z"}"#.write(toFile: program, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: program) }
        #expect(failure(config: Self.role + "credential_process = cat \(program)").map { "\($0)" }?.contains("expired at 2026-11-20T01:00:00") == true)
    }

    /// As in a shell's line; the word is no program, and its value may be a secret.
    @Test func aVariableInFrontOfAProcess() {
        let words = failure(config: "[default]\ncredential_process = API_TOKEN=hunter2 /bin/keys").map { "\($0)" }
        #expect(words?.contains("begins with API_TOKEN=, and no shell reads it") == true, "\(words ?? "")")
        #expect(words?.contains("hunter2") == false)
    }

    @Test func anEndMayBeWrittenWithASpace() throws {
        let end = try Credentials.expiration(.string("2026-11-21 19:00:00Z"), of: "p")
        #expect(end == Timestamp(iso8601: "2026-11-21T19:00:00Z"))
    }

    @Test func aSecretWithoutItsIDGivesWayToAPairInTheConfigFile() throws {
        let pair = "aws_access_key_id = CONFIG\naws_secret_access_key = S"
        let files = ["/h/.aws/config": "[default]\n\(pair)", "/h/.aws/credentials": "[default]\naws_secret_access_key = X"]
        #expect(try chain.credentials(.fake(files: FakeFiles(contents: files), clock: clock) { _ in KeyReply.silence }).accessKeyID == "CONFIG")
        #expect(failure(files: ["/h/.aws/credentials": "[default]\naws_secret_access_key = X"])?.isRefusal == true)
        #expect(failure(config: "[default]\n\(pair)", files: ["/h/.aws/credentials": "[default]\naws_access_key_id = X"])?.isRefusal == true, "as botocore does")
    }

    /// Keys of another user of the host, say, that have been deleted since.
    @Test(arguments: ["InvalidClientTokenId", "ExpiredToken"]) func sourceKeysThatSTSDoesNotKnowAreReplacedOnce(_ code: String) throws {
        let config = "[default]\nrole_arn = arn:aws:iam::1:role/R\ncredential_source = EcsContainer"
        let files = FakeFiles(contents: ["/h/.aws/config": config])
        var served = 0
        let io = CredentialIO.fake(["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1/c"], files: files, clock: clock) { [clock] request in
            if request.origin.host == "127.0.0.1" {
                served += 1
                return KeyReply.metadata("K\(served)", expiration: #""2026-11-21T07:00:00Z""#)
            }
            let isGood = request.headers.contains { $0.name == "Authorization" && $0.value.contains("Credential=K2/") }
            return isGood ? KeyReply.sts("ROLE", until: clock.now + .seconds(3600)) : KeyReply.refusal(code)
        }
        #expect(try chain.credentials(io).accessKeyID == "ROLE")
    }
}
