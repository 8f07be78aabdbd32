import ArgumentParser
import CGuardian
import Digest
import Effects
import Glibc
import History
import Journal
import Runs
import Supervision

struct ExecCommand: ProgramCommand {
    static let configuration = CommandConfiguration(
        commandName: "exec", _superCommandName: "awsjob",
        abstract: "Runs a local command as the job: its output passes through, its exit code or its death is ours, and the run is recorded.", version: Program.version)

    @Argument(parsing: .postTerminator, help: "The command and its arguments, behind --.")
    var command: [String] = []
    @Option(help: "AutoSys instance in the run's identity (default: AUTOSERV).")
    var instance: String?
    @Option(help: "Root-cause notes when the command has failed: off, rules (offline) or claude (default: rules).")
    var advice: AdviceMode?
    @OptionGroup var record: RecordOptions
    @OptionGroup(title: "Advice") var notes: NotesOptions
    @OptionGroup(title: "AWS") var common: CommonOptions

    static let layered =
        [LayeredOption(name: "instance"), LayeredOption(name: "advice")] + RecordOptions.layered + NotesOptions.layered + CommonOptions.layered

    func run(_ program: Program) throws(Refusal) -> Ending {
        guard let name = command.first, !name.isEmpty, let signals = program.signals, let words = Self.words else {
            throw Refusal("exec: no command", next: "awsjob exec -- COMMAND ARGUMENT…")
        }
        let kept = try KeptText(program, rules: notes.redaction.rules()) { [] }
        let console = program.console()
        let advisor = try advice == .off ? nil : RunAdvisor(program, advice ?? .rules, notes, common, kept) { try? program.store(record.state, common, console) }.advisor
        let owner = Program.newOwner()
        let identity = RunIdentity(environment: program.environment, instance: instance)
        let path = "\(program.stateDirectory.journals)/exec-\(identity?.key ?? owner).jsonl"
        let log = LocalRunLog(path: path, in: program.stateDirectory, clock: program.clock, mask: kept.mask, loss: LocalRunLog.lossOfRecord) { console.warn($0) }
        // Under the gate, so that nobody prunes the journal in between; another runner of the run is no reason not to run.
        let hasGate = log.tryLock(.gate)
        _ = log.tryLock(.live)
        if hasGate { log.unlock(.gate) }
        // Of the words only a digest is kept: they may hold passwords.
        log.begin(
            RunnerNote.Runner(
                owner: owner, identity: identity, attempt: identity?.attempt ?? 1, box: record.box, machine: hostName(), service: RunRecord.localService,
                target: nil, inputDigest: SHA256.hash(Array(command.joined(separator: "\0").utf8)).hex, tags: []))
        console.keep { log.note($0) }
        let began = program.clock.instant
        let run = Self.run(name, words, signals, program.clock, console, keep: advisor?.log.taker ?? { _ in })
        var end = RunnerNote.RunnerEnd(code: run.ending.code, signal: run.ending.signal, elapsed: program.clock.instant - began, calls: 0)
        (end.name, end.log) = (name, run.command?.volume.map { LogVolume(bytes: $0.bytes, lines: $0.lines) })
        if let advisor, let command = run.command { end.failureClass = advise(advisor, command, run.ending, identity, console) }
        if log.finish(end) { remember(owner, program, console) }
        console.drain(patience: Console.patience, interrupt: signals.descriptor)
        return run.ending
    }

    /// Nothing about a command that a signal has ended, or that somebody has told to end.
    private func advise(_ advisor: Advisor, _ command: LocalCommand, _ ending: Ending, _ identity: RunIdentity?, _ console: Console) -> String? {
        guard let code = ending.code, !command.wasKilled else { return nil }
        var outcome = Outcome(kind: code == 0 ? .succeeded : .failed, status: code == 0 ? "SUCCEEDED" : "FAILED")
        outcome.exitCode = Int(code)
        if code != 0 {
            command.readFiles()
            if command.errorsEndInsideLine { console.endForeignLine() }
        }
        let run = Advisor.Run(service: RunRecord.localService, identity: identity, attempt: identity?.attempt, exitCode: code, outcome: outcome)
        let failureClass = advisor.advise(on: run, console)
        if failureClass != nil, command.volume == nil { console.note("note:       made without the command's output, which went to neither a pipe nor a file") }
        return failureClass
    }

    /// As they stand on the command line, whatever bytes they are.
    private static var words: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? {
        let count = Int(CommandLine.argc)
        let start = (1..<max(1, count)).first { index in CommandLine.unsafeArgv[index].map { strcmp($0, "--") == 0 } ?? false }
        return start.flatMap { $0 + 1 < count ? CommandLine.unsafeArgv + $0 + 1 : nil }
    }

    /// `command`: nil when it could not be run.
    private static func run(
        _ name: String, _ words: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>, _ signals: SignalDescriptor, _ clock: any Clock, _ console: Console,
        keep: @escaping WholeLines.Taker
    ) -> (ending: Ending, command: LocalCommand?) {
        do throws(LocalCommand.StartError) {
            let child = try LocalCommand(signals: signals, clock: clock, keep: keep) { output, errors in
                let pid = awsjob_child_fork(words, output, errors)
                return pid < 0 ? .failure(.init(code: errno)) : .success(pid)
            }
            switch child.run() {
            case .exited(let code): return (.code(code), child)
            case .signalled(let signal): return (.signal(signal), child)
            }
        } catch {
            let isMissing = error.code == ENOENT || error.code == ENOTDIR
            let next = isMissing ? "check its name and PATH" : "check its mode and its first line"
            console.say(OperatorMessage("exec: could not run \(name): \(String(cString: strerror(error.code)))", next: next))
            return (.code(isMissing ? 127 : 126), nil)
        }
    }

    private func remember(_ owner: String, _ program: Program, _ console: Console) {
        do throws(Refusal) {
            let store = try program.store(record.state, common, console)
            do throws(HistoryError) { try program.recorder(store).record(owner, now: program.clock.now) } catch { throw Refusal(error.reason, next: error.next) }
        } catch {
            console.warn("this run is not in the history yet: \(error.message.what)", next: error.message.next)
        }
    }
}

extension Ending {
    fileprivate var code: Int32? { if case .code(let code) = self { code } else { nil } }
    fileprivate var signal: Int32? { if case .signal(let signal) = self { signal } else { nil } }
}
