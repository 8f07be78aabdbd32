import ArgumentParser
import Diagnosis
import Effects
import Governance
import JSON
import Supervision

extension Remedy.Action: ExpressibleByArgument {}

struct AdviceApprove: ProgramCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve", abstract: "Approves advice: prints the line that carries it out, and records both. Exit 1 when it may not be approved.",
        discussion: "The line is for a shell with the AutoSys client; nothing else is run.", version: Program.version)

    @OptionGroup var decision: DecisionOptions
    @Option(help: "restart or fallback, where another action than the advised one is meant.")
    var action: Remedy.Action?
    @Option(help: "Policy file (default: none; whoever may run this may approve).")
    var policy: String?

    static let layered = [LayeredOption(name: "policy")]

    func run(_ program: Program) throws(Refusal) -> Ending {
        let policy = try Policy(file: policy)
        let by = decision.decider(program)
        let line = try program.decide(decision.number) { (advice, book) throws(Decision.Refusal) in
            let (entries, remedy) = try Decision(policy, book, at: program.clock.now).approve(advice, by: by, action: action)
            return (entries, remedy.line)
        }
        program.write(line + "\n", to: 1)
        return .code(0)
    }
}

struct AdviceReject: ProgramCommand {
    static let configuration = CommandConfiguration(commandName: "reject", abstract: "Rejects advice, and records who did. Exit 1 when it was decided already.", version: Program.version)

    @OptionGroup var decision: DecisionOptions
    @Option(help: "Why.")
    var note: String?

    static let layered: [LayeredOption] = []

    func run(_ program: Program) throws(Refusal) -> Ending {
        let by = decision.decider(program)
        let note = note.map(KeptText(program, rules: []) { [] }.mask)
        try program.decide(decision.number) { (advice, book) throws(Decision.Refusal) in
            (try Decision(.none, book, at: program.clock.now).reject(advice, by: by, because: note), ())
        }
        return .code(0)
    }
}

struct AdviceGrade: ProgramCommand {
    static let configuration = CommandConfiguration(
        commandName: "grade", abstract: "Records the true cause of a failure and whether the advice helped; awsjob advice list shows how good advice has been.", version: Program.version)

    enum Helped: String, CaseIterable, ExpressibleByArgument { case yes, no, unknown }

    @OptionGroup var decision: DecisionOptions
    @Option(name: .customLong("class"), help: "The true failure class, an id of the catalogue, a site's own, or UNKNOWN.")
    var failureClass: String
    @Option(help: "yes, no or unknown: the advice helped (default: unknown).")
    var helped: Helped?
    @Option(help: "File with further failure classes of this site.")
    var catalogue: String?

    static let layered = [LayeredOption(name: "catalogue")]

    func run(_ program: Program) throws(Refusal) -> Ending {
        let known = try Catalogue(site: catalogue).classes.map(\.id) + [Notes.unknownClass]
        guard known.contains(failureClass) else { throw Refusal("'\(failureClass)' is no failure class", next: "README lists where they are; write its id, or UNKNOWN") }
        let by = decision.decider(program)
        let answer: JSONValue = helped.map { $0 == .unknown ? .null : .bool($0 == .yes) } ?? .null
        try program.decide(decision.number) { (advice, _) throws(Decision.Refusal) in
            let fields: [JSONValue.Member] = [.init("class", JSONValue(failureClass)), .init("helped", answer)]
            return ([AuditEntry(.graded, advice: advice.number, by: by, at: program.clock.now, fields)], ())
        }
        return .code(0)
    }
}

struct AdviceVerify: ProgramCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Whether the audit file is whole: no line changed, moved, taken out or cut off. Exit 1 when not.",
        discussion: "The last hash that it prints proves later that nothing before it was changed: keep it elsewhere.", version: Program.version)

    @OptionGroup var options: AnswerOptions

    static let layered: [LayeredOption] = []

    func run(_ program: Program) throws(Refusal) -> Ending {
        let content: AuditFile.Content
        do throws(FileError) {
            content = try program.audit.read()
        } catch { throw Refusal("audit file: \(error)", next: "look at its owner and mode", code: 1) }
        let answer: JSONValue = [
            "file": JSONValue(program.audit.path), "whole": .bool(content.damage == nil), "entries": JSONValue(content.entries.count), "damage": JSONValue(content.damage),
            "last_hash": JSONValue(content.lastHash),
        ]
        let text = "\(content.damage.map { "DAMAGED: \($0)" } ?? "whole"): \(content.entries.count) entries, last hash \(content.lastHash)"
        options.show(answer, text + "\n", program)
        return .code(content.damage == nil ? 0 : 1)
    }
}
