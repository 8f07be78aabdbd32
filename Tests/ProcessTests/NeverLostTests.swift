import Foundation
import JSON
import Testing
import TestSupport

/// An outage of any kind ends with 113 and the id, never with a made-up outcome; a full disk weakens promises and says which.
@Suite struct NeverLostTests {
    private enum Outage: String, CaseIterable {
        case reset, hang, throttled, expiredAtSource
    }

    /// Each for each service: the runner says that it hears nothing, gives up after six seconds, and leaves the work alone.
    /// The next start follows it.
    @Test func outagesOfEveryKind() throws {
        let aws = try ScriptedAWS(["--verify", "*=secret-of-the-test"])
        _ = try aws.control("PUT", "metadata", #"{"role":"ops","access_key":"ASIAOUTAGE","secret":"s","token":"t","expires_in":3600}"#)
        let cases = Workload.allCases.flatMap { workload in Outage.allCases.map { (workload, $0) } }
        let violations = SideBySide.violations(in: cases.count, lanes: cases.count) { number in
            let (workload, outage) = cases[number]
            return try Self.play(workload, outage, aws, name: "lost\(number)").map { "\(workload.rawValue), \(outage.rawValue): \($0)" }
        }
        #expect(violations.isEmpty, "\(violations.joined(separator: "\n"))")
        print("never lost: \(cases.count) outages, \(violations.count) violations")
    }

    private static func play(_ workload: Workload, _ outage: Outage, _ aws: ScriptedAWS, name: String) throws -> [String] {
        var job = try Job(aws, name: name, autorun: "1/1")
        var key = "AKID\(name)"
        if outage == .expiredAtSource {
            // Keys of a command that has no others to give.
            key = "AKIDEXPIRED\(name)"
            let config = job.stateFolder.appending(path: "aws.ini")
            let keys = #"{"Version":1,"AccessKeyId":"\#(key)","SecretAccessKey":"secret-of-the-test"}"#
            let source = job.stateFolder.appending(path: "keys")
            try keys.write(to: source, atomically: true, encoding: .utf8)
            try "[default]\ncredential_process = /bin/cat \(source.path)\n".write(to: config, atomically: true, encoding: .utf8)
            job.environment["AWS_CONFIG_FILE"] = config.path
            job.environment["AWS_SECRET_ACCESS_KEY"] = nil
        }
        job.environment["AWS_ACCESS_KEY_ID"] = outage == .expiredAtSource ? nil : key
        try workload.define(aws, name)
        let words = workload.words(name) + ["--logs", "none", "--give-up-after", "6"]
        let run = try ChildRun([Repository.awsjob] + words, environment: job.environment)
        try eventually("started: \(run.stderr)", limit: 60) { run.stdout.contains(" started ") }
        try aws.fault(fault(outage, key: key))
        if outage == .expiredAtSource { try FileManager.default.removeItem(at: job.stateFolder.appending(path: "keys")) }
        var violations: [String] = []
        let ending = try run.wait(limit: 90)
        if ending != .exited(113) { violations.append("ended with \(ending)") }
        let id = run.stdoutLines.first?.split(separator: " ").last.map(String.init) ?? "no id"
        let lines = run.stderrLines
        if !lines.contains(where: { $0.contains("no word from AWS about") && $0.contains("still trying, for 6") }) { violations.append("silent: \(lines)") }
        if lines.last?.contains("\(id) unknown, it may still run") != true { violations.append("without the id: \(lines)") }
        usleep(500_000)
        if try workload.works(aws, name).map(\.ended) != [nil] { violations.append("the work was not left alone") }

        try aws.fault(#"{"action":"*","kind":"close_idle","key":"\#(key)"}"#)
        var next = job
        next.environment["AWS_ACCESS_KEY_ID"] = "AKIDNEXT\(name)"
        next.environment["AWS_SECRET_ACCESS_KEY"] = "secret-of-the-test"
        let again = try ChildRun([Repository.awsjob] + words + ["--max-runtime", "0.1"], environment: next.environment)
        if try again.wait(limit: 60) != .exited(112) { violations.append("not followed: \(again.stderr)") }
        if try workload.works(aws, name).count != 1 { violations.append("started twice") }
        return violations
    }

    private static func fault(_ outage: Outage, key: String) -> String {
        let kind =
            switch outage {
            case .reset: #""kind":"reset""#
            case .hang: #""kind":"hang""#
            case .throttled: #""kind":"error","status":400,"code":"ThrottlingException","message":"Rate exceeded""#
            case .expiredAtSource: #""kind":"error","status":403,"code":"ExpiredTokenException","message":"expired""#
            }
        return #"{"action":"*",\#(kind),"times":-1,"key":"\#(key)"}"#
    }

    // MARK: The state directory

    private enum Trouble: String, CaseIterable {
        /// From the start, or as soon as the work runs.
        case full, fills, readOnly
    }

    /// A file system of 8 kB in a mount namespace of the test's own. Needs root.
    @Test func fullDisksAndReadOnlyOnes() throws {
        let aws = try ScriptedAWS()
        let probe = try ChildRun(["unshare", "--mount", "true"], environment: ["PATH": "/usr/bin:/bin"])
        guard try probe.wait() == .exited(0) else { return print("skipped: no right to a mount namespace of our own") }
        let cases = Workload.allCases.flatMap { workload in Trouble.allCases.map { (workload, $0) } }
        let violations = SideBySide.violations(in: cases.count, lanes: 4) { number in
            let (workload, trouble) = cases[number]
            return try Self.play(workload, trouble, aws, name: "disk\(number)").map { "\(workload.rawValue), \(trouble.rawValue): \($0)" }
        }
        #expect(violations.isEmpty, "\(violations.joined(separator: "\n"))")
        print("state directories: \(cases.count) cases, \(violations.count) violations")
    }

    /// A run to its end and the same again, then one that is killed.
    private static func play(_ workload: Workload, _ trouble: Trouble, _ aws: ScriptedAWS, name: String) throws -> [String] {
        let job = try Job(aws, name: name, autorun: "1/1")
        try workload.define(aws, name, endsAfter: 1)
        try workload.define(aws, name + "endless")
        let state = job.stateFolder.path
        let fill = "dd if=/dev/zero of=\(state)/filler bs=4k count=2"
        let prepare =
            switch trouble {
            case .full: "mount -t tmpfs -o size=8k none \(state) && { \(fill); }"
            case .fills: "mount -t tmpfs -o size=8k none \(state) && { (sleep 0.5; \(fill)) & }"
            case .readOnly: "mount -t tmpfs -o ro none \(state)"
            }
        func command(_ name: String, _ autorun: String) -> String {
            "AUTORUN=\(autorun) \(Repository.awsjob) \((workload.words(name) + ["--logs", "none"]).joined(separator: " "))"
        }
        let script = """
            \(prepare) 2>\(state).trouble
            \(command(name, "1/1")); echo "code $?"; \(command(name, "1/1")); echo "code $?"
            AUTO_JOB_NAME=\(name)endless \(command(name + "endless", "2/1")) & sleep 2; kill -9 $!; wait
            """
        let run = try ChildRun(["unshare", "--mount", "/bin/sh", "-c", script], environment: job.environment)
        _ = try run.wait(limit: 90)
        var violations: [String] = []
        let codes = run.stdoutLines.filter { $0.hasPrefix("code ") }
        if codes != ["code 0", "code 0"] { violations.append("\(codes): \(run.stderr)") }
        if !run.stderr.contains("without its journal this run is found again by its name in AWS alone, and awsjob orphans does not see it") {
            violations.append("names no promise: \(run.stderr)")
        }
        // The names of both begin with the same letters.
        try eventually("\(workload.rawValue) \(trouble.rawValue): stopped by the guardian", limit: 20) { try workload.works(aws, name + "endless").allSatisfy { $0.ended != nil } }
        let works = try (workload.works(aws, name).count, workload.works(aws, name + "endless").count)
        // On a busy machine the kill may come before the start.
        if works.0 != 1 || works.1 > 1 { violations.append("\(works) pieces of work") }
        return violations
    }
}
