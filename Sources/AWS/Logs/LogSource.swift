package import Effects

/// One log stream that belongs to the work.
package struct LogSource: Hashable, Sendable {
    /// Nil for the region of the run.
    package let region: String?
    package let group: String
    package let stream: String
    /// Printed in brackets before its lines; nil when there is only one.
    package let label: String?
    /// Only events in this span belong to the work; nil for no bound.
    package let from: Timestamp?
    package let through: Timestamp?
    /// The work need not have made it.
    package let mayBeMissing: Bool

    package init(
        region: String? = nil, group: String, stream: String, label: String?, from: Timestamp? = nil, through: Timestamp? = nil, mayBeMissing: Bool = false
    ) {
        self.region = region
        self.group = group
        self.stream = stream
        self.label = label
        self.from = from
        self.through = through
        self.mayBeMissing = mayBeMissing
    }
}

/// One event of a stream, as it is to be printed.
package struct LogLine: Equatable, Sendable {
    package let time: Timestamp
    package let label: String?
    /// In UTF-8, as far as the work kept to it.
    package let message: ArraySlice<UInt8>

    package init(time: Timestamp, label: String?, message: ArraySlice<UInt8>) {
        self.time = time
        self.label = label
        self.message = message
    }
}
