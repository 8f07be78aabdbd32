import Effects
import Glibc
import History
import Supervision

/// Runs as lines that fit a width: the last column is cut, and before that the name of the run in its middle. Narrow ones
/// have no column for the service.
struct RunTable {
    private let width: Int
    private let hasService: Bool

    init(width: Int) {
        self.width = max(width, 60)
        hasService = width >= 100
    }

    /// Of the terminal that is standard output, else 120.
    static func width(of console: OutputQueue) -> Int { console.isTerminal && console.columns > 0 ? console.columns : 120 }

    func text(_ records: [RunRecord]) -> String {
        let rows = [shown(["STARTED (UTC)", "RUN", "OUTCOME", "EXIT", "TOOK", "SERVICE", "REASON"])] + records.map { shown(Self.cells($0)) }
        let last = rows[0].count - 1
        var widths = (0..<last).map { column in rows.map { Self.columns($0[column]) }.max() ?? 0 }
        let others = widths.reduce(0, +) - widths[1] + last * 2
        widths[1] = min(widths[1], max(16, width - others - 12))
        return rows.map { line($0, widths, rest: width - others - widths[1]) }.joined()
    }

    private func shown(_ cells: [String]) -> [String] { hasService ? cells : Array(cells[..<5] + cells[6...]) }

    private func line(_ row: [String], _ widths: [Int], rest: Int) -> String {
        let reason = Self.cut(row[widths.count], to: rest)
        var line = ""
        for (column, width) in widths.enumerated() {
            let text = column == 1 ? Self.cutMiddle(row[1], to: width) : row[column]
            let padding = String(repeating: " ", count: max(0, width - Self.columns(text)))
            let isLast = column == widths.count - 1 && reason.isEmpty
            // Numbers stand to the right.
            line += (column == 3 || column == 4 ? padding + text : isLast ? text : text + padding) + (isLast ? "" : "  ")
        }
        return line + reason + "\n"
    }

    private static func cells(_ record: RunRecord) -> [String] {
        [
            minute(record.started), record.key.text, record.outcome.rawValue,
            record.exitCode.map { String($0) } ?? record.signal.map { "sig \($0)" } ?? "-", record.duration?.text ?? "-", record.service,
            record.fate ?? record.reason ?? record.status ?? "",
        ].map(Visible.line)
    }

    /// `2026-11-21 21:25`. Without String's searches, which took most of the time of a long list.
    private static func minute(_ time: Timestamp) -> String {
        let text = Array(time.rfc3339.utf8)
        return String(decoding: text[..<10] + [UInt8(ascii: " ")] + text[11..<16], as: UTF8.self)
    }

    /// Columns of a terminal: East Asian characters and emoji take two (Unicode TR11), combining marks none.
    static func columns(_ text: String) -> Int {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
        return text.unicodeScalars.reduce(0) { $0 + columns($1) }
    }

    private static func columns(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case ..<0x300: 1
        case 0x300...0x36f, 0x200b...0x200d, 0xfe00...0xfe0f: 0
        case 0x1100...0x115f, 0x2e80...0xa4cf, 0xac00...0xd7a3, 0xf900...0xfaff, 0xfe30...0xfe6f, 0xff00...0xff60, 0xffe0...0xffe6, 0x1f300...0x1faff,
            0x20000...0x3fffd:
            2
        default: 1
        }
    }

    private static func cut(_ text: String, to width: Int) -> String {
        guard columns(text) > width else { return text }
        return width > 0 ? prefix(text.unicodeScalars, to: width - 1) + "…" : ""
    }

    /// The end of a run's name tells run and try.
    private static func cutMiddle(_ text: String, to width: Int) -> String {
        guard columns(text) > width else { return text }
        let tail = String(String.UnicodeScalarView(prefix(text.unicodeScalars.reversed(), to: width / 2).unicodeScalars.reversed()))
        return cut(text, to: width - columns(tail)) + tail
    }

    /// As many as fit.
    private static func prefix(_ scalars: some Sequence<Unicode.Scalar>, to width: Int) -> String {
        var kept = String.UnicodeScalarView()
        var used = 0
        for scalar in scalars {
            used += columns(scalar)
            guard used <= width else { break }
            kept.append(scalar)
        }
        return String(kept)
    }
}
