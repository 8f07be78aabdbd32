package import JSON

/// Root-cause notes: what the on-call person reads.
package struct Notes: Sendable {
    package let verdict: Verdict
    /// Orders to the reader that stood in the log.
    private let orders: Int
    private let job: String?
    private let background: Background

    package init(_ evidence: Evidence, _ catalogue: Catalogue) {
        verdict = Judge(catalogue).verdict(evidence)
        orders = evidence.log.orders
        job = evidence.job
        background = Background(evidence)
    }

    package static let unknownClass = "UNKNOWN"

    private var summary: String { verdict.failure?.cause ?? verdict.reason }
    private var impact: String { verdict.failure?.impact ?? "Not known: what the work had done before it failed stays." }
    private var steps: [String] {
        verdict.failure?.steps ?? ["Read the lines around the first error.", "Compare with the last good run; ask the owner of the job."]
    }

    package func lines(visible: @escaping (String) -> String) -> [String] {
        NotesText(json, visible: visible).lines(quotes: verdict.lines.map { ($0.number, String(decoding: $0.bytes, as: UTF8.self)) })
    }

    /// Quotes are the lines byte for byte; a line that is no UTF-8 cannot be quoted in JSON and is left out.
    package var json: JSONValue {
        let quotes = verdict.lines.compactMap { line in String(validating: line.bytes, as: UTF8.self).map { (line.number, $0) } }
        let failureClass = verdict.failure?.id ?? Self.unknownClass
        return [
            "class": JSONValue(failureClass), "title": JSONValue(verdict.failure?.title), "action": JSONValue(verdict.action.rawValue),
            "confidence": JSONValue(verdict.confidence.rawValue), "summary": JSONValue(summary),
            "evidence": .array(quotes.map { ["line": JSONValue($0.0), "quote": JSONValue($0.1)] }), "aws": JSONValue(verdict.field),
            "next_steps": .array(steps.map { JSONValue($0) }), "impact": JSONValue(background.impact(impact)),
            "restart_reason": JSONValue(background.reason(verdict.reason, failureClass)), "job": JSONValue(job), "history": background.history(failureClass),
            "dependencies": background.dependencies, "orders": JSONValue(orders), "source": "rules",
        ]
    }
}
