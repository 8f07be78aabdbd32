import Foundation
import Testing
import TestSupport

/// `awsjob redact` as a filter.
@Suite struct RedactTests {
    private func run(_ arguments: String..., input: String, environment: [String: String] = [:], output: ChildRun.Output = .collected) throws -> ChildRun {
        let base = ["PATH": "/usr/bin:/bin", "AWSJOB_STATE_DIR": try Scratch.folder().path, "AWS_EC2_METADATA_DISABLED": "true", "SWIFT_BACKTRACE": "enable=no"]
        return try ChildRun([Repository.awsjob, "redact"] + arguments, environment: base.merging(environment) { $1 }, input: input, output: output)
    }

    @Test func secretsOfTheLogAndOfTheEnvironmentAreMasked() throws {
        let key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
        let blob = Data("key=\(key)!".utf8).base64EncodedString()
        let filter = try run(input: "password=hunter22\r\nsaw \(key)\nblob \(blob)\nmy word is orchid77x\nlast", environment: ["AWS_SECRET_ACCESS_KEY": key, "DB_PASSWORD": "orchid77x"])
        #expect(try filter.wait() == .exited(0))
        let shown = filter.stdout.replacing(/OWN_SECRET_\d/, with: "OWN")
        #expect(shown == "password=<PASSWORD_1>\r\nsaw <OWN>\nblob <OWN>\nmy word is <OWN>\nlast")
        #expect(filter.stderr == "")
    }

    @Test func rulesComeFromTheConfiguration() throws {
        let folder = try Scratch.folder()
        try "ACCOUNT: ACC-\\d+\n".write(to: folder.appending(path: "rules"), atomically: true, encoding: .utf8)
        try "redaction-rules: \(folder.path)/rules\n".write(to: folder.appending(path: "config"), atomically: true, encoding: .utf8)
        let filter = try run("--config", folder.appending(path: "config").path, input: "of ACC-17\n")
        #expect(try filter.wait() == .exited(0))
        #expect(filter.stdout == "of <ACCOUNT_1>\n")
    }

    @Test func aBadRuleIsRefusedWithItsLine() throws {
        let rules = try Scratch.folder().appending(path: "rules")
        try "# ours\nACCOUNT: (\n".write(to: rules, atomically: true, encoding: .utf8)
        let filter = try run("--redaction-rules", rules.path, input: "password=hunter22\n")
        #expect(try filter.wait() == .exited(117))
        #expect(filter.stdout == "" && filter.stderr.contains("rules:2: missing closing parenthesis") && filter.stderrLines.count == 1)
        let missing = try run("--redaction-rules", "/nowhere", input: "x")
        #expect(try missing.wait() == .exited(117))
    }

    @Test func aReaderThatLeavesEndsItQuietly() throws {
        var ends: [Int32] = [0, 0]
        pipe(&ends)
        close(ends[0])
        let filter = try run(input: String(repeating: "line\n", count: 100_000), output: .descriptor(ends[1]))
        close(ends[1])
        #expect(try filter.wait() == .signalled(SIGPIPE))
        #expect(filter.stderr == "")
    }

    @Test func aLogThatGrowsIsShownAsItComes() throws {
        let log = (0..<20_000).map { "2026-11-21 row \($0) token=abc\($0)defgh" }.joined(separator: "\n")
        let filter = try run(input: log)
        #expect(try filter.wait() == .exited(0))
        #expect(filter.stdoutLines.count == 20_000)
        #expect(!filter.stdout.contains("defgh"))
        #expect(filter.stdout.contains("<TOKEN_20000>"))
    }
}
