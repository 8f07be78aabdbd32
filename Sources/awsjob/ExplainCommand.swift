import ArgumentParser
import Diagnosis
import Effects
import Governance
import History
import JSON
import Runs
import Supervision

struct ExplainCommand: LightCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", _superCommandName: "awsjob",
        abstract: "Says why a job failed and whether a restart is safe: of a recorded run, or from a log. Claude is not asked unless --advice claude is given.",
        discussion: "Exit 1 where there is no such run, or no failure to explain.", version: Program.version)

    @Argument(help: "A recorded run, JOB[:RUN[/TRY]], as for history show; its log is fetched again.")
    var run: String?
    @Option(help: "Log of any failed job instead: a file, or - for standard input.")
    var log: String?
    @Option(name: .customLong("exit-code"), help: "With --log: exit code of the job.")
    var exitCode: Int?
    @Option(help: "With --log: what AWS said: status reason, error, cause.")
    var reason: String?
    @Option(help: "With --log: name of the job, for the notes.")
    var job: String?
    @Option(help: "File with further failure classes of this site.")
    var catalogue: String?
    @Option(help: jobsHelp)
    var jobs: String?
    @Option(help: "rules: offline notes; claude: Claude is asked as well, with secrets masked (default: rules).")
    var advice: AdviceMode?
    @Option(help: stateHelp)
    var state: StatePlace?
    @Flag(help: "Answer in JSON.")
    var json = false
    @OptionGroup var redaction: RedactionOptions
    @OptionGroup(title: "Claude") var claude: ClaudeOptions
    @OptionGroup(title: "AWS") var common: CommonOptions

    static let layered =
        ["catalogue", "jobs", "advice", "state"].map { LayeredOption(name: $0) } + RedactionOptions.layered + ClaudeOptions.layered + CommonOptions.layered

    func run(_ program: Program) throws(Refusal) -> Ending {
        let catalogue = try Catalogue(site: catalogue)
        switch (run, log) {
        case (let run?, nil):
            guard exitCode == nil, reason == nil, job == nil else {
                throw Refusal("--exit-code, --reason and --job go with --log", next: "leave them out: of \(run) the history knows them")
            }
            try explain(run, catalogue, program)
        case (nil, let log?): try explain(log: log, catalogue, program)
        default: throw Refusal("explain takes either a run, JOB[:RUN[/TRY]], or --log FILE", next: "awsjob explain --help")
        }
        return .code(0)
    }

    // MARK: A recorded run

    private func explain(_ run: String, _ catalogue: Catalogue, _ program: Program) throws(Refusal) {
        try program.requireDigests()
        guard let selector = RunSelector(run) else { throw Refusal("'\(run)' is no run", next: "write it as JOB, JOB:RUN or JOB:RUN/TRY") }
        let (rules, list) = (try redaction.rules(), try JobList(file: jobs))
        let console = program.console()
        let store = try program.store(state, common, console)
        let failure = try RecordedFailure(record(selector, store, console, program), program, common)
        if failure.log?.pieces.isEmpty ?? true, let kept = (try? program.adviceBook()).flatMap(failure.keptNotes) {
            warn(failure.shortfall, "these are the notes that were given when it failed", program)
            return show(kept, NotesText(kept, visible: Visible.line).lines, program)
        }
        warn(failure.shortfall, "these notes are made without it", program)
        let key = failure.record.key
        let answer: FailureNotes.Answer
        do throws(FileError) {
            answer = try FailureNotes(program, advice ?? .rules, claude, common, rules: rules).notes(
                catalogue, usual: program.usualLines(of: key.job, key.instance).baseline, { (take) throws(FileError) in failure.log?.pieces.forEach(take) },
                complete: { evidence in
                    evidence.take(failure.outcome, of: failure.record.service, job: key.job.isEmpty ? nil : key.job)
                    JobBackground(program, store, list).complete(&evidence, about: key, failure.record)
                })
        } catch { throw Refusal("\(error)", next: "try again") }
        tell(answer, program, remarks: failure.log?.remarks ?? [])
    }

    private func record(_ selector: RunSelector, _ store: any HistoryStore, _ console: Console, _ program: Program) throws(Refusal) -> RunRecord {
        let found: RunRecord?
        do throws(HistoryError) {
            found = try HistoryView(program, store, console).run(selector)
        } catch { throw Refusal(error) }
        console.drain(patience: .seconds(1))
        guard let found else { throw Refusal("no such run: \(run ?? "")", next: "awsjob history lists them", code: ExitCodes.failed) }
        return found
    }

    private func warn(_ shortfall: OperatorMessage?, _ consequence: String, _ program: Program) {
        guard let shortfall else { return }
        program.write(OperatorMessage("warning: the log cannot be fetched again; \(consequence): \(shortfall.what)", next: shortfall.next).line + "\n", to: 2)
    }

    // MARK: A log

    private func explain(log: String, _ catalogue: Catalogue, _ program: Program) throws(Refusal) {
        if advice == .claude {
            let rules = try redaction.rules()
            let answer: FailureNotes.Answer
            do throws(FileError) {
                answer = try FailureNotes(program, .claude, claude, common, rules: rules).notes(
                    catalogue, { (take) throws(FileError) in try SystemFiles.readPieces(log, take) }, complete: complete)
            } catch { throw Self.unreadable(error) }
            if answer.isBinary { throw Self.noText(log) }
            return tell(answer, program)
        }
        var scan = LogScan(catalogue, mask: Unmasked())
        do throws(FileError) {
            try SystemFiles.readPieces(log) { scan.read($0) }
        } catch { throw Self.unreadable(error) }
        var evidence = Evidence(log: scan.finish())
        if evidence.log.isBinary { throw Self.noText(log) }
        complete(&evidence)
        let notes = Notes(evidence, catalogue)
        show(notes.json, notes.lines(visible: Visible.line), program)
    }

    private func complete(_ evidence: inout Evidence) {
        (evidence.exitCode, evidence.job) = (exitCode, job)
        if let reason { evidence.reasons = [reason] }
    }

    private func tell(_ answer: FailureNotes.Answer, _ program: Program, remarks: [String] = []) {
        if let warning = answer.warning { program.write(warning.line + "\n", to: 2) }
        show(answer.json, answer.lines + remarks, program)
    }

    private func show(_ answer: JSONValue, _ lines: [String], _ program: Program) {
        program.write(json ? Self.withoutReordering(answer.text) + "\n" : lines.map { $0 + "\n" }.joined(), to: 1)
    }

    static func unreadable(_ error: FileError) -> Refusal { Refusal("--log: \(error)", next: "name a readable file, or - for standard input") }
    static func noText(_ log: String) -> Refusal { Refusal("--log: \(log) is no text", next: "name the log of the job; unpack it first if it is compressed") }

    /// JSON text in which characters that reorder text on a screen are numbers.
    private static func withoutReordering(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            if Visible.isControl(scalar), scalar != "\n" { result += "\\u" + String(0x10000 | scalar.value, radix: 16).dropFirst() } else { result.unicodeScalars.append(scalar) }
        }
        return result
    }
}

extension Catalogue {
    /// `site`: a file with further classes; nil for none.
    init(site path: String?) throws(Refusal) {
        var site: String?
        if let path {
            do throws(FileError) {
                site = String(decoding: try SystemFiles().read(path, limit: 1 << 20), as: UTF8.self)
            } catch {
                throw Refusal("--catalogue: \(error)", next: "name a readable file")
            }
        }
        do throws(CatalogueError) {
            try self.init(site: site, path: path ?? "")
        } catch {
            throw Refusal("--catalogue: \(error.place): \(error.reason)", next: "correct that line; README, \"Failure classes of your own\"")
        }
    }
}
