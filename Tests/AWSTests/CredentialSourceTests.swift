import Effects
import Foundation
import HTTP
import JSON
import Testing

@testable import AWS

/// What the recorded dialogues do not show of roles, web identities, IAM Identity Center and instance metadata.
@Suite struct CredentialSourceTests {
    private let clock = FakeClock()
    private let chain = CredentialChain.standard(profile: nil, home: "/home/batch")
    private static let config = "/home/batch/.aws/config"

    private func io(
        _ environment: [String: String] = [:], files: [String: String] = [:], written: @escaping (String, [UInt8]) -> Void = { _, _ in },
        answer: @escaping FakeTransport.Answer
    ) -> CredentialIO {
        CredentialIO(
            environment: Environment(environment), files: FakeFiles(contents: files), clock: clock, random: Randomness { 0.5 }, interrupt: nil,
            replaceFile: { (path, bytes) throws(FileError) in written(path, bytes) }, makeTransport: { [clock] in FakeTransport(clock: clock, answer: answer) })
    }

    private func sts(_ id: String) -> Result<Response, TransportError> {
        let expiration = (clock.now + .seconds(3600)).rfc3339
        return .success(Response(status: 200, body: Array("""
            <AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>\(id)</AccessKeyId><SecretAccessKey>S</SecretAccessKey>\
            <SessionToken>T</SessionToken><Expiration>\(expiration)</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>
            """.utf8)))
    }

    private func form(_ request: Request) -> [String: String] {
        String(decoding: request.body, as: UTF8.self).split(separator: "&").reduce(into: [:]) { form, pair in
            let parts = pair.split(separator: "=", maxSplits: 1).map { String($0).removingPercentEncoding ?? "" }
            form[parts[0]] = parts.count > 1 ? parts[1] : ""
        }
    }

