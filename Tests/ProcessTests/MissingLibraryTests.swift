import Foundation
import Testing
import TestSupport

/// Libraries that are loaded with their first use: a host without them.
@Suite struct MissingLibraryTests {
    /// In place of a library stands a file that is none.
    private func host(without library: String) throws -> [String: String] {
        let folder = try Scratch.folder()
        try Data("no library".utf8).write(to: folder.appending(path: library))
        return [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "AWSJOB_STATE_DIR": try Scratch.folder().path, "LD_LIBRARY_PATH": folder.path,
            "AWS_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true", "AUTOSERV": "ACE", "AUTO_JOB_NAME": "nightly", "AUTORUN": "1/1", "SWIFT_BACKTRACE": "enable=no",
        ]
    }

    @Test(arguments: ["libcurl.so.4", "libcrypto.so.3"])
    func aRunRefusesInOneLine(library: String) throws {
        let run = try ChildRun(
            [Repository.awsjob, "stepfunctions", "--state-machine-arn", "arn:aws:states:us-east-1:123456789012:stateMachine:x"], environment: host(without: library))
        #expect(try run.wait() == .exited(117))
        #expect(run.stderrLines.count == 1)
        #expect(run.stderr.contains("cannot be loaded: ") && run.stderr.contains(library) && run.stderr.contains("Next: install it"), "\(run.stderr)")
    }

    @Test(arguments: ["libcurl.so.4", "libcrypto.so.3"])
    func whatNeedsNeitherGoesOn(library: String) throws {
        let environment = try host(without: library)
        let redact = try ChildRun([Repository.awsjob, "redact"], environment: environment, input: "password=hunter2\n")
        #expect(try redact.wait() == .exited(0))
        #expect(redact.stdout == "password=<PASSWORD_1>\n")
        let history = try ChildRun([Repository.awsjob, "history"], environment: environment)
        #expect(try history.wait() == .exited(1))
        #expect(history.stdout == "no such run\n", "\(history.stderr)")
    }

    @Test func aCommandNeedsNoLibraryForHTTP() throws {
        let run = try ChildRun([Repository.awsjob, "exec", "--", "echo", "ran"], environment: host(without: "libcurl.so.4"))
        #expect(try run.wait() == .exited(0))
        #expect(run.stdout == "ran\n")
        #expect(run.stderr.isEmpty)
    }
}
