/// The class that the evidence proves, or none.
package struct Verdict: Sendable {
    /// Nil: unknown.
    package let failure: FailureClass?
    package let confidence: Confidence
    package let action: Action
    /// Why that action and not a quicker one.
    package let reason: String
    /// Lines of the log, in their order.
    package let lines: [LogLine]
    /// What AWS said that proves it.
    package let field: String?
}
