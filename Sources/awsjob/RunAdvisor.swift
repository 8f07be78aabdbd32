import Diagnosis
import Digest
import Effects
import Governance
import History
import JSON
import Journal
import Redaction
import Runs
import Supervision

/// Root-cause notes at the end of a failed run, recorded in the audit file, with what the policy allows.
struct RunAdvisor {
    private let program: Program
    private let policy: Policy
    private let audit: AuditFile
    private let kept: KeptText
    /// Made when something has failed: most runs need neither the catalogue nor Claude's key.
    private let prepare: () -> (Catalogue, FailureNotes)?
    /// Nil where the history cannot be opened.
    private let background: () -> JobBackground?

    /// Files that are named are looked at before anything is started. `store`: opened when something has failed.
    init(
        _ program: Program, _ mode: AdviceMode, _ options: NotesOptions, _ common: CommonOptions, _ kept: KeptText, store: @escaping () -> (any HistoryStore)?
    ) throws(Refusal) {
        (self.program, self.kept) = (program, kept)
        let jobs = try JobList(file: options.jobs)
        background = { store().map { JobBackground(program, $0, jobs) } }
        policy = try Policy(file: options.policy)
        audit = program.audit
        let site: Catalogue? = options.catalogue == nil ? nil : try Catalogue(site: options.catalogue)
        prepare = {
            guard let catalogue = site ?? (try? Catalogue(site: nil)) else { return nil }
            return (catalogue, FailureNotes(program, mode, options.claude, common, rules: kept.rules, secrets: kept.secrets()))
        }
    }

    var advisor: Advisor { Advisor(explain: explain, noteEnd: noteEnd) }

    private func explain(_ run: Advisor.Run, _ log: LogCopy) -> Advisor.Answer? {
        var digest = ""
        guard let (catalogue, notes) = prepare(), let answer = try? notes.notes(
            catalogue, usual: run.identity.map { program.usualLines(of: $0.job, $0.instance).baseline } ?? Baseline(),
            { (take) throws(FileError) in
                for piece in log.pieces {
                    take(piece)
                    digest = SHA256.hash(Array((digest + SHA256.hash(piece).hex).utf8)).hex
                }
            },
            complete: { evidence in
                evidence.take(run.outcome, of: run.service, job: run.identity?.job)
                if let identity = run.identity { background()?.complete(&evidence, about: RunKey(identity, attempt: run.attempt ?? identity.attempt ?? 1, owner: "")) }
            })
        else { return nil }
        let (lines, warning) = record(run, answer, digest: digest)
        return Advisor.Answer(lines: answer.lines + log.remarks + lines, warning: answer.warning ?? warning, failureClass: answer.json["class"]?.string ?? Notes.unknownClass)
    }

    /// What the audit file makes of it: the number of the advice, and an action that the policy allows.
    private func record(_ run: Advisor.Run, _ answer: FailureNotes.Answer, digest: String) -> (lines: [String], warning: OperatorMessage?) {
        var lines: [String] = []
        let now = program.clock.now
        do throws(AuditError) {
            _ = try audit.append(clock: program.clock) { content in
                let advised = Advice.entry(
                    content.nextAdvice, job: run.identity?.job, instance: run.identity?.instance, run: run.identity.map { $0.text(attempt: run.attempt ?? $0.attempt ?? 1) },
                    notes: answer.json, evidence: digest.isEmpty ? nil : digest, at: now)
                let book = AdviceBook(content.entries + [advised])
                let allowed = book.advice(advised.advice).flatMap { Decision(policy, book, at: now).allow($0, isVetoed: answer.veto) }
                lines = ["advice:     \(advised.advice); awsjob advice show \(advised.advice)"]
                if let allowed { lines.append("allowed:    by policy '\(Visible.line(allowed.rule.name))': \(Visible.line(allowed.remedy.line))") }
                return [advised] + (allowed?.entries ?? [])
            }
            return (lines, nil)
        } catch {
            return ([], OperatorMessage("this advice is not recorded: \(error.reason)", next: error.next))
        }
    }

    private func noteEnd(_ run: Advisor.Run, _ log: LogCopy) {
        guard let identity = run.identity else { return }
        if run.outcome.kind == .succeeded, run.exitCode == 0 { program.usualLines(of: identity.job, identity.instance).learn(log, kept.masked) }
        noteResult(run, identity)
    }

    /// The result of what was done about an earlier failure of the job.
    private func noteResult(_ run: Advisor.Run, _ identity: RunIdentity) {
        guard let content = try? audit.read(), content.damage == nil,
            AdviceBook(content.entries).awaitingEnd(job: identity.job, instance: identity.instance) != nil
        else { return }
        _ = try? audit.append(clock: program.clock) { content in
            guard let advice = AdviceBook(content.entries).awaitingEnd(job: identity.job, instance: identity.instance) else { return [] }
            return [
                AuditEntry(.ended, advice: advice.number, at: program.clock.now, [
                    .init("run", JSONValue(identity.text(attempt: run.attempt ?? identity.attempt ?? 1))), .init("outcome", JSONValue(run.outcome.status)),
                    .init("exit_code", JSONValue(Int(run.exitCode))),
                ])
            ]
        }
    }
}

extension Program {
    var audit: AuditFile { AuditFile(stateDirectory.path + "/advice/audit.jsonl") }
}
