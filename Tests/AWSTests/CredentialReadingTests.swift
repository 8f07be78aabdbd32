import Effects
import HTTP
import Testing

@testable import AWS

/// What is read of keys, and what is said about them: their ends, their profile, what to do next, the trace.
@Suite struct CredentialReadingTests {
    private let clock = FakeClock()
    private let chain = CredentialChain.standard(profile: nil, home: "/h")
    private static let container = ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1/v2/secret-path"]
    private static let keys = ["AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "S"]

    private func failure(_ environment: [String: String] = [:], config: String = "", answer: @escaping FakeTransport.Answer = { _ in .success(Response(status: 404)) }) -> CredentialChain.Failure? {
        do {
            _ = try chain.credentials(.fake(environment, files: FakeFiles(contents: config.isEmpty ? [:] : ["/h/.aws/config": config]), clock: clock, answer: answer))
            return nil
        } catch {
            return error
        }
    }

    @Test func aTokenIsReadAsItIsSent() throws {
        let environment = Self.keys.merging(["AWS_SESSION_TOKEN": " secret-token\n"]) { $1 }
        let keys = try chain.credentials(.fake(environment, clock: clock) { _ in KeyReply.silence })
        let token = try #require(keys.sessionToken)
        let signed = Signer(credentials: keys, region: "eu-west-1", service: "sts").sign(Request("GET", Origin(scheme: "https", host: "h", port: nil)), at: clock.now)
        #expect(signed.canonicalRequest.text.contains("x-amz-security-token:\(token)\n"), "what masks look for is what stands there")
        #expect(signed.request.headers.contains(Header("X-Amz-Security-Token", token)))
        let empty = try chain.credentials(.fake(Self.container, clock: clock) { _ in KeyReply.metadata("K", expiration: "null", token: "") })
        #expect(empty.sessionToken == nil)
    }

    @Test(arguments: [#""soon""#, "1795230000", "{}"]) func anEndThatNobodyCanReadIsNoNever(_ expiration: String) throws {
        #expect(failure(Self.container) { _ in KeyReply.metadata("K", expiration: expiration) }.map { "\($0)" }?.contains("Expiration") == true)
        let process = #"{"Version":1,"AccessKeyId":"A","SecretAccessKey":"S","Expiration":\#(expiration)}"#
        #expect(throws: CredentialsError.failed("/bin/p gave an Expiration that is no ISO 8601 time")) {
            try ProcessProvider.parse(Array(process.utf8), program: "/bin/p", profile: "p")
        }
        let exported = try #require(failure(Self.keys.merging(["AWS_CREDENTIAL_EXPIRATION": expiration]) { $1 }))
        #expect("\(exported)".contains("AWS_CREDENTIAL_EXPIRATION"))
        #expect(exported.isRefusal, "the environment of a process stays as it is")
    }

    @Test func aProfileThatIsNamedHasToBeThere() throws {
        let config = "[default]\naws_access_key_id = D\naws_secret_access_key = S\n[profile other]\naws_access_key_id = O\naws_secret_access_key = S"
        for variable in ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"] {
            let found = try #require(failure([variable: "prod"], config: config), "\(variable)")
            #expect("\(found)".contains("no profile prod"))
            #expect(found.isRefusal)
        }
        let files = FakeFiles(contents: ["/h/.aws/config": config])
        let both = ["AWS_PROFILE": "other", "AWS_DEFAULT_PROFILE": "default"]
        #expect(try chain.credentials(.fake(both, files: files, clock: clock) { _ in KeyReply.silence }).accessKeyID == "O", "as in version 2 of the AWS CLI")
    }

    @Test func whatToDoNextBelongsToTheCause() {
        let role = "[default]\nrole_arn = arn:aws:iam::1:role/R\nsource_profile = base\n[profile base]\naws_access_key_id = A\naws_secret_access_key = S"
        #expect(failure()?.next == nil, "nothing is set up")
        #expect(failure(config: role + "\n[default]\nmfa_serial = arn:aws:iam::1:mfa/me")?.next == "name a profile whose role asks for none")
        #expect(failure(config: role) { _ in KeyReply.refusal("AccessDenied") }?.next?.contains("sts:AssumeRole") == true)
        #expect(failure(config: role) { _ in KeyReply.refusal("InvalidClientTokenId") }?.next == "check the keys of profile base, and this host's clock")
        #expect(failure(config: "[default]\nlogin_session = me")?.next?.contains("give the job a role") == true)
        #expect(failure(config: "[default]\n = x")?.next == "mend that line")
        #expect(failure(["AWS_ACCESS_KEY_ID": "A"])?.next == "set both or neither")
        #expect(failure(config: "[default]\ncredential_process = /bin/false")?.next == "run /bin/false by hand to see why")
        #expect(failure(Self.container) { _ in KeyReply.silence }?.next?.contains("mend it or take it out") == true)
    }

    @Test func theTraceShowsEachRequestAndNoSecret() throws {
        var (lines, throttles): ([String], Int) = ([], 1)
        let environment = Self.container.merging(["AWS_CONTAINER_AUTHORIZATION_TOKEN": "secret-token"]) { $1 }
        _ = try chain.credentials(.fake(environment, clock: clock, trace: { lines.append($0) }) { _ in
            throttles -= 1
            return throttles < 0 ? KeyReply.metadata("K", expiration: #""2026-11-21T07:00:00Z""#) : .success(Response(status: 429, headers: [Header("x-amzn-RequestId", "r-1")]))
        })
        #expect(lines == [
            "credentials GET http://127.0.0.1 429 request r-1, 10 ms, attempt 1", "credentials GET http://127.0.0.1 200 request without id, 10 ms, attempt 2",
        ])
        lines = []
        _ = try? chain.credentials(.fake(environment, clock: clock, trace: { lines.append($0) }) { _ in KeyReply.silence })
        #expect(lines.first == "credentials GET http://127.0.0.1 no reply, 10 ms, attempt 1")
        #expect(lines.count == 4)
    }
}
