import Foundation
import JSON
import Testing
import TestSupport

/// Every call × every way to go wrong: the exit code is right, nothing is started twice, nothing is left running.
/// AWSJOB_FAULT_CASES=all: also in every other place where a run makes the call.
@Suite struct FaultMatrixTests {
    @Test func everyCallInEveryWay() throws {
        let aws = try ScriptedAWS(["--verify", "*=secret-of-the-test"])
        let cases = FaultCase.chosen(isComplete: ProcessInfo.processInfo.environment["AWSJOB_FAULT_CASES"] == "all")
        let long = cases.indices.filter { cases[$0].isLong }
        let short = cases.indices.filter { !cases[$0].isLong }
        let numbers = long + short
        // Those that wait for time-outs go on beside the others.
        let gate = DispatchSemaphore(value: 6)
        let violations = SideBySide.violations(in: numbers.count, lanes: min(long.count, 60) + 6) { place in
            let number = numbers[place]
            if !cases[number].isLong { gate.wait() }
            defer { if !cases[number].isLong { gate.signal() } }
            return try FaultRun(cases[number], number, aws).violations().map { "\(cases[number].text): \($0)" }
        }
        #expect(violations.isEmpty, "\(violations.joined(separator: "\n"))")
        let struck = Set(try aws.control("GET", "struck").array?.compactMap(\.string) ?? [])
        let missed = cases.indices.filter { !struck.contains("AKID\($0)") }.map { cases[$0].text }
        #expect(missed.isEmpty, "faults that never struck")
        print("fault matrix: \(cases.count) cases, \(violations.count) violations")
    }

    /// The history in DynamoDB (moto's, behind the scripted server): it never changes an exit code, and no run is lost to it.
    @Test func theHistoryInDynamoDB() throws {
        let policy = Repository.root.appending(path: "iam/history.json").path
        let moto = try ServerProcess("moto_aws.py", ["--policy", policy])
        let facts = try JSONValue(parsing: moto.firstLine)
        let aws = try ScriptedAWS(["--dynamodb", facts["endpoint"]?.string ?? ""])
        var environment = try Job(aws).environment
        environment.merge([
            "AWS_ACCESS_KEY_ID": facts["access_key"]?.string ?? "", "AWS_SECRET_ACCESS_KEY": facts["secret_key"]?.string ?? "",
            "AWS_SESSION_TOKEN": facts["session_token"]?.string ?? "", "AWSJOB_STATE": "dynamodb:awsjob-faults",
        ]) { $1 }
        let prepared = try ChildRun([Repository.awsjob, "history", "init"], environment: environment)
        #expect(try prepared.wait() == .exited(0), "\(prepared.stderr)")
        let kinds = FaultKind.allCases.filter { $0.suits("UpdateItem") }
        let violations = SideBySide.violations(in: kinds.count, lanes: 4) { [environment] number in
            let name = "stored\(number)"
            try aws.fault(kinds[number].order("UpdateItem", holding: name))
            let job = environment.merging(["AUTO_JOB_NAME": name, "AWSJOB_STATE_DIR": try Scratch.folder().path]) { $1 }
            let run = try ChildRun([Repository.awsjob, "stepfunctions", "--state-machine-arn", ScriptedAWS.machinePrefix + "any-x", "--poll-interval", "0.1"], environment: job)
            let code = try run.wait(limit: 60)
            let history = try ChildRun([Repository.awsjob, "history", "--job", name, "--json"], environment: job)
            let shown = try history.wait(limit: 60) == .exited(0) ? JSONValue(parsing: history.stdout).array ?? [] : []
            let isRight = code == .exited(0) && shown.count == 1 && shown.first?["outcome"]?.string == "succeeded"
            return isRight ? [] : ["\(kinds[number].rawValue): \(code), \(history.stdout) \(run.stderr) \(history.stderr)"]
        }
        #expect(violations.isEmpty, "\(violations.joined(separator: "\n"))")
        print("history in DynamoDB: \(kinds.count) faults, \(violations.count) violations")
        withExtendedLifetime(moto) {}
    }
}

/// One case, played.
private struct FaultRun {
    private let fault: FaultCase
    private let workload: Workload
    private let aws: ScriptedAWS
    private let name: String
    private let key: String
    private var job: Job

    init(_ fault: FaultCase, _ number: Int, _ aws: ScriptedAWS) throws {
        (self.fault, workload, self.aws) = (fault, fault.workload, aws)
        name = "fault\(number)"
        job = try Job(aws, name: name, autorun: "1/1")
        key = "AKID\(number)"
        job.environment["AWS_ACCESS_KEY_ID"] = key
    }

    private func order() throws { try aws.fault(fault.kind.order(fault.action, skip: fault.skip, key: key)) }

    private func start(_ job: Job, _ options: [String] = []) throws -> ChildRun {
        let logs = fault.scenario == .logs ? [] : ["--logs", "none"]
        return try ChildRun([Repository.awsjob] + workload.words(name) + logs + ["--give-up-after", isUnknowable ? "3" : "60"] + options, environment: job.environment)
    }

    private func works() throws -> [Workload.Work] { try workload.works(aws, name) }

