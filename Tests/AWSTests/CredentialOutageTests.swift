import Effects
import Foundation
import HTTP
import JSON
import Testing

@testable import AWS

/// Sources of keys that are away, answer too late, are rotated, or are asked by two at once.
@Suite final class CredentialOutageTests {
    private let clock = FakeClock()
    private let folder = FileManager.default.temporaryDirectory.appending(path: "outage-\(UUID().uuidString)").path
    private let chain = CredentialChain.standard(profile: nil, home: "/h")
    private static let config = "/h/.aws/config"
    private static let boot = ["/proc/sys/kernel/random/boot_id": "b-1\n"]

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private func failure(_ io: CredentialIO) -> CredentialChain.Failure? {
        do {
            _ = try chain.credentials(io)
            return nil
        } catch {
            return error
        }
    }

    // MARK: IAM Identity Center

    private static let sso = """
        [default]
        sso_session = dev
        sso_account_id = 1
        sso_role_name = R
        [sso-session dev]
        sso_region = eu-west-1
        sso_start_url = https://d.example/start
        """
    /// The name is the SHA-1 of "dev".
    private static let tokenFile = "/h/.aws/sso/cache/34c6fceca75e456f25e7e99531e2425c6c1de443.json"

    private func token(_ token: String, expires: String) -> String {
        #"{"accessToken":"\#(token)","expiresAt":"\#(expires)","refreshToken":"R1","clientId":"C","clientSecret":"CS","registrationExpiresAt":"2027-01-01T00:00:00Z"}"#
    }

