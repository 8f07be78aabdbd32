import Claude
import Diagnosis
import Effects
import JSON
import Redaction
import Supervision

/// Root-cause notes by Claude, and the offline ones where it has no better answer.
struct ClaudeNotes {
    private let program: Program
    private let access: Result<ClaudeAccess, ClaudeFailure>
    private let rules: [UserRule]
    /// Bytes of log lines in a request.
    private static let excerptSize = 8192

    init(_ program: Program, _ options: ClaudeOptions, _ common: CommonOptions, rules: [UserRule]) {
        (self.program, self.rules) = (program, rules)
        access = Result { () throws(ClaudeFailure) in try ClaudeAccess(program, options, common) }
    }

    struct Answer {
        let json: JSONValue
        let lines: [String]
        /// Why Claude has no part in it.
        let warning: OperatorMessage?
    }

    /// `complete`: adds what AWS said, which is masked here.
    func notes(_ catalogue: Catalogue, log path: String, complete: (inout Evidence) -> Void) throws(Refusal) -> Answer {
        let known = (try? access.get().secrets) ?? KnownValues(environment: program.environment.all)
        var redactor = Redactor(rules: rules, known: known)
        var scan = LogScan(catalogue, mask: Unmasked())
        var reduction = LogReduction(catalogue)
        func take(_ masked: [UInt8]) {
            scan.read(masked)
            reduction.read(masked)
        }
        do throws(FileError) {
            try SystemFiles.readPieces(path) { piece in
                var masked: [UInt8] = []
                piece.withUnsafeBufferPointer { redactor.append($0, to: &masked) }
                take(masked)
            }
        } catch { throw ExplainCommand.unreadable(error) }
        var rest: [UInt8] = []
        redactor.finish(to: &rest)
        take(rest)
        var evidence = Evidence(log: scan.finish())
        if evidence.log.isBinary { throw ExplainCommand.noText(path) }
        complete(&evidence)
        evidence.mask { String(decoding: redactor.redact(Array($0.utf8)), as: UTF8.self) }
        return answer(evidence, reduction.finish(budget: Self.excerptSize), catalogue)
    }

    private func answer(_ evidence: Evidence, _ excerpt: [ExcerptLine], _ catalogue: Catalogue) -> Answer {
        let offline = Notes(evidence, catalogue)
        do throws(ClaudeFailure) {
            let notes = try access.get().notes(on: Question(evidence, excerpt: excerpt, catalogue), rules: rules)
            return Answer(json: notes.json(over: offline.json), lines: notes.lines(over: offline.json, visible: Visible.line), warning: nil)
        } catch {
            let (reason, next) = error.words
            return Answer(json: offline.json, lines: offline.lines(visible: Visible.line), warning: OperatorMessage("notes without Claude: \(reason)", next: next))
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
