import Effects
import Foundation
import HTTP
import JSON
import TestSupport
import Testing

@testable import AWS

/// When keys are replaced, and what a failure to replace them does, as the SDKs of AWS have agreed upon.
@Suite struct CredentialRefreshTests {
    private final class Script: CredentialProvider {
        let name = "script"
        let clock: FakeClock
        var next = Result<Credentials, CredentialsError>.failure(.failed("no answer"))
        var asked = 0
        private var served = 0

        init(clock: FakeClock) { self.clock = clock }

        func keys(id: String? = nil, lifetime: Int) -> Credentials {
            served += 1
            return Credentials(accessKeyID: id ?? "KEY\(served)", secretAccessKey: "S", expiration: clock.now + .seconds(lifetime), source: name)
        }

        func credentials(_ io: CredentialIO) throws(CredentialsError) -> Credentials {
            asked += 1
            return try next.get()
        }
    }

    @Test func stateMachine() throws {
        guard let fixture = Fixture("credentials/smithy-rs/aws-runtime/test-data/credential-refresh-tests.json") else { return }
        for test in try fixture.json().array ?? [] {
            let name = test["documentation"]?.string ?? ""
            if test["given"]?["configuredAdvisoryWindowSeconds"] != nil {
                fixture.skip(name, "the window is no option here")
                continue
            }
            let steps = test["steps"]?.array ?? []
            if test["given"]?["cachedCredentials"]?.string != "none", steps.contains(where: { $0["response"]?.string == "nonRecoverableError" }) {
                fixture.skip(name, "a run with keys that are still good goes on with them; see aRefusalCountsOnceTheKeysHaveExpired")
                continue
            }
            try run(test, name, steps)
            fixture.pass()
        }
        fixture.report()
        #expect(fixture.passed == 20)
    }

    private func run(_ test: JSONValue, _ name: String, _ steps: [JSONValue]) throws {
        let clock = FakeClock()
        let script = Script(clock: clock)
        let backoff = test["given"]?["refreshBackoffSeconds"]?.double ?? 450
        let cache = cache(script, jitter: (backoff - 300) / 300)
        var current: Credentials?
        if let age = ["valid": 0, "advisory": 3000, "mandatory": 3570, "expired": 3700][test["given"]?["cachedCredentials"]?.string ?? ""] {
            script.next = .success(script.keys(id: test["given"]?["accessKeyId"]?.string, lifetime: 3600))
            current = try cache.credentials()
            clock.elapsed += .seconds(age)
        }
        for step in steps {
            switch step["type"]?.string {
            case "advanceTime": clock.elapsed += .seconds(step["seconds"]?.int ?? 0)
            case "invalidate": cache.discard(accessKeyID: step["rejectedAccessKeyId"]?.string ?? "")
            default:
                script.asked = 0
                switch step["response"]?.string {
                case "freshCredentials": script.next = .success(script.keys(lifetime: step["lifetimeSeconds"]?.int ?? 3600))
                case "staleCredentials": script.next = .success(script.keys(lifetime: 0))
                case "nonRecoverableError": script.next = .failure(.refused("login"))
                default: script.next = .failure(.failed("away"))
                }
                let result = Result { () throws(CredentialChain.Failure) in try cache.credentials() }
                let expected = step["expected"]
                #expect((script.asked > 0) == expected?["sourceContacted"]?.bool, "\(name)")
                switch (expected?["result"]?.string, result) {
                case ("newCredentials", .success(let keys)): #expect(.success(keys) == script.next, "\(name)")
                case ("cachedCredentials", .success(let keys)): #expect(keys == current, "\(name)")
                case ("noCredentialsError", .failure(let failure)): #expect(!failure.isRefusal, "\(name)")
                case ("nonRecoverableError", .failure(let failure)): #expect(failure.isRefusal, "\(name)")
                default: Issue.record("\(name): \(result)")
                }
                if let window = expected?["advisoryWindowSeconds"]?.int, case .success(let keys) = result, let end = keys.expiration {
                    #expect(Credentials.advisoryWindow(lifetime: end - clock.now) == .seconds(window), "\(name)")
                }
                current = try? result.get()
            }
        }
    }

