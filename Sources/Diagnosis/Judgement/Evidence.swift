/// What is known of a failure: fields that AWS filled in, which may be believed, and a log, which anybody may have written.
package struct Evidence: Sendable {
    package var service: String?
    package var job: String?
    package var exitCode: Int?
    package var error: String?
    package var cause: String?
    /// Status reasons of the work, its attempts and containers.
    package var reasons: [String] = []
    package var attempts: Int?
    package var precedents: Precedents?
    package var dependencies: Dependencies?
    package var log: LogFindings

    package init(log: LogFindings) { self.log = log }

    /// What AWS said, field by field.
    var fields: [String] { ([error, cause].compactMap { $0 } + reasons).filter { !$0.isEmpty } }
}
