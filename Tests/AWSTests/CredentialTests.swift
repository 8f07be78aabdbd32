import AWS
import Effects
import HTTP
import JSON
import Testing

@Suite struct CredentialTests {
    private let clock = FakeClock()

    private func io(_ environment: [String: String] = [:], files: [String: String] = [:], answer: @escaping FakeTransport.Answer = { _ in .failure(TransportError(.connect, "refused", mayHaveBeenSent: false)) }) -> CredentialIO {
        CredentialIO(
            environment: Environment(environment), files: FakeFiles(contents: files), clock: clock, random: Randomness { 0.5 }, interrupt: nil
        ) { [clock] in FakeTransport(clock: clock, answer: answer) }
    }

    private let chain = CredentialChain.standard(profile: nil, home: "/home/batch")

    @Test func environmentFirst() throws {
        let keys = try chain.credentials(io(["AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "S", "AWS_SESSION_TOKEN": "T"]))
        #expect(keys == Credentials(accessKeyID: "A", secretAccessKey: "S", sessionToken: "T", source: "environment"))
        #expect("\(keys)" == "credentials of environment (A…)")
    }

    @Test func aKeyWithoutItsSecretStopsTheChain() {
        #expect(throws: CredentialChain.Failure.self) { try chain.credentials(io(["AWS_ACCESS_KEY_ID": "A"], files: ["/home/batch/.aws/credentials": "[default]\naws_access_key_id=B\naws_secret_access_key=C"])) }
    }

    @Test func credentialsFileThenProcessThenConfig() throws {
        let credentials = "[default]\naws_access_key_id = FILE\naws_secret_access_key = S # kept\n"
        let config = "[default]\ncredential_process = /bin/echo '{\"Version\":1,\"AccessKeyId\":\"PROC\",\"SecretAccessKey\":\"x\"}'\naws_access_key_id = CONF\naws_secret_access_key = S\n"
        #expect(try chain.credentials(io(files: ["/home/batch/.aws/credentials": credentials, "/home/batch/.aws/config": config])).accessKeyID == "FILE")
        #expect(try chain.credentials(io(files: ["/home/batch/.aws/config": config])).accessKeyID == "PROC")
    }

    @Test func anExplicitProfilePassesOverTheEnvironment() throws {
        let chain = CredentialChain.standard(profile: "etl", home: "/home/batch")
        let keys = try chain.credentials(io(["AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "S"], files: ["/home/batch/.aws/config": "[profile etl]\naws_access_key_id=E\naws_secret_access_key=S"]))
        #expect(keys.accessKeyID == "E")
    }

    @Test func instanceMetadataThroughThrottles() throws {
        var throttles = 3
        let answer: FakeTransport.Answer = { request in
            if throttles > 0 {
                throttles -= 1
                return .success(Response(status: 429))
            }
            switch request.path {
            case "/latest/api/token": return .success(Response(status: 200, body: Array("TOKEN".utf8)))
            case "/latest/meta-data/iam/security-credentials/": return .success(Response(status: 200, body: Array("ops".utf8)))
            default:
                #expect(request.headers.contains(Header("x-aws-ec2-metadata-token", "TOKEN")))
                #expect(request.limits.bypassesProxy)
                return .success(Response(status: 200, body: Array(#"{"Code":"Success","AccessKeyId":"I","SecretAccessKey":"S","Token":"T","Expiration":"2026-11-21T07:00:00Z"}"#.utf8)))
            }
        }
        let keys = try chain.credentials(io(answer: answer))
        #expect(keys.accessKeyID == "I")
        #expect(keys.expiration == Timestamp(iso8601: "2026-11-21T07:00:00Z"))
    }

    @Test func theFailureNamesEveryLink() {
        do {
            _ = try chain.credentials(io())
            Issue.record("no failure")
        } catch {
            #expect(error.attempts.map(\.link) == [
                "environment", "assume role", "web identity", "sso", "credentials file", "login", "credential_process", "config file", "container",
                "instance metadata",
            ])
            #expect("\(error)" == "environment (AWS_ACCESS_KEY_ID unset), profile (no profile default), web identity (no AWS_WEB_IDENTITY_TOKEN_FILE), container (not in one), instance metadata (refused)")
        }
    }

    @Test func containerHostsAreLimited() {
        for url in ["http://evil.example/creds", "http://10.0.0.1/creds"] {
            #expect(throws: CredentialChain.Failure.self) { try chain.credentials(io(["AWS_CONTAINER_CREDENTIALS_FULL_URI": url])) }
        }
    }

    @Test func refreshesBeforeExpiryAndKeepsTheOldKeysThroughAnOutage() throws {
        var served = 0
        var isUp = true
        let answer: FakeTransport.Answer = { [clock] _ in
            guard isUp else { return .success(Response(status: 500)) }
            served += 1
            let expiration = (clock.now + .seconds(3600)).rfc3339
            return .success(Response(status: 200, body: Array(#"{"AccessKeyId":"K\#(served)","SecretAccessKey":"S","Token":"T","Expiration":"\#(expiration)"}"#.utf8)))
        }
        let cache = CredentialCache(chain: chain, io: io(["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1/c"], answer: answer))
        #expect(try cache.credentials().accessKeyID == "K1")
        clock.elapsed += .seconds(1800)
        #expect(try cache.credentials().accessKeyID == "K1")
        clock.elapsed += .seconds(1000)
        #expect(try cache.credentials().accessKeyID == "K2")
        isUp = false
        clock.elapsed += .seconds(3 * 3600)
        #expect(try cache.credentials().accessKeyID == "K2")
        isUp = true
        clock.elapsed += .seconds(601)
        #expect(try cache.credentials().accessKeyID == "K3")
        clock.elapsed += .seconds(3000)
        #expect(try cache.credentials(urgent: true).accessKeyID == "K3", "a stop does not wait for a refresh")
        cache.discard(accessKeyID: "K3")
        #expect(try cache.credentials(urgent: true).accessKeyID == "K4", "unless the keys have expired")
    }
}
