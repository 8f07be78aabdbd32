package import Effects
import JSON
package import Runs

/// The record of a run for other programs, `--result-file`. Written whenever the program ends by itself, refusals included:
/// yesterday's record must not stand for today's.
package struct RunResult {
    private let service: String
    private let identity: RunIdentity?
    private let code: Int32
    private let message: String?
    var id: String?
    var name: String?
    var attempt: Int?
    var outcome: Outcome?

    /// `message`, and later `outcome`, without secrets.
    package init(service: String, identity: RunIdentity?, code: Int32, message: String?) {
        (self.service, self.identity, self.code, self.message) = (service, identity, code, message)
    }

    package func write(to path: String) throws(FileError) {
        var file = try AtomicFile(path)
        try file.commit(Array((json.text + "\n").utf8))
    }

    private var json: JSONValue {
        [
            "service": JSONValue(service), "id": JSONValue(id), "name": JSONValue(name),
            "instance": JSONValue(identity?.instance), "job": JSONValue(identity?.job), "run": JSONValue(identity?.run),
            "try": attempt.map { JSONValue($0) } ?? .null, "status": JSONValue(outcome?.status), "condition": JSONValue(outcome?.condition), "exit_code": JSONValue(Int(code)),
            "container_exit_code": (outcome?.exitCode).map { JSONValue($0) } ?? .null, "error": JSONValue(outcome?.error), "cause": JSONValue(outcome?.cause),
            "failed_states": .array((outcome?.failedStates ?? []).map { JSONValue($0) }),
            "started": JSONValue(outcome?.started?.rfc3339), "ended": JSONValue(outcome?.ended?.rfc3339), "message": JSONValue(message),
        ]
    }
}
