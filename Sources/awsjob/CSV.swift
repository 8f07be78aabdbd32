import History
import JSON
import Supervision

/// Comma-separated values (RFC 4180).
enum CSV {
    static let names = [
        "instance", "job", "run", "try", "box", "machine", "service", "target", "name", "id", "started", "ended", "duration_ms", "outcome", "status",
        "exit_code", "signal", "reason", "failure_class", "stopped_by", "runners", "runners_died", "log_bytes", "log_lines", "calls", "input_sha256", "tags",
    ]

    static func fields(_ record: RunRecord) -> [String] {
        let json = record.json
        return names.map { name in
            switch json[name] {
            case nil, .null?: ""
            case .string(let text)?: text
            case .object(let members)?: members.isEmpty ? "" : JSONValue.object(members).text
            case let value?: value.text
            }
        }
    }

    static func line(_ fields: [String]) -> String { fields.map(field).joined(separator: ",") + "\r\n" }

    /// Text comes from AWS: control characters become visible, and what a spreadsheet would take for a formula gets an
    /// apostrophe in front (OWASP, "CSV Injection").
    static func field(_ text: String) -> String {
        var text = Visible.line(text)
        if let first = text.first, "=+-@\t".contains(first), Double(text) == nil { text = "'" + text }
        return text.contains { ",\"\r\n".contains($0) } ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
    }
}
