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
        for option in options.flatMap({ $0.split(separator: ",").map(String.init) }) {
            guard let equals = option.lastIndex(of: "="), let code = Int32(option[option.index(after: equals)...]) else {
                throw Invalid(reason: "'\(option)' is not of the form WHAT=N")
            }
            guard (0...125).contains(code) else { throw Invalid(reason: "exit code \(code) in '\(option)' is not between 0 and 125") }
            var what = String(option[..<equals])
            if !what.hasPrefix("error:") { what = what.uppercased() }
            guard statuses.contains(what) || what.hasPrefix("error:") && what.count > 6 || UInt8(what) != nil else {
                throw Invalid(reason: "'\(what)' in '\(option)' is none of \(statuses.sorted().joined(separator: ", ")), a container's exit code, error:NAME")
            }
            overrides[what] = code
        }
    }

    /// The most telling override wins: the error's name, the container's exit code, the condition, then the status. An exit
    /// code of a container that was stopped or ran out of time is not its own.
    package func code(for outcome: Outcome) -> Int32 {
        let hasOwnExitCode = outcome.kind == .failed || outcome.kind == .succeeded
        if outcome.kind != .succeeded, let error = outcome.error, let code = overrides["error:\(error)"] { return code }
        if hasOwnExitCode, let exitCode = outcome.exitCode, let code = overrides[String(exitCode)] { return code }
        if let condition = outcome.condition { if let code = overrides[condition] { return code } } else if let code = overrides[outcome.status] { return code }
        switch outcome.kind {
        case .succeeded: return 0
        case .failed: return Self.code(ofContainer: outcome.exitCode)
        case .timedOut: return ExitCodes.timedOut
        case .stopped: return ExitCodes.stopped
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
