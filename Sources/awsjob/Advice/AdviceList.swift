import ArgumentParser
import Effects
import Governance
import JSON
import Supervision

struct AdviceList: ProgramCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Advice, newest first, and how good the graded ones were. Exit 1 when there is none.", version: Program.version)

    @Option(help: "About this AutoSys job.")
    var job: String?
    @Option(help: "At most so many (default: 20).")
    var limit: UInt16?
    @OptionGroup var options: AnswerOptions

    static let layered: [LayeredOption] = []

    func run(_ program: Program) throws(Refusal) -> Ending {
        let book = try program.adviceBook()
        let found = book.all.filter { job == nil || $0.job == job }
        let shown = found.reversed().prefix(Int(limit ?? 20))
        let (scores, months) = (AdviceScore.of(found), AdviceScore.byMonth(found))
        let answer: JSONValue = [
            "advice": .array(shown.map(\.json)), "scores": .array(scores.map(\.json)),
            "months": .array(months.map { ["month": JSONValue($0.month), "scores": .array($0.scores.map(\.json))] }),
        ]
        let text = shown.map(Self.line) + Self.rows("graded", scores) + (months.count > 1 ? months.flatMap { Self.rows($0.month, $0.scores) } : [])
        options.show(answer, text.joined(), program)
        return .code(shown.isEmpty ? 1 : 0)
    }

    private static func rows(_ label: String, _ scores: [AdviceScore]) -> [String] {
        scores.map { label + String(repeating: " ", count: 12 - label.count) + Visible.line($0.text) + "\n" }
    }

    private static func line(_ advice: Advice) -> String {
        let run = [advice.job, advice.run].compactMap { $0 }.joined(separator: ":")
        return Visible.line("\(advice.number)  \(advice.time.rfc3339)  \(run.isEmpty ? "-" : run)  \(advice.failureClass)  \(advice.action)  \(advice.confidence)  \(advice.standing.rawValue)") + "\n"
    }
}

struct AdviceShow: ProgramCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "One piece of advice with all that became of it. Exit 1 when there is none of that number.", version: Program.version)

    @Argument(help: "Number of the advice, as the list shows it.")
    var number: Int
    @OptionGroup var options: AnswerOptions

    static let layered: [LayeredOption] = []

    func run(_ program: Program) throws(Refusal) -> Ending {
        guard let advice = try program.adviceBook().advice(number) else { throw Refusal("there is no advice \(number)", next: "awsjob advice list", code: 1) }
        options.show(advice.json, Self.text(advice), program)
        return .code(0)
    }

    private static func text(_ advice: Advice) -> String {
        let steps = advice.notes["next_steps"]?.array?.compactMap(\.string) ?? []
        let evidence = (advice.notes["evidence"]?.array ?? []).map { "line \($0["line"]?.text ?? "?"): \($0["quote"]?.string ?? "")" }
        let decided = advice.standing.rawValue + (advice.decidedBy.map { ", by \($0)" } ?? "")
        let grade = advice.grade.map { "\($0.failureClass)" + ($0.helped.map { $0 ? ", helped" : ", did not help" } ?? "") }
        let rows: [(String, String?)] =
            [
                ("advice", String(advice.number)), ("given", advice.time.rfc3339), ("job", advice.job), ("instance", advice.instance), ("run", advice.run),
                ("cause", advice.summary), ("class", "\(advice.failureClass), confidence \(advice.confidence), by \(advice.source)"), ("action", advice.action),
                ("reason", advice.notes["restart_reason"]?.string), ("impact", advice.notes["impact"]?.string),
            ] + evidence.map { ("evidence", $0) } + steps.map { ("next", $0) } + [("decision", decided), ("carried out", advice.deed), ("result", advice.ending), ("grade", grade)]
        return rows.compactMap { name, value in
            value.flatMap { $0.isEmpty ? nil : name + String(repeating: " ", count: 13 - name.count) + Visible.line($0) + "\n" }
        }.joined()
    }
}

extension Advice {
    var json: JSONValue {
        [
            "number": JSONValue(number), "time": JSONValue(time.rfc3339), "job": JSONValue(job), "instance": JSONValue(instance), "run": JSONValue(run), "notes": notes,
            "evidence_digest": JSONValue(evidence), "standing": JSONValue(standing.rawValue), "decided_by": JSONValue(decidedBy), "carried_out": JSONValue(deed),
            "result": JSONValue(ending), "graded_class": JSONValue(grade?.failureClass), "helped": grade?.helped.map { .bool($0) } ?? .null,
        ]
    }
}
