import ArgumentParser
import Effects
import Governance
import JSON
import Supervision

/// `awsjob advice`: what was advised, what was decided, how good it was.
struct AdviceCommand: LayeredCommand {
    static let configuration = CommandConfiguration(
        commandName: "advice", _superCommandName: "awsjob", abstract: "What was advised after failures, and what a person decides about it.", version: Program.version,
        subcommands: [AdviceList.self, AdviceShow.self, AdviceApprove.self, AdviceReject.self, AdviceGrade.self, AdviceVerify.self])

    static let layered = [LayeredOption(name: "policy")]
}

/// Options of everything that only tells.
struct AnswerOptions: ParsableArguments {
    @Option(help: "Configuration file (default: AWSJOB_CONFIG).")
    var config: String?
    @Flag(help: "Answer in JSON.")
    var json = false

    /// `text`: with its line feeds.
    func show(_ answer: JSONValue, _ text: String, _ program: Program) { program.write(json ? answer.text + "\n" : text, to: 1) }
}

/// Options of everything that decides.
struct DecisionOptions: ParsableArguments {
    @Argument(help: "Number of the advice, as the list shows it.")
    var number: Int
    @Option(help: "Who decides (default: the user that sudo was called by, else this one).")
    var by: String?
    @Option(help: "Configuration file (default: AWSJOB_CONFIG).")
    var config: String?

    func decider(_ program: Program) -> String { by ?? program.environment.nonBlank("SUDO_USER") ?? program.account?.name ?? "unknown" }
}

extension Program {
    /// The audit file as it is; a damaged one is no ground for a decision.
    func adviceBook() throws(Refusal) -> AdviceBook {
        let content: AuditFile.Content
        do throws(FileError) {
            content = try audit.read()
        } catch { throw Refusal("audit file: \(error)", next: "look at its owner and mode", code: 1) }
        if let damage = content.damage { throw Refusal("\(audit.path): \(damage)", next: "awsjob advice verify; nothing is decided on a damaged file", code: 1) }
        return AdviceBook(content.entries)
    }

    /// Decides under the audit file's lock, and records it before it is told.
    func decide<Told>(_ number: Int, _ make: (Advice, AdviceBook) throws(Decision.Refusal) -> (entries: [AuditEntry], told: Told)) throws(Refusal) -> Told {
        var result: Result<Told, Decision.Refusal>?
        do throws(AuditError) {
            _ = try audit.append(clock: clock) { content in
                let book = AdviceBook(content.entries)
                guard let advice = book.advice(number) else { return [] }
                do throws(Decision.Refusal) {
                    let (entries, told) = try make(advice, book)
                    result = .success(told)
                    return entries
                } catch {
                    result = .failure(error)
                    return []
                }
            }
        } catch { throw Refusal(error.reason, next: error.next, code: 1) }
        switch result {
        case .success(let told): return told
        case .failure(let refusal): throw Refusal(refusal.reason, next: refusal.next, code: 1)
        case nil: throw Refusal("there is no advice \(number)", next: "awsjob advice list", code: 1)
        }
    }
}
