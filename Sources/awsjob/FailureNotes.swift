import Claude
import Diagnosis
import Effects
import JSON
import Redaction
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
        let json: JSONValue
        let lines: [String]
        /// Why Claude has no part in it.
        let warning: OperatorMessage?
        let veto: Bool
        let isBinary: Bool
    }

    /// `read`: hands over the log in pieces. `complete`: adds what AWS said, which is masked here.
    func notes(
        _ catalogue: Catalogue, _ read: (_ take: ([UInt8]) -> Void) throws(FileError) -> Void, complete: (inout Evidence) -> Void
    ) throws(FileError) -> Answer {
        let known = (try? access?.get().secrets) ?? KnownValues(environment: program.environment.all)
        var redactor = Redactor(rules: rules, known: known)
        redactor.add(secrets)
        var scan = LogScan(catalogue, mask: Unmasked())
        var reduction = LogReduction(catalogue)
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
        complete(&evidence)
        evidence.mask { String(decoding: redactor.redact(Array($0.utf8)), as: UTF8.self) }
        return answer(evidence, reduction.finish(budget: Self.excerptSize), catalogue)
    }

    private func answer(_ evidence: Evidence, _ excerpt: [ExcerptLine], _ catalogue: Catalogue) -> Answer {
        let offline = Notes(evidence, catalogue)
        let (veto, isBinary) = (offline.verdict.failure?.veto != nil, evidence.log.isBinary)
        guard let access else { return Answer(json: offline.json, lines: offline.lines(visible: Visible.line), warning: nil, veto: veto, isBinary: isBinary) }
        do throws(ClaudeFailure) {
            let notes = try access.get().notes(on: Question(evidence, excerpt: excerpt, catalogue), rules: rules)
            return Answer(json: notes.json(over: offline.json), lines: notes.lines(over: offline.json, visible: Visible.line), warning: nil, veto: veto, isBinary: isBinary)
        } catch {
            let (reason, next) = error.words
            return Answer(json: offline.json, lines: offline.lines(visible: Visible.line), warning: OperatorMessage("notes without Claude: \(reason)", next: next), veto: veto, isBinary: isBinary)
        }
    }
}

extension Evidence {
    /// Masks what came from elsewhere beside the log.
    fileprivate mutating func mask(_ mask: (String) -> String) {
        (job, error, cause) = (job.map(mask), error.map(mask), cause.map(mask))
        reasons = reasons.map(mask)
    }
}
