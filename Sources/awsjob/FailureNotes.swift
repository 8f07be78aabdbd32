import Claude
import Diagnosis
import Effects
import JSON
import Redaction
import Runs
import Supervision

/// Root-cause notes of a log that is masked before anything looks at it; by Claude where it is asked and has the better answer.
struct FailureNotes {
    private let program: Program
    /// Nil: the rules alone.
    private let access: Result<ClaudeAccess, ClaudeFailure>?
    private let rules: [UserRule]
    /// Of the keys in use.
    private let secrets: [String]
    /// Bytes of log lines in a request.
    private static let excerptSize = 8192

    init(_ program: Program, _ mode: AdviceMode, _ options: ClaudeOptions, _ common: CommonOptions, rules: [UserRule], secrets: [String] = []) {
        (self.program, self.rules, self.secrets) = (program, rules, secrets)
        access = mode == .claude ? Result { () throws(ClaudeFailure) in try ClaudeAccess(program, options, common) } : nil
    }

    struct Answer {
        var json: JSONValue
        var lines: [String]
        /// Why Claude has no part in it.
        var warning: OperatorMessage?
        /// By the rules' class, or Claude's.
        var veto: Bool
        let isBinary: Bool
    }

    /// `usual`: what good runs of the job log. `read`: hands over the log in pieces. `complete`: adds what AWS said, which is
    /// masked here.
    func notes(
        _ catalogue: Catalogue, usual: Baseline = Baseline(), _ read: (_ take: ([UInt8]) -> Void) throws(FileError) -> Void, complete: (inout Evidence) -> Void
    ) throws(FileError) -> Answer {
        let known = (try? access?.get().secrets) ?? KnownValues(environment: program.environment.all)
        var redactor = Redactor(rules: rules, known: known)
        redactor.add(secrets)
        var scan = LogScan(catalogue, mask: Unmasked())
        var reduction = LogReduction(catalogue, baseline: usual)
        func take(_ masked: [UInt8]) {
            scan.read(masked)
            reduction.read(masked)
        }
        try read { piece in
            var masked: [UInt8] = []
            piece.withUnsafeBufferPointer { redactor.append($0, to: &masked) }
            take(masked)
        }
        var rest: [UInt8] = []
        redactor.finish(to: &rest)
        take(rest)
        var evidence = Evidence(log: scan.finish())
        evidence.log.leaveOut(usual)
        complete(&evidence)
        evidence.mask { String(decoding: redactor.redact(Array($0.utf8)), as: UTF8.self) }
        return answer(evidence, reduction.finish(budget: Self.excerptSize), catalogue)
    }

    private func answer(_ evidence: Evidence, _ excerpt: [ExcerptLine], _ catalogue: Catalogue) -> Answer {
        let offline = Notes(evidence, catalogue)
        var answer = Answer(
            json: offline.json, lines: offline.lines(visible: Visible.line), warning: nil, veto: offline.verdict.failure?.veto != nil, isBinary: evidence.log.isBinary)
        guard let access else { return answer }
        do throws(ClaudeFailure) {
            let notes = try access.get().notes(on: Question(evidence, excerpt: excerpt, catalogue), rules: rules, secrets: secrets)
            answer.json = notes.json(over: offline.json)
            answer.veto = answer.veto || notes.veto
            answer.lines = NotesText(answer.json, visible: Visible.line).lines
        } catch {
            let (reason, next) = error.words
            answer.warning = OperatorMessage("notes without Claude: \(reason)", next: next)
        }
        return answer
    }
}

extension LogCopy {
    /// What notes made from it have to add.
    var remarks: [String] { isCut ? ["note:       the middle of a long log was not kept; lines are counted without it"] : [] }
}

extension Evidence {
    /// What AWS said of work that has ended.
    mutating func take(_ outcome: Outcome, of service: String, job: String?) {
        (self.service, self.job, exitCode) = (service, job, outcome.exitCode)
        (error, cause, reasons) = (outcome.error, outcome.cause, [outcome.condition].compactMap { $0 })
    }

    /// Masks what came from elsewhere beside the log.
    fileprivate mutating func mask(_ mask: (String) -> String) {
        (job, error, cause) = (job.map(mask), error.map(mask), cause.map(mask))
        reasons = reasons.map(mask)
    }
}
