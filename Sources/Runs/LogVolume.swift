/// How much a run's work has logged.
package struct LogVolume: Equatable, Sendable {
    package var bytes: Int
    /// Nil where nobody counted.
    package var lines: Int?

    package init(bytes: Int = 0, lines: Int? = 0) {
        (self.bytes, self.lines) = (bytes, lines)
    }
}