    private func cache(_ script: Script, jitter: Double = 0.5) -> CredentialCache {
        let io = CredentialIO(environment: Environment([:]), files: FakeFiles(), clock: script.clock, random: Randomness { jitter }, interrupt: nil) {
            FakeTransport(clock: script.clock) { _ in .success(.init(status: 500)) }
        }
        return CredentialCache(chain: CredentialChain([script]), io: io)
    }

    @Test func aRefusalCountsOnceTheKeysHaveExpired() throws {
        let script = Script(clock: FakeClock())
        let cache = cache(script)
        let first = script.keys(lifetime: 3600)
        script.next = .success(first)
        _ = try cache.credentials()
        script.next = .failure(.refused("run aws sso login"))
        script.clock.elapsed += .seconds(3000)
        #expect(try cache.credentials() == first)
        script.clock.elapsed += .seconds(700)
        #expect(throws: CredentialChain.Failure.self) { try cache.credentials() }
        script.asked = 0
        #expect(throws: CredentialChain.Failure.self) { try cache.credentials() }
        #expect(script.asked == 0, "told again for a few seconds without asking")
        script.next = .success(script.keys(lifetime: 3600))
        script.clock.elapsed += .seconds(6)
        #expect(try cache.credentials().accessKeyID == "KEY2")
    }

    @Test func aStopAsksASourceThatIsAwayOnce() throws {
        let script = Script(clock: FakeClock())
        let cache = cache(script)
        #expect(throws: CredentialChain.Failure.self) { try cache.credentials(urgent: true) }
        #expect(throws: CredentialChain.Failure.self) { try cache.credentials(urgent: true) }
        #expect(script.asked == 1)
        script.clock.elapsed += .seconds(6)
        script.next = .success(script.keys(lifetime: 3600))
        let first = try cache.credentials()
        script.next = .failure(.failed("away"))
        script.clock.elapsed += .seconds(3700)
        _ = try cache.credentials()
        script.asked = 0
        for _ in 0..<5 {
            script.clock.elapsed += .milliseconds(700)
            #expect(try cache.credentials(urgent: true) == first)
        }
        #expect(script.asked == 1, "although the run itself has just met with the same")
    }

    @Test func whileKeysAreGoodTheNextAttemptComesBeforeTheirEnd() throws {
        let script = Script(clock: FakeClock())
        let cache = cache(script)
        script.next = .success(script.keys(lifetime: 900))
        _ = try cache.credentials()
        script.next = .failure(.failed("away"))
        script.clock.elapsed += .seconds(650)
        _ = try cache.credentials()
        script.next = .success(script.keys(lifetime: 900))
        script.clock.elapsed += .seconds(150)
        #expect(try cache.credentials().accessKeyID == "KEY2")
    }

    /// Every call of a run fails by then, and --give-up-after runs.
    @Test func aSourceIsAskedSoonAgainOnceAWSRejectsTheKeys() throws {
        let script = Script(clock: FakeClock())
        let cache = cache(script)
        script.next = .success(script.keys(lifetime: 15))
        let first = try cache.credentials()
        script.next = .failure(.failed("away"))
        script.clock.elapsed += .seconds(20)
        for _ in 0..<8 {
            script.clock.elapsed += .seconds(5)
            #expect(try cache.credentials() == first)
            cache.discard(accessKeyID: first.accessKeyID)
        }
        #expect(script.asked >= 2 && script.asked <= 5)
        script.next = .success(script.keys(lifetime: 3600))
        script.clock.elapsed += .seconds(30)
        #expect(try cache.credentials().accessKeyID == "KEY2")
    }
}