    /// The portal takes any token and answers with it as the key's id.
    private func portal(_ request: Request) -> Result<Response, TransportError> {
        let token = request.headers.first { $0.name == "x-amz-sso_bearer_token" }?.value ?? ""
        return .success(Response(status: 200, body: Array(#"{"roleCredentials":{"accessKeyId":"\#(token)","secretAccessKey":"S","sessionToken":"T","expiration":1795230000000}}"#.utf8)))
    }

    @Test(arguments: [KeyReply.silence, .success(Response(status: 503)), .success(Response(status: 429)), .success(Response(status: 200))])
    func anOutageIsNoReasonToLogInAgain(_ answer: Result<Response, TransportError>) throws {
        let files = ChangingFiles([Self.config: Self.sso, Self.tokenFile: token("OLD", expires: "2026-11-21T00:10:00Z")])
        let io = CredentialIO.fake(files: files, clock: clock) { [self] in $0.method == "POST" ? answer : portal($0) }
        let found = try #require(failure(io))
        #expect(!found.isRefusal)
        #expect(found.next?.contains("login") == false)
        files.contents[Self.tokenFile] = token("GOOD", expires: "2026-11-21T01:10:00Z")
        #expect(try chain.credentials(io).accessKeyID == "GOOD", "a token that has not expired yet will do")
    }

    @Test func aRefreshTokenIsSpentByOne() throws {
        let files = ChangingFiles([Self.config: Self.sso, Self.tokenFile: token("OLD", expires: "2026-11-21T00:10:00Z")])
        let shelf = CredentialShelf(folder: folder)
        var wasLocked = false
        let io = CredentialIO.fake(files: files, clock: clock, shelf: shelf, replaceFile: { files.contents[$0] = String(decoding: $1, as: UTF8.self) }) { [self] request in
            guard request.method == "POST" else { return portal(request) }
            if case .busy = shelf.place(["sso token", Self.tokenFile]).lock() { wasLocked = true }
            return .success(Response(status: 200, body: Array(#"{"accessToken":"NEW","expiresIn":3600,"refreshToken":"R2"}"#.utf8)))
        }
        #expect(try chain.credentials(io).accessKeyID == "NEW")
        #expect(wasLocked)
    }

    @Test func whatAnotherRunnerHasRefreshedMeanwhileIsTaken() throws {
        let files = ChangingFiles([Self.config: Self.sso, Self.tokenFile: token("OLD", expires: "2026-11-21T00:10:00Z")])
        files.beforeRead = { [self] path, count in
            if path == Self.tokenFile, count == 1 { files.contents[path] = token("THEIRS", expires: "2026-11-21T02:00:00Z") }
        }
        var posts = 0
        let io = CredentialIO.fake(files: files, clock: clock) { [self] request in
            if request.method == "POST" { posts += 1 }
            return request.method == "POST" ? .success(Response(status: 400)) : portal(request)
        }
        #expect(try chain.credentials(io).accessKeyID == "THEIRS")
        #expect(posts == 0)
        files.contents[Self.tokenFile] = token("OLD", expires: "2026-11-21T00:10:00Z")
        files.beforeRead = { [self] path, _ in
            if path == Self.tokenFile, posts == 1 { files.contents[path] = token("CLI", expires: "2026-11-21T02:00:00Z") }
        }
        #expect(try chain.credentials(io).accessKeyID == "CLI", "the AWS CLI spent the refresh token, which makes ours a refusal")
        #expect(posts == 1)
    }

    // MARK: Instance metadata

    @Test func aLostTokenReplyCostsLittleOnAnInstance() throws {
        var (puts, lost) = (0, KeyReply.silence)
        let io = CredentialIO.fake(files: FakeFiles(contents: ["/sys/devices/virtual/dmi/id/sys_vendor": "Amazon EC2\n"]), clock: clock) { request in
            if request.method == "PUT" {
                puts += 1
                return lost
            }
            return request.path.hasSuffix("/") ? .success(Response(status: 200, body: Array("ops".utf8))) : KeyReply.metadata("V1", expiration: #""2026-11-21T07:00:00Z""#)
        }
        #expect(try chain.credentials(io).accessKeyID == "V1")
        #expect(puts == 2)
        lost = .failure(TransportError(.connect, "refused", mayHaveBeenSent: false))
        puts = 0
        #expect(failure(io) != nil)
        #expect(puts == 6, "a service that is being restarted is waited for")
    }

    // MARK: Roles

    @Test(arguments: ["ExpiredTokenException", "InvalidIdentityToken"]) func aTokenThatIsRotatedMayDoNextTime(_ code: String) throws {
        let environment = ["AWS_WEB_IDENTITY_TOKEN_FILE": "/token", "AWS_ROLE_ARN": "arn:aws:iam::1:role/R"]
        let files = FakeFiles(contents: ["/token": "t"])
        let found = try #require(failure(.fake(environment, files: files, clock: clock) { _ in KeyReply.refusal(code, status: 400) }))
        #expect(!found.isRefusal)
        let denied = try #require(failure(.fake(environment, files: files, clock: clock) { _ in KeyReply.refusal("AccessDenied") }))
        #expect(denied.isRefusal)
    }

    private static let role = "[default]\nrole_arn = arn:aws:iam::1:role/R\ncredential_source = Ec2InstanceMetadata\n"

    /// Instance metadata whose keys are those of `base`, and STS, which takes only `good`.
    private func instance(base: @escaping () -> String, good: String, stsAsked: @escaping () -> Void) -> CredentialIO {
        let files = FakeFiles(contents: Self.boot.merging([Self.config: Self.role]) { $1 })
        return .fake(files: files, clock: clock, shelf: CredentialShelf(folder: folder)) { [clock] request in
            if request.origin.host == "169.254.169.254" {
                if request.path.hasSuffix("token") { return .success(Response(status: 200, body: Array("TOKEN".utf8))) }
                if request.path.hasSuffix("/") { return .success(Response(status: 200, body: Array("ops".utf8))) }
                return KeyReply.metadata(base(), expiration: "\"\((clock.now + .seconds(6 * 3600)).rfc3339)\"")
            }
            stsAsked()
            let isGood = request.headers.contains { $0.name == "Authorization" && $0.value.contains("Credential=\(good)/") }
            return isGood ? KeyReply.sts("ROLE", until: clock.now + .seconds(3600)) : KeyReply.refusal("ExpiredToken")
        }
    }

    @Test func sourceKeysThatAWSCallsExpiredAreReplaced() throws {
        var (served, asked) = (0, 0)
        let io = instance(base: { served += 1; return "B\(served)" }, good: "B2") { asked += 1 }
        #expect(try InstanceMetadata().credentials(io).accessKeyID == "B1", "on the shelf now")
        #expect(try chain.credentials(io).accessKeyID == "ROLE")
        #expect(asked == 2)
        #expect(try InstanceMetadata().credentials(io).accessKeyID == "B2")
    }

    @Test func sourceKeysThatStayExpiredAreAskedForOnceMoreOnly() throws {
        var asked = 0
        let found = try #require(failure(instance(base: { "B1" }, good: "B2") { asked += 1 }))
        #expect(asked == 1)
        #expect(!found.isRefusal, "the instance renews them")
        let config = "[default]\nrole_arn = arn:aws:iam::1:role/R\nsource_profile = base\n[profile base]\naws_access_key_id = A\naws_secret_access_key = S\naws_session_token = T"
        #expect(failure(.fake(files: FakeFiles(contents: [Self.config: config]), clock: clock) { _ in KeyReply.refusal("ExpiredToken") })?.isRefusal == true, "nobody renews those")
    }

    @Test func theEndOfARoleIsByOurClock() throws {
        let config = "[default]\nrole_arn = arn:aws:iam::1:role/R\nsource_profile = base\n[profile base]\naws_access_key_id = A\naws_secret_access_key = S"
        let keys = try chain.credentials(.fake(files: FakeFiles(contents: [Self.config: config]), clock: clock) { [clock] _ in
            KeyReply.sts("ROLE", until: clock.now, date: (clock.now + .seconds(-3600)).httpDate)
        })
        #expect(keys.expiration.map { abs(($0 - clock.now).inSeconds - 3600) < 2 } == true)
    }

    @Test func theTokenFileOfAContainerIsReadOnce() throws {
        let files = ChangingFiles(Self.boot.merging(["/token": "A1"]) { $1 })
        files.beforeRead = { path, count in if path == "/token" { files.contents[path] = "A\(count + 1)" } }
        let environment = ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1/c", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/token"]
        let io = CredentialIO.fake(environment, files: files, clock: clock, shelf: CredentialShelf(folder: folder)) { request in
            #expect(request.headers.contains(Header("Authorization", "A1")))
            return KeyReply.metadata("K", expiration: #""2026-11-21T07:00:00Z""#)
        }
        #expect(try chain.credentials(io).accessKeyID == "K")
        #expect(files.reads["/token"] == 1)
    }
}
