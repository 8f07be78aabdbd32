package import Effects
package import JSON

/// How a piece of work ended, as AWS reported it.
package struct Outcome: Equatable, Sendable {
    package enum Kind: String, Sendable { case succeeded, failed, timedOut, stopped }

    package var kind: Kind
    /// AWS's own word: "FAILED".
    package var status: String
    /// A narrower word than `status` where AWS has one word for several ends: "TIMED_OUT", "TERMINATED".
    package var condition: String?
    /// The container's own exit code.
    package var exitCode: Int?
    package var error: String?
    package var cause: String?
    /// The failed states from the outermost to the deepest; empty when the service has no such thing.
    package var failedStates: [String] = []
    /// Some of the work inside was stopped, though the whole failed by itself.
    package var hasStoppedParts = false
    /// The work's own output, as text.
    package var output: String?
    package var started: Timestamp?
    package var ended: Timestamp?

    package init(kind: Kind, status: String) {
        self.kind = kind
        self.status = status
    }

    /// `Payroll.Mismatch: totals differ`, nil when AWS gave no reason.
    package var reason: String? {
        let parts = [error, cause].compactMap { $0 }.filter { !$0.isEmpty }
        return parts.isEmpty ? nil : parts.joined(separator: ": ")
    }
}

extension Outcome {
    /// With the words of AWS and of the work as `mask` leaves them. Without output: it is not ours to keep.
    package func masked(_ mask: (String) -> String) -> Outcome {
        var masked = self
        (masked.error, masked.cause, masked.output) = (error.map(mask), cause.map(mask), nil)
        masked.failedStates = failedStates.map(mask)
        return masked
    }

    /// For the journal. Without output: it is not ours to keep.
    package var json: JSONValue {
        [
            "kind": JSONValue(kind.rawValue), "status": JSONValue(status), "condition": JSONValue(condition),
            "exit_code": exitCode.map { JSONValue($0) } ?? .null, "error": JSONValue(error), "cause": JSONValue(cause),
            "failed_states": .array(failedStates.map { JSONValue($0) }),
            "started": JSONValue(started?.rfc3339), "ended": JSONValue(ended?.rfc3339),
        ]
    }

    package init?(json: JSONValue) {
        guard let kind = json["kind"]?.string.flatMap(Kind.init(rawValue:)), let status = json["status"]?.string else { return nil }
        self.init(kind: kind, status: status)
        condition = json["condition"]?.string
        exitCode = json["exit_code"]?.int
        error = json["error"]?.string
        cause = json["cause"]?.string
        failedStates = json["failed_states"]?.array?.compactMap(\.string) ?? []
        started = json["started"]?.string.flatMap(Timestamp.init(iso8601:))
        ended = json["ended"]?.string.flatMap(Timestamp.init(iso8601:))
    }
}
