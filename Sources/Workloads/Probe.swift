package import AWS
import Digest

/// A call that changes nothing, by which AWS shows whether the role may make it: permission is looked at before AWS finds
/// that there is no such work. Success shows it too.
package struct Probe: Sendable {
    package private(set) var call: APICall
    /// Without this permission no run can be started, followed or stopped.
    package let isNeeded: Bool
    /// It asks about the resource that the run will ask about. A refusal for a made-up one tells nothing.
    package let isExact: Bool
    /// The errors that come from behind the look at permissions.
    package let proof: Set<String>

    init(_ call: APICall, isNeeded: Bool = true, isExact: Bool, proof: Set<String>) {
        (self.call, self.isNeeded, self.isExact, self.proof) = (call, isNeeded, isExact, proof)
        self.call.attempts = 2
        self.call.timeout = .seconds(10)
    }

    /// The name of what does not exist: another one each time, so that nobody can have made it.
    static let nobody = "awsjob-doctor-" + (0..<8).map { _ in UInt8.random(in: 0...255) }.hex
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
