/// The runner's own exit codes (1, 100–118); 0–99 belong to the work.
package enum ExitCodes {
    package static let failed: Int32 = 1
    /// The container's own exit code is above 99.
    package static let overflow: Int32 = 100
    package static let timedOut: Int32 = 110
    package static let stopped: Int32 = 111
    package static let maxRuntime: Int32 = 112
    package static let unknown: Int32 = 113
    package static let refused: Int32 = 114
    package static let notStarted: Int32 = 115
    package static let nameTaken: Int32 = 116
    package static let usage: Int32 = 117
    package static let undying: Int32 = 118
}

/// The exit-code table with the user's overrides (`--exit-code WHAT=N`).
package struct ExitCodeTable: Equatable, Sendable {
    /// `FAILED`, `137`, `error:States.Timeout` to 0–125.
    private var overrides: [String: Int32] = [:]

    package init() {}

    package struct Invalid: Error, Equatable, Sendable {
        package let reason: String
    }

    /// `statuses`: the words that the service reports at an end.
    package init(_ options: [String], statuses: Set<String>) throws(Invalid) {
        for option in options.flatMap(Self.separated) {
            guard let equals = option.lastIndex(of: "="), let code = Int32(option[option.index(after: equals)...]) else {
                throw Invalid(reason: "'\(option)' is not of the form WHAT=N")
            }
            guard (0...125).contains(code) else { throw Invalid(reason: "exit code \(code) in '\(option)' is not between 0 and 125") }
            let written = String(option[..<equals])
            guard let what = Self.key(written, statuses: statuses) else {
                throw Invalid(reason: "'\(written)' in '\(option)' is none of \(statuses.sorted().joined(separator: ", ")), a container's exit code, error:NAME")
            }
            overrides[what] = code
        }
    }

    /// `A=1,B=2` is two; the comma in `error:Not found, really=3` belongs to the name.
    private static func separated(_ option: String) -> [String] {
        var parts: [String] = []
        for piece in option.split(separator: ",", omittingEmptySubsequences: false) {
            if let last = parts.last, last.hasPrefix("error:"), !isComplete(last) {
                parts[parts.count - 1] = "\(last),\(piece)"
            } else if !piece.isEmpty {
                parts.append(String(piece))
            }
        }
        return parts
    }

    private static func isComplete(_ part: String) -> Bool {
        part.lastIndex(of: "=").map { Int32(part[part.index(after: $0)...]) != nil } ?? false
    }

    /// Exit codes of Windows containers have 32 bits, and may be written with or without sign.
    private static func key(_ exitCode: Int) -> String { String(Int32(truncatingIfNeeded: exitCode)) }

    /// Nil for what is no outcome of the service.
    private static func key(_ what: String, statuses: Set<String>) -> String? {
        if what.hasPrefix("error:") { return what.count > 6 ? what : nil }
        if let exitCode = Int(what) { return (Int(Int32.min)...Int(UInt32.max)).contains(exitCode) ? key(exitCode) : nil }
        let status = what.uppercased()
        return statuses.contains(status) ? status : nil
    }

    /// The most telling override wins: the error's name, the container's exit code, the condition, then the status. An exit
    /// code of a container that was stopped or ran out of time is not its own, and 0 is not what made anything fail.
    package func code(for outcome: Outcome) -> Int32 {
        if outcome.kind != .succeeded, let error = outcome.error, let code = overrides["error:\(error)"] { return code }
        if let exitCode = outcome.exitCode, Self.isOwn(exitCode, outcome.kind), let code = overrides[Self.key(exitCode)] { return code }
        if let condition = outcome.condition { if let code = overrides[condition] { return code } } else if let code = overrides[outcome.status] { return code }
        switch outcome.kind {
        case .succeeded: return 0
        case .failed: return Self.code(ofContainer: outcome.exitCode)
        case .timedOut: return ExitCodes.timedOut
        case .stopped: return ExitCodes.stopped
        }
    }

    private static func isOwn(_ exitCode: Int, _ kind: Outcome.Kind) -> Bool {
        switch kind {
        case .succeeded: true
        case .failed: exitCode != 0
        case .timedOut, .stopped: false
        }
    }

    /// Without an exit code, or with 0, the failure is still one.
    private static func code(ofContainer exitCode: Int?) -> Int32 {
        switch exitCode {
        case nil, 0: ExitCodes.failed
        case let code? where (1...99).contains(code): Int32(code)
        default: ExitCodes.overflow
        }
    }
}