    /// A run whose work goes on in AWS.
    private func running(_ options: String...) throws -> ChildRun {
        let run = try ChildRun([Repository.awsjob] + workload.words(name) + ["--logs", "none"] + options, environment: job.environment)
        try eventually("started: \(run.stderr)", limit: 60) { run.stdout.contains(" started ") }
        return run
    }

    func violations() throws -> [String] {
        switch fault.scenario {
        case .follow, .logs, .role: try followed()
        case .limit: try limited()
        case .kill, .guardian: try killed()
        case .search: try searched()
        case .adopt, .elsewhere: try adopted()
        case .redrive: try redriven()
        }
    }

    // MARK: The scenarios

    private func followed() throws -> [String] {
        try workload.define(aws, name, endsAfter: 0.8)
        var job = job
        if fault.scenario == .role {
            let config = job.stateFolder.appending(path: "aws.ini")
            try "[profile ops]\nrole_arn = arn:aws:iam::123456789012:role/ops\ncredential_source = Environment\n".write(to: config, atomically: true, encoding: .utf8)
            job.environment["AWS_CONFIG_FILE"] = config.path
        }
        // The reading of single streams is what is left where this is forbidden.
        if fault.action == "GetLogEvents" { try aws.fault(#"{"action":"FilterLogEvents","kind":"error","status":400,"code":"AccessDeniedException","times":-1,"key":"\#(key)"}"#) }
        try order()
        let run = try start(job, fault.scenario == .role ? ["--profile", "ops"] : [])
        let code = try run.wait(limit: 150)
        let lines = fault.scenario == .logs ? Workload.lines.filter { line in run.stdoutLines.filter { $0.hasSuffix(line) }.count != 1 } : []
        return try judge(run, code, [.exited(0)]) + lines.map { "log line not once: \($0)" }
    }

    private func limited() throws -> [String] {
        try workload.define(aws, name)
        try order()
        let run = try start(job, ["--max-runtime", "0.5"])
        return try judge(run, run.wait(limit: 150), [.exited(112)])
    }

    private func killed() throws -> [String] {
        try workload.define(aws, name)
        let run = try running()
        try order()
        let signal = fault.scenario == .kill ? SIGTERM : SIGKILL
        run.send(signal, toGroup: true)
        let ending = try run.wait()
        try eventually("\(fault.text): stopped", limit: 90) { try works().allSatisfy { $0.ended != nil } }
        return try judge(run, ending, [.signalled(signal)])
    }

    private func searched() throws -> [String] {
        try workload.define(aws, name)
        try aws.fault(FaultKind.hangAfter.order(workload.start, skip: 0, key: key))
        let run = try start(job)
        try eventually("sent: \(run.stderr)", limit: 60) { try !works().isEmpty }
        try order()
        run.send(SIGKILL, toGroup: true)
        let ending = try run.wait()
        try eventually("\(fault.text): stopped", limit: 90) { try works().allSatisfy { $0.ended != nil } }
        return try judge(run, ending, [.signalled(SIGKILL)])
    }

    private func adopted() throws -> [String] {
        try workload.define(aws, name, endsAfter: 3)
        let first = try running("--no-guardian")
        first.send(SIGKILL)
        _ = try first.wait()
        try order()
        let run = try start(fault.scenario == .elsewhere ? job.onAnotherHost() : job)
        return try judge(run, run.wait(limit: 150), [.exited(0)])
    }

    private func redriven() throws -> [String] {
        try workload.define(aws, name, endsAfter: 0.3, failing: true)
        let first = try start(job)
        guard try first.wait(limit: 60) == .exited(1) else { return ["did not fail: \(first.stderr)"] }
        try workload.define(aws, name, endsAfter: 0.8)
        try order()
        let run = try start(job.at("1/2"), ["--new-try", "redrive"])
        let code = try run.wait(limit: 150)
        let redrives = try works().map(\.redrives)
        return try judge(run, code, [.exited(0)]) + (redrives == [1] ? [] : ["redriven \(redrives)"])
    }

    // MARK: The judgement

    /// What no case may show: another exit code, work twice, work that goes on.
    private func judge(_ run: ChildRun, _ ending: ChildRun.Ending, _ expected: [ChildRun.Ending]) throws -> [String] {
        let works = try works()
        var violations: [String] = []
        // 113 is the truth then.
        let unknown: [ChildRun.Ending] = isUnknowable && works.isEmpty ? [.exited(113)] : []
        // Keys of the environment that STS calls expired are not renewed by anybody.
        let refused: [ChildRun.Ending] = fault.scenario == .role && fault.kind == .expired ? [.exited(115)] : []
        if !(expected + unknown + refused).contains(ending) { violations.append("ended with \(ending): \(run.stderr)") }
        if works.count > 1 { violations.append("\(works.count) pieces of work") }
        if works.contains(where: { $0.ended == nil }) { violations.append("left running: \(run.stderr)") }
        return violations
    }

    /// A submission that may have been sent, and of which AWS will show nothing.
    private var isUnknowable: Bool {
        workload.hasMadeUpIDs && fault.action == workload.start && [.reset, .serverError, .hang].contains(fault.kind)
    }
}
