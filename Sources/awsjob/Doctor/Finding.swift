import JSON
import Supervision

/// What one check of `awsjob doctor` came to.
struct Finding {
    enum Verdict: String {
        case ok, warning, failed
        case notTried = "not tried"
    }

    let subject: String
    let verdict: Verdict
    /// What was found, and why.
    let what: String
    /// What to do; nil where nothing needs to be done.
    let next: String?
    /// Further lines.
    let details: [String]

    init(_ subject: String, _ verdict: Verdict, _ what: String, next: String? = nil, details: [String] = []) {
        (self.subject, self.verdict, self.what, self.next, self.details) = (subject, verdict, what, next, details)
    }

    /// What failed is no condition of a run.
    var asWarning: Finding { Finding(subject, .warning, what, next: next, details: details) }

    /// Bytes that `what` and `next` have between them, so that a line that says what is wrong has at most 300.
    private static let limit = 262
    private static let columns = (verdict: 9, subject: 15)

    /// With its line feeds.
    var text: String {
        let word = verdict == .failed ? "FAILED" : verdict.rawValue
        let room = verdict == .ok ? Int.max : Self.limit - (next?.utf8.count ?? 0)
        let what = what.utf8.count > room ? String(decoding: what.utf8.prefix(max(room, 80)), as: UTF8.self) + "…" : what
        let first = Self.padded(word, Self.columns.verdict) + " " + Self.padded(subject, Self.columns.subject) + " " + what + (next.map { ". Next: \($0)" } ?? "")
        let indent = String(repeating: " ", count: Self.columns.verdict + Self.columns.subject + 4)
        return ([first] + details.map { indent + $0 }).map { Visible.line($0) + "\n" }.joined()
    }

    var json: JSONValue {
        ["check": .string(subject), "result": .string(verdict.rawValue), "what": .string(what), "next": JSONValue(next), "details": .array(details.map { .string($0) })]
    }

    private static func padded(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: max(0, width - text.count)) }
}
