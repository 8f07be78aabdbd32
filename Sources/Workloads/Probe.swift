package import AWS

/// A call that changes nothing, by which AWS shows whether the role may make it: permission is looked at before AWS finds
/// that there is no such work.
package struct Probe: Sendable {
    package private(set) var call: APICall
    /// Without this permission no run can be started, followed or stopped.
    package let isNeeded: Bool
    /// It asks about the resource that the run will ask about. A refusal for a made-up one tells nothing.
    package let isExact: Bool

    init(_ call: APICall, isNeeded: Bool = true, isExact: Bool) {
        (self.call, self.isNeeded, self.isExact) = (call, isNeeded, isExact)
        self.call.attempts = 2
        self.call.timeout = .seconds(10)
    }

    /// The name of what does not exist.
    static let nobody = "awsjob-doctor"
}

/// Whose resources the probes ask about.
package struct Account: Equatable, Sendable {
    package let partition: String
    package let region: String
    package let number: String

    /// `identity`: the ARN of a caller, which has the account.
    package init?(identity: String, region: String) {
        let parts = identity.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count >= 6, parts[0] == "arn" else { return nil }
        (partition, self.region, number) = (parts[1], region, parts[4])
    }
}
