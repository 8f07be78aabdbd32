/// How an answer is held to its form, from the surest way down. A refusal of the form (HTTP 400) leads one rung down.
enum Rung: String, CaseIterable, Sendable {
    /// Structured outputs: `output_config.format`.
    case format
    /// A strict tool that must be called.
    case tool
    /// The form in words.
    case plain

    var below: Rung? {
        switch self {
        case .format: .tool
        case .tool: .plain
        case .plain: nil
        }
    }
}
