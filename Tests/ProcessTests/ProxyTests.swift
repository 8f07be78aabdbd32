import Foundation
import JSON
import Testing
import TestSupport

/// Runs behind a proxy: through it, past it, and what an operator reads when it does not let them through.
@Suite struct ProxyTests {
    let certificates: Certificates
    let machine = ScriptedAWS.machinePrefix + "any-x"

    init() throws {
        certificates = try Certificates()
    }

    /// A job whose AWS has a name that only the proxy knows.
    private func jobBehindTheProxy(_ aws: ScriptedAWS, _ variables: [String: String]) throws -> Job {
        var job = try Job(aws)
        job.environment["AWS_ENDPOINT_URL"] = "https://states.example.test:\(aws.port)"
        job.environment["AWS_CA_BUNDLE"] = certificates.path("ca.pem")
        job.environment.merge(variables) { $1 }
        return job
    }

    /// Nothing started, in one line that says why and what next.
    private func expectRefusal(_ run: ChildRun, _ words: String..., code: Int32 = 115) throws {
        #expect(try run.wait() == .exited(code), "\(run.stderr)")
        #expect(run.stderrLines.count == 1, "\(run.stderr)")
        #expect(run.stderr.utf8.count <= 300)
        for word in words + ["Next: "] { #expect(run.stderr.contains(word), "\(word) is not in \(run.stderr)") }
    }

    @Test(arguments: ["HTTPS_PROXY", "https_proxy"])
    func aRunGoesThroughOneTunnel(variable: String) throws {
        let (aws, proxy) = (try certificates.server("server"), try TestProxy())
        let run = try jobBehindTheProxy(aws, [variable: proxy.url]).run(machine)
        #expect(try run.wait() == .exited(0), "\(run.stderr)")
        let tunnels = try proxy.requests()
        #expect(tunnels.count == 1)
        #expect(tunnels.first?["method"]?.string == "CONNECT")
        #expect(tunnels.first?["target"]?.string == "states.example.test:\(aws.port)")
        #expect(tunnels.first?["authorization"]?.string == nil)
    }

    @Test func thePasswordIsSentAndNeverShown() throws {
        let (aws, proxy) = (try certificates.server("server"), try TestProxy("--user", "ops:p@ss/word"))
        let job = try jobBehindTheProxy(aws, ["HTTPS_PROXY": "http://ops:p%40ss%2Fword@127.0.0.1:\(proxy.port)"])
        let run = try job.run(machine, "-v", "--result-file", job.stateFolder.appending(path: "result").path)
        #expect(try run.wait() == .exited(0), "\(run.stderr)")
        #expect(run.stderr.contains("states:StartExecution POST"))
        let files = FileManager.default.enumerator(at: job.stateFolder, includingPropertiesForKeys: nil)?.compactMap { $0 as? URL } ?? []
        let kept = files.compactMap { try? String(contentsOf: $0, encoding: .utf8) }
        #expect(!kept.isEmpty)
        // The last one is ops:p@ss/word in base 64.
        for secret in ["p@ss", "p%40ss", "b3BzOnBAc3Mvd29yZA"] {
            for text in kept + [run.stdout, run.stderr] { #expect(!text.contains(secret)) }
        }
    }

    @Test func aWrongPasswordOfTheProxy() throws {
        let (aws, proxy) = (try certificates.server("server"), try TestProxy("--user", "ops:right"))
        let run = try jobBehindTheProxy(aws, ["HTTPS_PROXY": "http://ops:wrong-one@127.0.0.1:\(proxy.port)"]).run(machine)
        try expectRefusal(run, "proxy \(proxy.url) answered CONNECT with HTTP 407", "HTTPS_PROXY")
        #expect(!run.stderr.contains("wrong-one"))
    }

    @Test(arguments: [403, 407])
    func aProxyThatLetsNobodyThrough(status: Int) throws {
        let (aws, proxy) = (try certificates.server("server"), try TestProxy("--refuse", "\(status)"))
        try expectRefusal(try jobBehindTheProxy(aws, ["HTTPS_PROXY": proxy.url]).run(machine), "HTTP \(status)", proxy.url)
    }

    /// It may come back: tried again until the start has no time left.
    @Test func aProxyThatReachesNobody() throws {
        let (aws, proxy) = (try certificates.server("server"), try TestProxy("--refuse", "503"))
        let run = try jobBehindTheProxy(aws, ["HTTPS_PROXY": proxy.url]).run(machine, "--give-up-after", "7")
        #expect(try run.wait() == .exited(115), "\(run.stderr)")
        #expect(run.stderrLines.last?.contains("HTTP 503") == true, "\(run.stderr)")
        #expect(try proxy.requests("CONNECT").count > 1)
    }

    @Test func aDeadProxy() throws {
        let aws = try certificates.server("server")
        let job = try jobBehindTheProxy(aws, ["HTTPS_PROXY": "http://127.0.0.1:1"])
        try expectRefusal(try job.run(machine, "--give-up-after", "2"), "through proxy http://127.0.0.1:1", "cannot be reached")
    }

    @Test func aProxyThatIsNone() throws {
        let aws = try certificates.server("server")
        let run = try jobBehindTheProxy(aws, ["HTTPS_PROXY": "http://ops:hidden-one@h:port"]).run(machine)
        try expectRefusal(run, "proxy http://h:port")
        #expect(!run.stderr.contains("hidden-one"))
    }

    @Test(arguments: [200, 302, 511])
    func aPageToSignInInPlaceOfATunnel(status: Int) throws {
        let (aws, proxy) = (try certificates.server("server"), try TestProxy("--page", "\(status)"))
        try expectRefusal(try jobBehindTheProxy(aws, ["HTTPS_PROXY": proxy.url]).run(machine, "--give-up-after", "2"), "proxy \(proxy.url)")
    }

    /// A page with status 200 may stand in for an answer that a proxy did not let through, so that a start is unknown then.
    @Test(arguments: [(200, 113), (302, 115), (511, 115)] as [(Int, Int32)])
    func aPageToSignInInPlaceOfAWS(status: Int, code: Int32) throws {
        let (aws, proxy) = (try ScriptedAWS(), try TestProxy("--page", "\(status)"))
        var job = try Job(aws)
        job.environment["HTTP_PROXY"] = proxy.url
        let run = try job.run(machine, "--give-up-after", "6")
        #expect(try run.wait() == .exited(code), "\(run.stderr)")
        let last = try #require(run.stderrLines.last)
        #expect(last.contains("HTTP \(status)") && last.contains("text/html") && last.contains("Next: ") && last.utf8.count < 300, "\(run.stderr)")
        #expect(try aws.calls().isEmpty)
    }

    /// libcurl by itself would not look at HTTP_PROXY.
    @Test(arguments: ["HTTP_PROXY", "http_proxy"])
    func anEndpointWithoutTLS(variable: String) throws {
        let (aws, proxy) = (try ScriptedAWS(["--verify", "AKIDTEST=secret-of-the-test"]), try TestProxy("--user", "ops:right"))
        var job = try Job(aws)
        job.environment[variable] = "http://ops:right@127.0.0.1:\(proxy.port)"
        let run = try job.run(machine)
        #expect(try run.wait() == .exited(0), "\(run.stderr)")
        #expect(try proxy.requests("POST").count == aws.calls().count)
        #expect(try proxy.requests().count == aws.calls().count)
    }

    @Test(arguments: [
        ["NO_PROXY": "127.0.0.1"], ["no_proxy": "x, 127.0.0.1"], ["NO_PROXY": "*"], ["NO_PROXY": "127.0.0.1:PORT"], ["HTTP_PROXY": "", "ALL_PROXY": "http://127.0.0.1:1"],
    ])
    func pastADeadProxy(variables: [String: String]) throws {
        let aws = try ScriptedAWS()
        var job = try Job(aws)
        job.environment["HTTP_PROXY"] = "http://127.0.0.1:1"
        job.environment.merge(variables.mapValues { $0.replacing("PORT", with: "\(aws.port)") }) { $1 }
        #expect(try job.run(machine).wait() == .exited(0))
    }

    /// The metadata services are on the host itself: a proxy would be asked for its own.
    @Test func keysOfTheHostNeverComeThroughAProxy() throws {
        let (aws, proxy) = (try ScriptedAWS(["--verify", "AKIDUNUSED=unused"]), try TestProxy())
        _ = try aws.control("PUT", "metadata", #"{"role":"ops","access_key":"ASIAONE","secret":"s1","token":"t1","expires_in":3600,"region":"us-east-1"}"#)
        for place in ["AWS_EC2_METADATA_SERVICE_ENDPOINT": aws.endpoint, "AWS_CONTAINER_CREDENTIALS_FULL_URI": "\(aws.endpoint)/container-credentials"] {
            var job = try Job(aws, name: place.key)
            for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_EC2_METADATA_DISABLED"] { job.environment[name] = nil }
            job.environment.merge(["HTTP_PROXY": proxy.url, place.key: place.value]) { $1 }
            let run = try job.run(machine)
            #expect(try run.wait() == .exited(0), "\(run.stderr)")
        }
        #expect(try !aws.calls("imds").isEmpty && !aws.calls("container").isEmpty)
        let targets = try proxy.requests().compactMap { $0["target"]?.string }
        #expect(!targets.isEmpty)
        #expect(targets.allSatisfy { $0 == aws.endpoint + "/" })
    }
}
