package import JSON

/// Root-cause notes as lines for a terminal or a log, each without line feed: from their JSON, so that those of the rules, of
/// Claude and of a run long ago look alike. `visible` makes text from elsewhere harmless.
package struct NotesText {
    private let notes: JSONValue
    private let visible: (String) -> String
    /// What fits into a glance; more of a line is cut on the screen, never in JSON.
    private static let shown = 200

    package init(_ notes: JSONValue, visible: @escaping (String) -> String) {
        (self.notes, self.visible) = (notes, visible)
    }

    package var lines: [String] { lines(quotes: (notes["evidence"]?.array ?? []).map { ($0["line"]?.int ?? 0, $0["quote"]?.string ?? "") }) }

    /// `quotes`: of lines that are no UTF-8 too, which JSON leaves out.
    func lines(quotes: [(line: Int, text: String)]) -> [String] {
        var lines = [row("root cause:", text("summary")), row("class:", classification)]
        if let job = notes["job"]?.string { lines.append(row("job:", job)) }
        if let field = notes["aws"]?.string { lines.append(row("AWS says:", Self.cut(field))) }
        lines += quotes.map { row("line \($0.line):", Self.cut($0.text)) }
        lines.append(row("impact:", text("impact")))
        let before = (notes["dependencies"]?["upstream"]?.array ?? []).map(Self.upstream)
        if !before.isEmpty { lines.append(row("before it:", before.joined(separator: "; "))) }
        for (index, step) in (notes["next_steps"]?.array ?? []).enumerated() { lines.append(row(index == 0 ? "next:" : "", step.string ?? "")) }
        lines.append(row("restart:", restart))
        for (index, failure) in (notes["history"]?["similar"]?.array ?? []).enumerated() { lines.append(row(index == 0 ? "earlier:" : "", Self.earlier(failure))) }
        if let orders = notes["orders"]?.int, orders > 0 {
            lines.append(row("warning:", "\(orders) line\(orders == 1 ? "" : "s") of the log speak\(orders == 1 ? "s" : "") to whoever reads it; they were not believed"))
        }
        return lines
    }

    private var classification: String {
        let title = notes["title"]?.string.map { " (\($0))" } ?? ""
        let source = notes["source"]?.string.flatMap { $0 == "rules" ? nil : ", by \($0)" } ?? ""
        return "\(text("class"))\(title), confidence \(text("confidence"))\(source)"
    }

    /// Of an unknown cause the reason stands in the first line already.
    private var restart: String {
        let recommendation = Action(rawValue: text("action")).map(Self.words) ?? ""
        let reason = text("restart_reason").trimmingPrefix(text("summary"))
        return "\(text("action")): \(recommendation).\(reason.isEmpty ? "" : " ")\(reason.drop { $0 == " " })"
    }

    /// "197/1 at 2026-11-20T01:00:00.000Z: approved, a retry helped"
    private static func earlier(_ failure: JSONValue) -> String {
        let retry = failure["retry_helped"]?.bool.map { $0 ? "a retry helped" : "a retry did not help" } ?? "not tried again"
        return "\(failure["run"]?.string ?? "") at \(failure["time"]?.string ?? ""): \([failure["decision"]?.string, retry].compactMap { $0 }.joined(separator: ", "))"
    }

    /// "load_fx succeeded at 2026-11-20T01:00:00.000Z"
    private static func upstream(_ job: JSONValue) -> String {
        "\(job["job"]?.string ?? "") \(job["outcome"]?.string ?? "has no recorded run")\(job["ended"]?.string.map { " at \($0)" } ?? "")"
    }

    private static func words(_ action: Action) -> String {
        switch action {
        case .immediate: "restart now"
        case .delayed: "restart later"
        case .fallback: "start the fallback job"
        case .manual: "no restart before a person has repaired the cause"
        case .verifyFirst: "verify first what was done, then decide"
        }
    }

    private func text(_ name: String) -> String { notes[name]?.string ?? "" }

    private func row(_ label: String, _ text: String) -> String { label + String(repeating: " ", count: max(1, 12 - label.utf8.count)) + visible(text) }

    private static func cut(_ text: String) -> String {
        text.utf8.count <= shown ? text : String(decoding: text.utf8.prefix(shown), as: UTF8.self) + "…"
    }
}
