import Foundation
import JSON
import Testing
import TestSupport

/// Whom a run believes to be AWS. Each refusal: nothing started, one line with the cause and what to do next.
@Suite struct TrustTests {
    let certificates: Certificates
    let machine = ScriptedAWS.machinePrefix + "any-x"

    init() throws {
        certificates = try Certificates()
    }

    private func job(_ aws: ScriptedAWS, bundle: String? = "ca.pem") throws -> Job {
        var job = try Job(aws)
        job.environment["AWS_ENDPOINT_URL"] = "https://127.0.0.1:\(aws.port)"
        job.environment["AWS_CA_BUNDLE"] = bundle.map(certificates.path)
        return job
    }

    private func expectRefusal(_ run: ChildRun, _ words: String..., code: Int32 = 115) throws {
        #expect(try run.wait() == .exited(code), "\(run.stderr)")
        #expect(run.stderrLines.count == 1, "\(run.stderr)")
        #expect(run.stderr.utf8.count <= 300)
        for word in words + ["Next: "] { #expect(run.stderr.contains(word), "\(word) is not in \(run.stderr)") }
    }

    @Test func aBundleInTheEnvironment() throws {
        let aws = try certificates.server("server")
        let run = try job(aws).run(machine)
        #expect(try run.wait() == .exited(0), "\(run.stderr)")
    }

    @Test func aBundleInTheProfile() throws {
        let aws = try certificates.server("server")
        var job = try job(aws, bundle: nil)
        let file = job.stateFolder.appending(path: "aws-config")
        try "[profile etl]\nca_bundle = \(certificates.path("ca.pem"))\n".write(to: file, atomically: true, encoding: .utf8)
        job.environment["AWS_CONFIG_FILE"] = file.path
        #expect(try job.run(machine, "--profile", "etl").wait() == .exited(115))
        try "[profile etl]\nca_bundle = \(certificates.path("ca.pem"))\naws_access_key_id = AKIDTEST\naws_secret_access_key = secret-of-the-test\n"
            .write(to: file, atomically: true, encoding: .utf8)
        #expect(try job.run(machine, "--profile", "etl").wait() == .exited(0))
    }

    @Test(arguments: [nil, "other-ca.pem"])
    func anAuthorityThatIsNotTrusted(bundle: String?) throws {
        let aws = try certificates.server("server")
        try expectRefusal(try job(aws, bundle: bundle).run(machine), "not trusted", "AWS_CA_BUNDLE")
    }

    @Test func aBundleThatHoldsNoCertificate() throws {
        let aws = try certificates.server("server")
        try expectRefusal(try job(aws, bundle: "server.key").run(machine), "server.key", "AWS_CA_BUNDLE")
    }

    @Test func aBundleThatIsMissing() throws {
        let aws = try certificates.server("server")
        try expectRefusal(try job(aws, bundle: "nowhere.pem").run(machine), "AWS_CA_BUNDLE: could not read", "nowhere.pem: No such file", code: 117)
        try expectRefusal(try job(aws).run(machine, "--ca-bundle", "/nowhere.pem"), "--ca-bundle: could not read /nowhere.pem", code: 117)
        var job = try job(aws, bundle: nil)
        let file = job.stateFolder.appending(path: "aws-config")
        try "[default]\nca_bundle = /nowhere.pem\n".write(to: file, atomically: true, encoding: .utf8)
        job.environment["AWS_CONFIG_FILE"] = file.path
        try expectRefusal(try job.run(machine), "ca_bundle of profile default: could not read /nowhere.pem", code: 117)
    }

    @Test func aCertificateOfAnotherHost() throws {
        let aws = try certificates.server("other-host")
        try expectRefusal(try job(aws).run(machine), "127.0.0.1", "not trusted")
    }

    @Test func anExpiredCertificate() throws {
        let aws = try certificates.server("expired")
        try expectRefusal(try job(aws).run(machine), "expired")
    }

    /// A server that knows nothing newer; a client that would take it shows that it answers.
    @Test func aServerOfTLS11() throws {
        let server = try ChildRun(
            ["openssl", "s_server", "-accept", "127.0.0.1:0", "-tls1_1", "-cipher", "ALL:@SECLEVEL=0", "-www", "-cert", certificates.path("server.pem"), "-key", certificates.path("server.key")],
            environment: ["PATH": "/usr/bin:/bin"])
        try eventually("a server of TLS 1.1") { server.stdout.contains("ACCEPT 127.0.0.1:") }
        let port = try #require(server.stdoutLines.first { $0.hasPrefix("ACCEPT ") }?.split(separator: ":").last)
        let client = try ChildRun(
            ["openssl", "s_client", "-connect", "127.0.0.1:\(port)", "-tls1_1", "-cipher", "ALL:@SECLEVEL=0"], environment: ["PATH": "/usr/bin:/bin"])
        #expect(try client.wait() == .exited(0), "\(client.stderr)")
        var job = try job(try ScriptedAWS())
        job.environment["AWS_ENDPOINT_URL"] = "https://127.0.0.1:\(port)"
        // Time enough for an answer on a busy machine, and so for a second try.
        let run = try job.run(machine, "--give-up-after", "8")
        #expect(try run.wait() == .exited(115), "\(run.stderr)")
        #expect(run.stderrLines.last.map { $0.contains("TLS") && $0.contains("Next: ") } == true, "\(run.stderr)")
    }

    @Test func manyReadsNeedOneConnection() throws {
        let aws = try ScriptedAWS()
        let run = try Job(aws).run(try aws.machine("m", Walk.ending("SUCCEEDED", after: 2)))
        #expect(try run.wait() == .exited(0), "\(run.stderr)")
        let calls = try aws.calls()
        #expect(calls.count > 5)
        #expect(Set(calls.compactMap { $0["connection"]?.int }).count == 1)
    }
}
