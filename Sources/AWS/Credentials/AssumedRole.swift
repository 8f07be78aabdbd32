/// A role to assume, and how.
struct AssumedRole: Equatable, Sendable {
    var arn: String
    var sessionName = AssumedRole.defaultSessionName
    var externalID: String?
    /// Seconds; nil for what STS gives.
    var duration: Int?

    /// What CloudTrail shows where the profile names no session.
    static let defaultSessionName = "awsjob"

    init(arn: String, sessionName: String?) {
        self.arn = arn
        self.sessionName = sessionName ?? Self.defaultSessionName
    }

    /// `role_arn` and its companions. A duration that is no number is passed over, as botocore does.
    init(_ profile: [String: String], name: String, arn: String) throws(CredentialsError) {
        guard profile.nonBlank("mfa_serial") == nil else {
            throw .refused(
                "profile \(name) wants an MFA code (mfa_serial), and an unattended job has nobody to type it",
                next: "name a profile whose role asks for none")
        }
        self.init(arn: arn, sessionName: profile.nonBlank("role_session_name"))
        externalID = profile.nonBlank("external_id")
        duration = profile.nonBlank("duration_seconds").flatMap { Int($0) }
    }

    /// Of the call, in the order of the API reference.
    var parameters: [(String, String)] {
        [("RoleArn", arn), ("RoleSessionName", sessionName)] + (duration.map { [("DurationSeconds", String($0))] } ?? [])
            + (externalID.map { [("ExternalId", $0)] } ?? [])
    }

    /// What tells its sessions from those of others.
    var identity: [String] { parameters.map { "\($0.0)=\($0.1)" } }
}
