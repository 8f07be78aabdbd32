import Effects

/// What may be done about a failure, as the line that AutoSys takes.
package struct Remedy: Equatable, Sendable {
    package enum Action: String, Sendable, CaseIterable { case restart, fallback }

    package let action: Action
    /// The job that is started.
    package let job: String
    package let instance: String?

    package init(_ action: Action, job: String, instance: String?) {
        (self.action, self.job, self.instance) = (action, job, instance)
    }

    /// For a shell of the AutoSys client (`sendevent`, FORCE_STARTJOB starts whatever the job's status and conditions).
    package var line: String {
        let place = instance.map { $0.isEmpty ? "" : "AUTOSERV=\(Self.quoted($0)) " } ?? ""
        return "\(place)sendevent -E FORCE_STARTJOB -J \(Self.quoted(job))"
    }

    /// One word for a POSIX shell, whatever it holds.
    private static func quoted(_ word: String) -> String {
        let isPlain = !word.isEmpty && word.utf8.allSatisfy { ($0 >= 0x30 && $0 <= 0x39) || ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7a) || "._-#".utf8.contains($0) }
        return isPlain ? word : "'" + word.replacing("'", with: "'\\''") + "'"
    }
}
