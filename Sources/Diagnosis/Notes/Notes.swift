package import JSON

/// Root-cause notes: what the on-call person reads.
package struct Notes: Sendable {
    /// What fits into a glance; more of a line is cut on the screen, never in JSON.
    private static let shown = 200

    package let verdict: Verdict
    /// Orders to the reader that stood in the log.
    private let orders: Int
    private let job: String?

    package init(_ evidence: Evidence, _ catalogue: Catalogue) {
        verdict = Judge(catalogue).verdict(evidence)
        orders = evidence.log.orders
        job = evidence.job
    }

    package static let unknownClass = "UNKNOWN"

    private var summary: String { verdict.failure?.cause ?? verdict.reason }
    private var impact: String { verdict.failure?.impact ?? "Not known: what the work had done before it failed stays." }
    private var steps: [String] {
        verdict.failure?.steps ?? ["Read the lines around the first error.", "Compare with the last good run; ask the owner of the job."]
    }
    private var recommendation: String {
        switch verdict.action {
        case .immediate: "restart now"
        case .delayed: "restart later"
        case .fallback: "start the fallback job"
        case .manual: "no restart before a person has repaired the cause"
        case .verifyFirst: "verify first what was done, then decide"
        }
    }

    /// Lines for a terminal or a log, each without line feed. `visible` makes text from elsewhere harmless.
    package func lines(visible: (String) -> String) -> [String] {
        var lines = ["root cause: \(summary)"]
        lines.append("class:      \(verdict.failure.map { "\($0.id) (\($0.title))" } ?? Self.unknownClass), confidence \(verdict.confidence.rawValue)")
        if let job { lines.append("job:        \(visible(job))") }
        if let field = verdict.field { lines.append("AWS says:   \(visible(Self.cut(field)))") }
        for line in verdict.lines { lines.append("line \(line.number):".padded(to: 12) + visible(Self.cut(String(decoding: line.bytes, as: UTF8.self)))) }
        lines.append("impact:     \(impact)")
        for (index, step) in steps.enumerated() { lines.append((index == 0 ? "next:" : "").padded(to: 12) + step) }
        lines.append("restart:    \(verdict.action.rawValue): \(recommendation). \(verdict.failure == nil ? "" : verdict.reason)".trimmedEnd)
        if orders > 0 { lines.append("warning:    \(orders) line\(orders == 1 ? "" : "s") of the log speak\(orders == 1 ? "s" : "") to whoever reads it; they were not believed") }
        return lines
    }

    /// Quotes are the lines byte for byte; a line that is no UTF-8 cannot be quoted in JSON and is left out.
    package var json: JSONValue {
        let quotes = verdict.lines.compactMap { line in String(validating: line.bytes, as: UTF8.self).map { (line.number, $0) } }
        return [
            "class": JSONValue(verdict.failure?.id ?? Self.unknownClass), "title": JSONValue(verdict.failure?.title), "action": JSONValue(verdict.action.rawValue),
            "confidence": JSONValue(verdict.confidence.rawValue), "summary": JSONValue(summary),
            "evidence": .array(quotes.map { ["line": JSONValue($0.0), "quote": JSONValue($0.1)] }), "aws": JSONValue(verdict.field),
            "next_steps": .array(steps.map { JSONValue($0) }), "impact": JSONValue(impact), "restart_reason": JSONValue(verdict.reason),
            "job": JSONValue(job), "source": "rules",
        ]
    }

    private static func cut(_ text: String) -> String {
        text.utf8.count <= shown ? text : String(decoding: text.utf8.prefix(shown), as: UTF8.self) + "…"
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(1, width - utf8.count)) }
    fileprivate var trimmedEnd: String { String(reversed().drop { $0 == " " }.reversed()) }
}
