import AWS
import Effects
import Foundation
import HTTP
import JSON
import Testing
import TestSupport

/// Our signer beside botocore's on generated requests: not one may differ.
@Suite struct SigningDifferentialTests {
    @Test func agreesWithBotocore() throws {
        let seed = ProcessInfo.processInfo.environment["AWSJOB_SIGNING_SEED"] ?? "1"
        let count = Int(ProcessInfo.processInfo.environment["AWSJOB_SIGNING_COUNT"] ?? "") ?? 2000
        let script = Repository.root.appending(path: "Tests/AWSTests/Oracle/botocore_signer.py").path
        let oracle = try ChildRun([Repository.python, "-B", script, "--count", "\(count)", "--seed", seed], environment: ["PATH": "/usr/bin:/bin"])
        #expect(try oracle.wait(limit: 300) == .exited(0), "\(oracle.stderr)")
        let lines = oracle.stdoutLines
        #expect(lines.count == count)
        for line in lines { try compare(try JSONValue(parsing: line)) }
        printAtOnce(["signing: \(lines.count) requests of seed \(seed) compared with botocore"])
    }

    private func compare(_ oracle: JSONValue) throws {
        func text(_ name: String) throws -> String { try #require(oracle[name]?.string) }
        let query = (oracle["query"]?.array ?? []).map { pair in (pair.array?[0].string ?? "") + "=" + (pair.array?[1].string ?? "") }
        let request = Request(
            try text("method"), Origin(scheme: try text("scheme"), host: try text("host"), port: oracle["port"]?.int),
            path: try text("path"), query: query.joined(separator: "&"),
            headers: (oracle["headers"]?.array ?? []).map { Header($0.array?[0].string ?? "", $0.array?[1].string ?? "") },
            body: Array(try #require(Data(base64Encoded: try text("body_base64")))))
        let signer = Signer(
            credentials: Credentials(
                accessKeyID: try text("access_key"), secretAccessKey: try text("secret_key"), sessionToken: oracle["session_token"]?.string, source: "test"),
            region: try text("region"), service: try text("service"))
        let digits = try text("time")
        let signed = signer.sign(request, at: try #require(Timestamp(iso8601: Self.iso(digits))))
        #expect(signed.canonicalRequest.text == (try text("canonical_request")))
        #expect(signed.stringToSign.text == (try text("string_to_sign")))
        #expect(signed.signature == (try text("signature")))
        #expect(signed.request.headers.last?.value == (try text("authorization")))
    }

    /// 20261121T010203Z as 2026-11-21T01:02:03Z
    private static func iso(_ text: String) -> String {
        let c = text.map(String.init)
        return c[0...3].joined() + "-" + c[4...5].joined() + "-" + c[6...8].joined() + c[9...10].joined() + ":" + c[11...12].joined() + ":" + c[13...15].joined()
    }
}
