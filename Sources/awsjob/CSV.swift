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
        // By scalars: a Character may hold a comma together with a combining mark.
        let scalars = text.unicodeScalars
        if let first = scalars.first, formulaSigns.contains(first), Double(text) == nil { text = "'" + text }
        guard scalars.contains(where: { ",;\"\r\n".unicodeScalars.contains($0) }) else { return text }
        return "\"" + text.utf8.split(separator: UInt8(ascii: "\""), omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }.joined(separator: "\"\"") + "\""
    }

    /// Full-width ones too, which some spreadsheets read alike.
    private static let formulaSigns = "=+-@\t＝＋－＠".unicodeScalars
}
