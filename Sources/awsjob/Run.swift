import AWS
import Digest
import Effects
import History
import Journal
import Runs
import Supervision
import Workloads

/// What the commands that follow work have in common: from checked options to a supervised run.
struct Run<Service: WorkloadService> {
    let program: Program
    let runner: RunnerOptions
    let common: CommonOptions
    let console: Console

    init(_ program: Program, _ runner: RunnerOptions, _ common: CommonOptions) {
        self.program = program
        self.runner = runner
        self.common = common
        console = program.console(format: runner.logFormat ?? .text)
    }

    var identity: RunIdentity? { RunIdentity(environment: program.environment, instance: runner.instance) }

    /// The given name as AWS takes it; nil to derive one from AutoSys' variables.
    func legalName(_ given: String?) throws(Refusal) -> String? {
        guard let given else {
            guard identity == nil else { return nil }
            guard let option = Service.Request.nameOption else { return "terminal-\(Program.newOwner())" }
            throw Refusal("\(option) is missing, and there is no AUTO_JOB_NAME and AUTORUN to make one of", next: "add \(option)")
        }
        if Service.isLegalName(given) { return given }
        var legal = String(RunName.legal(given).prefix(Service.nameLimit))
        guard !legal.isEmpty else { throw Refusal("\(Service.Request.nameOption ?? "the name") is empty", next: "give a name") }
        if !Service.isLegalName(legal) { legal = String(("j" + legal).prefix(Service.nameLimit)) }
        console.warn("'\(given)' is no legal \(Service.noun) name; using \(legal)")
        return legal
    }

    /// What is refused is in the result file too.
    func recordingRefusals(_ body: () throws(Refusal) -> Ending) throws(Refusal) -> Ending {
        do throws(Refusal) {
            return try body()
        } catch {
            if case .code(let code) = error.ending, let path = runner.resultFile, !path.isEmpty {
                let message = KeptText(program, rules: []) { [] }.mask(error.message.what)
                // A file that cannot be written is what was refused.
                try? RunResult(service: Service.name, identity: identity, code: code, message: message).write(to: path)
            }
            throw error
        }
    }

    func supervise(_ work: RunPlan.Work) throws(Refusal) -> Ending {
        let place = try program.place(common)
        let exitCodes: ExitCodeTable
        do throws(ExitCodeTable.Invalid) {
            exitCodes = try ExitCodeTable(runner.exitCodes, statuses: Service.terminalStatuses)
        } catch {
            throw Refusal("--exit-code: \(error.reason)", next: "write it as FAILED=3")
        }
        let outputFile = try checkedOutputFile()
        try requireWritable(runner.resultFile, option: "--result-file")
        if runner.newTry == .redrive, !Service.canRedrive {
            throw Refusal("--new-try redrive: a failed \(Service.name) \(Service.noun) cannot be continued", next: "use --new-try start or adopt")
        }
        let loop = try program.loop(place, console: console, verbose: common.verbose)
        let giveUpAfter = runner.giveUpAfter?.duration ?? .seconds(30 * 60)
        var plan = RunPlan(
            identity: identity, work: work, place: place,
            pace: PollPace(
                first: runner.pollInterval?.duration ?? .seconds(2), longest: runner.maxPollInterval?.duration ?? .seconds(120), giveUpAfter: giveUpAfter,
                random: .system),
            maxRuntime: runner.maxRuntime?.duration, giveUpAfter: giveUpAfter, newTry: runner.newTry,
            onSignal: runner.onSignal ?? .stop, exitCodes: exitCodes, resultFile: runner.resultFile, outputFile: outputFile,
            logs: runner.logs == Logs.none ? nil : .init(maxBytes: runner.maxLogBytes),
            isNameOfAnotherRun: { name in isNameOfAnotherRun(name, work) }, box: runner.record.box, machine: hostName(), state: runner.record.state?.text)
        let kept = try KeptText(program, rules: runner.notes.redaction.rules()) { loop.caller.secrets }
        if runner.advice != .off {
            plan.advisor = try RunAdvisor(program, runner.advice ?? .rules, runner.notes, common, kept) { program.store(runner.record.state, loop) }.advisor
        }
        let owner = Program.newOwner()
        let local = LocalRunLog(path: journalPath(work, owner: owner), in: program.stateDirectory, clock: program.clock, mask: kept.mask) { console.warn($0) }
        let log = shared(local, work, owner: owner, loop, patience: plan.startPatience)
        if !runner.guardian { program.guardian?.dismiss() }
        let guardian = runner.guardian ? program.guardian : nil
        if runner.guardian, guardian == nil { console.warn("no guardian could be forked; a SIGKILL of this runner would leave the work running") }
        return Supervisor<Service>(plan: plan, loop: loop, log: log, guardian: guardian, owner: owner) { program.recorder(runner.record.state, loop) }
            .run()
    }

    /// With the other hosts of a fleet, where there are any. A run on a terminal, and who attaches, has no others to meet.
    private func shared(_ log: LocalRunLog, _ work: RunPlan.Work, owner: String, _ loop: Loop, patience: Duration) -> any RunLog {
        guard case .launch = work, let identity, case .dynamoDB(let table) = runner.record.state else { return log }
        return FleetRunLog(
            log, run: identity.key, table: FleetTable(table), loop: loop, owner: owner, host: hostName(), place: program.hostPlace,
            isVital: Service.hasMadeUpIDs, patience: patience)
    }

    private func journalPath(_ work: RunPlan.Work, owner: String) -> String {
        let folder = program.stateDirectory.journals + "/"
        if case .attach(let id) = work {
            let known = Journals(program.stateDirectory).work(withID: id.text)?.path
            return known ?? folder + "attached-\(SHA256.hash(Array(id.text.utf8)).hex.prefix(16)).jsonl"
        }
        if let identity { return folder + identity.key + ".jsonl" }
        // One file for all starts under one name, so that two at once meet at its gate.
        guard case .launch(let name?, let launch) = work, Service.expectedID(target: launch.target, name: name) != nil else { return folder + "terminal-\(owner).jsonl" }
        return folder + "terminal-\(RunName.legal(name).prefix(80))-\(SHA256.hash(Array("\(launch.target)\0\(name)".utf8)).hex.prefix(16)).jsonl"
    }

    private func isNameOfAnotherRun(_ name: String, _ work: RunPlan.Work) -> Bool {
        guard case .launch(_, let launch) = work else { return false }
        return Journals(program.stateDirectory).hasWork(named: name, target: launch.target, ofOtherThan: identity)
    }

    /// Nil without one, and for a service that has nothing to put there.
    private func checkedOutputFile() throws(Refusal) -> String? {
        guard let path = runner.outputFile else { return nil }
        guard path != runner.resultFile else { throw Refusal("--result-file and --output-file are both \(path)", next: "give them different names") }
        try requireWritable(path, option: "--output-file")
        if Service.hasOutput { return path }
        console.warn("AWS keeps no output of a \(Service.name) \(Service.noun); --output-file \(path) is not written")
        return nil
    }

    private func requireWritable(_ path: String?, option: String) throws(Refusal) {
        guard let path else { return }
        guard !path.isEmpty else { throw Refusal("\(option) is empty", next: "name a file") }
        do throws(FileError) {
            var file = try AtomicFile(path)
            file.discard()
        } catch {
            throw Refusal("\(option): \(error)", next: "name a place that this user can write to")
        }
    }
}