    @Test func aChainOfRolesIsSignedStepByStep() throws {
        let config = """
            [profile outer]
            role_arn = arn:aws:iam::1:role/Outer
            source_profile = inner
            external_id = a b/c
            duration_seconds = 900
            role_session_name = payroll
            [profile inner]
            role_arn = arn:aws:iam::2:role/Inner
            credential_source = Environment
            """
        var requests: [Request] = []
        let io = io(["AWS_PROFILE": "outer", "AWS_ACCESS_KEY_ID": "BASE", "AWS_SECRET_ACCESS_KEY": "S"], files: [Self.config: config]) { request in
            requests.append(request)
            return sts("STEP\(requests.count)")
        }
        // AWS_PROFILE does not remove the environment's keys; a profile of the command line does.
        #expect(try chain.credentials(io).accessKeyID == "BASE")
        let keys = try CredentialChain.standard(profile: "outer", home: "/home/batch").credentials(io)
        #expect(keys.accessKeyID == "STEP2")
        #expect(keys.sessionToken == "T")
        #expect(requests.map { $0.url } == ["https://sts.us-east-1.amazonaws.com/", "https://sts.us-east-1.amazonaws.com/"])
        #expect(form(requests[0]) == ["Action": "AssumeRole", "Version": "2011-06-15", "RoleArn": "arn:aws:iam::2:role/Inner", "RoleSessionName": "awsjob"])
        #expect(form(requests[1]) == [
            "Action": "AssumeRole", "Version": "2011-06-15", "RoleArn": "arn:aws:iam::1:role/Outer", "RoleSessionName": "payroll", "ExternalId": "a b/c",
            "DurationSeconds": "900",
        ])
        func authorization(_ request: Request) -> String { request.headers.first { $0.name == "Authorization" }?.value ?? "" }
        #expect(authorization(requests[0]).contains("Credential=BASE/20261121/us-east-1/sts/aws4_request"))
        #expect(authorization(requests[1]).contains("Credential=STEP1/"))
        #expect(authorization(requests[1]).contains("x-amz-security-token"))
    }

    @Test(arguments: [
        ("mfa_serial = arn:aws:iam::1:mfa/me\nsource_profile = base", "MFA code"), ("credential_source = Lambda", "is none of Environment"),
        ("source_profile = nowhere", "which no file has"),
    ])
    func rolesThatNobodyCanAssumeAreRefused(_ settings: String, _ words: String) {
        let config = "[default]\nrole_arn = arn:aws:iam::1:role/R\n\(settings)\n[profile base]\naws_access_key_id = A\naws_secret_access_key = S"
        do {
            _ = try chain.credentials(io(files: [Self.config: config]) { _ in sts("NEVER") })
            Issue.record("no failure")
        } catch {
            #expect(error.isRefusal)
            #expect("\(error)".contains(words))
        }
    }

    @Test func aWrongClockIsCorrectedOnce() throws {
        let config = "[default]\nrole_arn = arn:aws:iam::1:role/R\nsource_profile = base\n[profile base]\naws_access_key_id = A\naws_secret_access_key = S"
        var dates: [String] = []
        let keys = try chain.credentials(io(files: [Self.config: config]) { request in
            dates.append(request.headers.first { $0.name == "X-Amz-Date" }?.value ?? "")
            guard dates.count == 1 else { return sts("K") }
            let body = "<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code><Message>Signature expired</Message></Error></ErrorResponse>"
            return .success(Response(status: 403, headers: [Header("Date", "Sat, 21 Nov 2026 02:00:00 GMT")], body: Array(body.utf8)))
        })
        #expect(keys.accessKeyID == "K")
        #expect(dates[0].hasPrefix("20261121T0100"))
        #expect(dates[1].hasPrefix("20261121T0200"))
    }

    @Test func aWebIdentityIsReadAnewAndSentUnsigned() throws {
        final class Rotating: FileReader {
            var count = 0
            func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
                guard path == "/token" else { throw FileError(action: "open", path: path, code: 2) }
                count += 1
                return Array("token\(count)\n".utf8)
            }
        }
        var tokens: [String] = []
        var away = 1
        let transport: FakeTransport.Answer = { request in
            #expect(!request.headers.contains { $0.name == "Authorization" })
            tokens.append(form(request)["WebIdentityToken"] ?? "")
            if away > 0 {
                away -= 1
                let body = "<ErrorResponse><Error><Code>IDPCommunicationError</Code><Message>away</Message></Error></ErrorResponse>"
                return .success(Response(status: 400, body: Array(body.utf8)))
            }
            return sts("K\(tokens.count)")
        }
        let io = CredentialIO(
            environment: Environment(["AWS_WEB_IDENTITY_TOKEN_FILE": "/token", "AWS_ROLE_ARN": "arn:aws:iam::1:role/R"]), files: Rotating(), clock: clock,
            random: Randomness { 0.5 }, interrupt: nil
        ) { [clock] in FakeTransport(clock: clock, answer: transport) }
        let cache = CredentialCache(chain: chain, io: io)
        #expect(try cache.credentials().accessKeyID == "K2")
        clock.elapsed += .seconds(3000)
        #expect(try cache.credentials().accessKeyID == "K3")
        #expect(tokens == ["token1", "token1", "token2"])
    }

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
    private static let tokenFile = "/home/batch/.aws/sso/cache/34c6fceca75e456f25e7e99531e2425c6c1de443.json"

    private func token(expires: String) -> String {
        #"{"accessToken":"OLD","expiresAt":"\#(expires)","refreshToken":"R1","clientId":"C","clientSecret":"CS","registrationExpiresAt":"2027-01-01T00:00:00Z","region":"eu-west-1","startUrl":"https://d.example/start"}"#
    }

    private let portal = Response(status: 200, body: Array(#"{"roleCredentials":{"accessKeyId":"SSO","secretAccessKey":"S","sessionToken":"T","expiration":1795230000000}}"#.utf8))

    @Test func anSSOTokenIsRefreshedAndTheNewOneKept() throws {
        var written: JSONValue?
        var urls: [String] = []
        let io = io(files: [Self.config: Self.sso, Self.tokenFile: token(expires: "2026-11-21T01:10:00Z")], written: { path, bytes in
            #expect(path == Self.tokenFile)
            written = try? JSONValue(parsing: bytes)
        }) { request in
            urls.append(request.url)
            guard request.method == "POST" else {
                #expect(request.headers.contains(Header("x-amz-sso_bearer_token", "NEW")))
                return .success(portal)
            }
            let body = try? JSONValue(parsing: request.body)
            #expect(body?["grantType"]?.string == "refresh_token")
            #expect(body?["refreshToken"]?.string == "R1")
            return .success(Response(status: 200, body: Array(#"{"accessToken":"NEW","expiresIn":3600,"refreshToken":"R2"}"#.utf8)))
        }
        #expect(try chain.credentials(io).accessKeyID == "SSO")
        #expect(urls == ["https://oidc.eu-west-1.amazonaws.com/token", "https://portal.sso.eu-west-1.amazonaws.com/federation/credentials?role_name=R&account_id=1"])
        #expect(written?["accessToken"]?.string == "NEW")
        #expect(written?["refreshToken"]?.string == "R2")
        #expect(written?["clientSecret"]?.string == "CS")
        #expect(written?["expiresAt"]?.string?.hasPrefix("2026-11-21T02:00:0") == true)
    }

    @Test func whereNothingRefreshesItAPersonIsAskedFor() {
        let io = io(files: [Self.config: Self.sso, Self.tokenFile: token(expires: "2026-11-21T00:10:00Z")]) { _ in .success(Response(status: 400)) }
        do {
            _ = try chain.credentials(io)
            Issue.record("no failure")
        } catch {
            #expect(error.isRefusal)
            #expect(error.next == "run aws sso login --profile default")
        }
    }

    @Test func metadataVersion1OnlyAsTheRulesAllow() throws {
        func answer(token: Result<Response, TransportError>, list: Int = 200) -> FakeTransport.Answer {
            { request in
                #expect(request.limits.bypassesProxy)
                if request.method == "PUT" { return token }
                #expect(!request.headers.contains { $0.name == "x-aws-ec2-metadata-token" })
                if request.path.hasSuffix("/") { return .success(Response(status: list, body: Array("ops".utf8))) }
                return .success(Response(status: 200, body: Array(#"{"Code":"Success","AccessKeyId":"V1","SecretAccessKey":"S"}"#.utf8)))
            }
        }
        for status in [403, 404, 405] {
            #expect(try chain.credentials(io(answer: answer(token: .success(Response(status: status))))).accessKeyID == "V1")
            let strict = io(["AWS_EC2_METADATA_V1_DISABLED": "true"], answer: answer(token: .success(Response(status: status))))
            #expect(throws: CredentialChain.Failure.self) { try chain.credentials(strict) }
        }
        #expect(throws: CredentialChain.Failure.self) { try chain.credentials(io(answer: answer(token: .success(Response(status: 400))))) }
        let lost = Result<Response, TransportError>.failure(TransportError(.timeout, "no reply", mayHaveBeenSent: true))
        #expect(try chain.credentials(io(answer: answer(token: lost))).accessKeyID == "V1")
        do {
            _ = try chain.credentials(io(answer: answer(token: lost, list: 401)))
            Issue.record("no failure")
        } catch {
            #expect("\(error)".contains("hop limit"))
        }
    }

    @Test func aLoginSessionIsNotPassedOver() {
        let io = io(files: [Self.config: "[default]\nlogin_session = arn:aws:iam::1:user/me"]) { _ in .success(Response(status: 200)) }
        #expect(throws: CredentialChain.Failure.self) { try chain.credentials(io) }
    }
}
