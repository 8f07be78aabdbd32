package import Diagnosis
import JSON

/// What Claude is shown of one failure. All of it is masked already.
package struct Question: Sendable {
    /// The offline verdict, which an answer is held against. It is not shown.
    let verdict: Verdict
    let catalogue: Catalogue
    /// Lines that give orders to the reader, seen also where they were hidden between invisible characters.
    let orders: Int
    let background: Background
    private let evidence: Evidence
    private let excerpt: [ExcerptLine]
    /// The lines as they are shown, by our number.
    let shown: [Int: String]

    package init(_ evidence: Evidence, excerpt: [ExcerptLine], _ catalogue: Catalogue) {
        (self.evidence, self.excerpt, self.catalogue) = (evidence, excerpt, catalogue)
        verdict = Judge(catalogue).verdict(evidence)
        background = Background(evidence)
        shown = Dictionary(excerpt.map { ($0.line.number, CleanText.line($0.line.bytes)) }) { first, _ in first }
        var scan = LogScan(catalogue, mask: Unmasked())
        scan.read(Array(shown.values.joined(separator: "\n").utf8))
        orders = max(evidence.log.orders, scan.finish().orders)
    }

    /// A line as it stood in the log.
    func original(_ number: Int) -> [UInt8]? { excerpt.first { $0.line.number == number }?.line.bytes }

    /// AWS itself proves a cause; the log cannot say otherwise.
    var isProvenByAWS: Bool { verdict.field != nil && verdict.confidence > .low && isCause }
    /// The rules know a cause, and not only that something failed.
    var isCause: Bool { verdict.failure.map { $0.rank <= 5 } ?? false }
    var hasFields: Bool { ![evidence.error, evidence.cause].allSatisfy { $0 == nil } || !evidence.reasons.isEmpty }

    /// What AWS, the scheduler and our own records say, as JSON: nothing in it can end its own string.
    var facts: String {
        var members: [JSONValue.Member] = []
        func add(_ name: String, _ value: JSONValue?) { if let value { members.append(.init(name, value)) } }
        add("service", evidence.service.map { JSONValue(CleanText.line($0)) })
        add("exit_code", evidence.exitCode.map { JSONValue($0) })
        add("attempts", evidence.attempts.map { JSONValue($0) })
        add("error", evidence.error.map { JSONValue(CleanText.line($0)) })
        add("cause", evidence.cause.map { JSONValue(CleanText.line($0)) })
        if !evidence.reasons.isEmpty { add("reasons", .array(evidence.reasons.map { JSONValue(CleanText.line($0)) })) }
        add("log_lines", JSONValue(evidence.log.lines))
        return JSONValue.object(members + background.facts).text
    }

    /// The excerpt between two fences that nobody could foresee; the job's name is text of others too.
    func log(fence: String) -> String {
        let lines = excerpt.map { entry in
            "\(entry.line.number)\(entry.kindred > 3 ? " (x\(entry.kindred))" : "")| \(shown[entry.line.number] ?? "")"
        }
        let job = evidence.job.map { ["job: \(CleanText.line($0))"] } ?? []
        return (["<\(fence)>"] + job + lines + ["</\(fence)>"]).joined(separator: "\n")
    }
}
