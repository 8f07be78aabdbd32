import Foundation
import Testing
import TestSupport

/// Each bad input: one line with what, why and what to do next; the contract's exit code; nothing started.
@Suite struct BadInputTests {
    let aws: ScriptedAWS
    let job: Job
    let machine = ScriptedAWS.machinePrefix + "any-x"

    init() throws {
        aws = try ScriptedAWS(["--verify", "AKIDTEST=secret-of-the-test"])
        job = try Job(aws)
    }

    private func expect(_ run: ChildRun, _ code: Int32, _ words: String..., started: Int = 0) throws {
        #expect(try run.wait() == .exited(code), "\(run.stderr)")
        #expect(run.stderrLines.count == 1, "\(run.stderr)")
        #expect(run.stderr.utf8.count <= 301)
        #expect(run.stderr.contains("Next: "), "\(run.stderr)")
        for word in words { #expect(run.stderr.contains(word), "\(run.stderr)") }
        #expect(try aws.executions().count == started)
    }

    @Test func noRegion() throws {
        var job = job
        job.environment["AWS_REGION"] = nil
        try expect(try job.run(machine), 117, "no region")
    }

    @Test func aWrongSecret() throws {
        var job = job
        job.environment["AWS_SECRET_ACCESS_KEY"] = "nonsense"
        try expect(try job.run(machine), 114, "InvalidSignatureException", "secret access key")
    }

    @Test func anUnknownKey() throws {
        var job = job
        job.environment["AWS_ACCESS_KEY_ID"] = "AKIDNOBODY"
        try expect(try job.run(machine), 114, "UnrecognizedClientException")
    }

    @Test func aClockThatIsOffIsCorrected() throws {
        _ = try aws.control("PUT", "clock", #"{"offset":7200}"#)
        #expect(try job.run(machine).wait() == .exited(0))
    }

    @Test func brokenInputs() throws {
        try expect(try job.run(machine, "--input", #"{"a":}"#), 117, "no JSON", "byte 6")
        try expect(try job.run(machine, "--input", "file:///nowhere"), 117, "No such file")
        let large = job.stateFolder.appending(path: "large.json")
        try "\"\(String(repeating: "x", count: 262_143))\"".write(to: large, atomically: true, encoding: .utf8)
        try expect(try job.run(machine, "--input", "file://\(large.path)"), 117, "262145 bytes")
        try Data([0x22, 0xff, 0x22]).write(to: large)
        try expect(try job.run(machine, "--input", "file://\(large.path)"), 117, "not UTF-8")
    }

    @Test func aMachineThatIsNone() throws {
        try expect(try job.run("payroll"), 117, "no state machine ARN")
    }

    @Test func endpoints() throws {
        var job = job
        job.environment["AWS_ENDPOINT_URL"] = "ftp://x"
        try expect(try job.run(machine), 117, "no http(s) URL")
        let plain = try ChildRun([Repository.python, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1"], environment: ["PATH": "/usr/bin:/bin"])
        try eventually("a plain HTTP server") { plain.stdout.contains("port ") }
        job.environment["AWS_ENDPOINT_URL"] = "https://127.0.0.1:\(plain.stdout.split(separator: " ")[5])"
        try expect(try job.run(machine, "--give-up-after", "2"), 115, "TLS")
    }

    @Test func anUnknownCertificateAuthority() throws {
        let folder = try Scratch.folder()
        let certificate = try ChildRun(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
             "-keyout", folder.appending(path: "key.pem").path, "-out", folder.appending(path: "cert.pem").path],
            environment: ["PATH": "/usr/bin:/bin"])
        #expect(try certificate.wait() == .exited(0))
        let tls = try ScriptedAWS(["--tls", folder.appending(path: "cert.pem").path, folder.appending(path: "key.pem").path])
        var job = job
        job.environment["AWS_ENDPOINT_URL"] = "https://127.0.0.1:\(tls.port)"
        try expect(try job.run(machine), 115, "not trusted", "AWS_CA_BUNDLE")
        job.environment["AWS_CA_BUNDLE"] = folder.appending(path: "cert.pem").path
        #expect(try job.run(machine).wait() == .exited(0))
        job.environment["AWS_CA_BUNDLE"] = "/nowhere.pem"
        try expect(try job.run(machine), 117, "/nowhere.pem")
    }

    @Test func placesThatCannotBeWritten() throws {
        try expect(try job.run(machine, "--result-file", "/proc/nowhere/r"), 117, "--result-file")
        try expect(try job.run(machine, "--output-file", "/"), 117, "--output-file")
    }

    @Test func optionsOfTheCLI() throws {
        let warned = try job.run(machine, "--query", "executionArn", "--output", "text", "--no-cli-pager")
        #expect(try warned.wait() == .exited(0))
        #expect(warned.stderrLines.count == 3)
        #expect(warned.stderr.contains("--query only shapes"))
    }

    @Test func noName() throws {
        var job = job
        job.environment["AUTORUN"] = nil
        try expect(try job.run(machine), 117, "--name is missing")
    }

    @Test func aNameThatIsNotLegalIsMadeSo() throws {
        let run = try job.run(machine, "--name", "a b#c")
        #expect(try run.wait() == .exited(0))
        #expect(run.stderr.contains("using a-b-c"))
    }

    @Test func configurationFiles() throws {
        let file = job.stateFolder.appending(path: "config.txt")
        try "# comment\nexit-code: SUCCEEDED=9\n".write(to: file, atomically: true, encoding: .utf8)
        #expect(try job.run(machine, "--config", file.path).wait() == .exited(9))
        try "nonsense: 1\n".write(to: file, atomically: true, encoding: .utf8)
        try expect(try job.run(machine, "--config", file.path), 117, "unknown option 'nonsense'", started: 1)
        try expect(try job.run(machine, "--config", "/nowhere"), 117, "/nowhere", started: 1)
    }

    /// An option's value is complained of in the place where the user wrote it.
    @Test func valuesFromElsewhereAreNamedByTheirPlace() throws {
        var job = job
        job.environment["AWSJOB_MAX_RUNTIME"] = "soon"
        try expect(try job.run(machine), 117, "AWSJOB_MAX_RUNTIME: The value 'soon'")
        job.environment["AWSJOB_MAX_RUNTIME"] = nil
        let file = job.stateFolder.appending(path: "config.txt")
        for (text, complaint) in [("\nguardian: maybe\n", ":2: guardian is 'maybe'"), ("max-runtime: soon", ":1: max-runtime: The value 'soon'")] {
            try text.write(to: file, atomically: true, encoding: .utf8)
            try expect(try job.run(machine, "--config", file.path), 117, file.path + complaint)
        }
        try "\u{FEFF}exit-code: SUCCEEDED=9\r\n".write(to: file, atomically: true, encoding: .utf8)
        #expect(try job.run(machine, "--config", file.path).wait() == .exited(9))
    }

    @Test(arguments: ["AWSJOB_STATE_DIR", "AWSJOB_CONFIG"])
    func aPathThatIsTooLongIsNamedByItsVariable(variable: String) throws {
        var job = job
        job.environment[variable] = "/" + String(repeating: "x", count: 5000)
        let run = try job.run(machine)
        try expect(run, 117, "awsjob: \(variable): could not open /xxx", "File name too long")
        #expect(!run.stderr.contains("--config"))
    }

    /// Every option may stand in the environment: nonsense there is noticed as on the command line.
    @Test(arguments: [
        "STATE_MACHINE_ARN", "INPUT", "INPUT_FIELD", "CLI_INPUT_JSON", "NEW_TRY", "POLL_INTERVAL", "MAX_POLL_INTERVAL", "MAX_RUNTIME",
        "GIVE_UP_AFTER", "ON_SIGNAL", "GUARDIAN", "EXIT_CODE", "RESULT_FILE", "OUTPUT_FILE", "LOG_FORMAT", "REGION", "ENDPOINT_URL", "CA_BUNDLE",
    ])
    func optionsInTheEnvironment(option: String) throws {
        var job = job
        job.environment["AWSJOB_\(option)"] = "/proc/nowhere/no sense"
        var words = ["--input", "{}", "--region", "us-east-1", "--state-machine-arn", machine]
        if option == "INPUT" || option == "REGION" || option == "STATE_MACHINE_ARN" {
            let index = words.firstIndex(of: "--" + option.lowercased().replacing("_", with: "-")) ?? 0
            words.removeSubrange(index...(index + 1))
        }
        let run = try ChildRun([Repository.awsjob, "stepfunctions"] + words, environment: job.environment)
        try expect(run, 117)
    }

    @Test func commandsThatAreNone() throws {
        try expect(try job.awsjob("stepfuncitons"), 117)
        try expect(try job.awsjob(), 117, "no command given")
        #expect(try job.awsjob("--version").wait() == .exited(0))
        #expect(try job.awsjob("stepfunctions", "--help").wait() == .exited(0))
    }
}
