import Digest
package import Effects
package import JSON

/// What makes a run the same run, on every host and after every restart: AutoSys' instance, job, run and try.
package struct RunIdentity: Equatable, Sendable {
    package let instance: String
    package let job: String
    /// AUTORUN as AutoSys gave it: `197/1`.
    package let autorun: String
    /// The run number; the whole AUTORUN when it has another form.
    package let run: String
    /// The try, nil when AUTORUN has none; the journal then counts.
    package let attempt: Int?

    /// Nil without AUTO_JOB_NAME and AUTORUN: every start is then a run of its own.
    package init?(environment: Environment, instance: String?) {
        guard let job = environment.nonBlank("AUTO_JOB_NAME"), let autorun = environment.nonBlank("AUTORUN") else { return nil }
        self.init(instance: instance ?? environment["AUTOSERV"] ?? "", job: job, autorun: autorun)
    }

    package init(instance: String, job: String, autorun: String) {
        self.instance = instance
        self.job = job
        self.autorun = autorun
        let parts = autorun.split(omittingEmptySubsequences: false) { $0 == "/" || $0 == "." }
        let isNumeric = (1...2).contains(parts.count) && parts.allSatisfy { !$0.isEmpty && $0.count <= 18 && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }
        run = isNumeric ? String(parts[0]) : autorun
        attempt = isNumeric && parts.count == 2 ? Int(parts[1]) : nil
    }

    /// The same run at another try: `197/1` for `197/2`.
    package func withAttempt(_ attempt: Int) -> RunIdentity {
        guard self.attempt != nil else { return self }
        let separator = autorun.dropFirst(run.count).prefix(1)
        return RunIdentity(instance: instance, job: job, autorun: "\(run)\(separator)\(attempt)")
    }

    /// `197/2`, for people.
    package func text(attempt: Int) -> String { "\(run)/\(attempt)" }

    package static let noneText = "a run on a terminal"

    /// `AutoSys job PAY run 197/1 (ACE)`
    package var text: String { "AutoSys job \(job) run \(autorun)" + (instance.isEmpty ? "" : " (\(instance))") }

    package var json: JSONValue {
        ["instance": JSONValue(instance), "job": JSONValue(job), "autorun": JSONValue(autorun)]
    }

    package init?(json: JSONValue?) {
        guard let json, let job = json["job"]?.string, let autorun = json["autorun"]?.string else { return nil }
        self.init(instance: json["instance"]?.string ?? "", job: job, autorun: autorun)
    }

    /// The key of the run with all its tries, for file names: job and run made legal, and 16 hexadecimal digits.
    package var key: String {
        let digest = SHA256.hash(Array("\(instance)\0\(job)\0\(run)".utf8)).hex
        return "\(RunName.legal(job).prefix(64))-\(RunName.legal(run).prefix(24))-\(digest.prefix(16))"
    }
}
