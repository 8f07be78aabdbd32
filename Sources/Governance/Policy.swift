import Glibc
import JSON

/// What a site allows: which cause may lead to which action, on which jobs, how often, and with whose approval. Without a
/// rule nothing happens by itself, and whoever may run the program may approve.
package struct Policy: Equatable, Sendable {
    package struct Rule: Equatable, Sendable {
        package let name: String
        /// Failure classes; empty for any.
        package let classes: [String]
        /// Patterns of job names as in a shell; empty for any.
        package let jobs: [String]
        package let action: Remedy.Action
        /// How often within `within`; nil for no bound.
        package let atMost: Int?
        package let within: Duration
        /// False: the action may be taken without a person.
        package let needsPerson: Bool
        /// Users who may approve; empty for any.
        package let approvers: [String]
        package let fallbackJob: String?
    }

    package let rules: [Rule]

    package static let none = Policy(rules: [])

    private init(rules: [Rule]) {
        self.rules = rules
    }

    /// `{"rules": [{"name", "classes", "jobs", "action", "at_most", "within_hours", "approval", "approvers", "fallback_job"}]}`
    package init(_ text: [UInt8]) throws(SiteFileProblem) {
        rules = try SiteFile.list("rules", text, named: "rule") { (json) throws(SiteFileProblem) in try Rule(json) }
    }

    /// The first rule about this cause, job and action.
    package func rule(for failureClass: String, job: String, action: Remedy.Action) -> Rule? {
        rules.first { rule in
            rule.action == action && (rule.classes.isEmpty || rule.classes.contains(failureClass)) && (rule.jobs.isEmpty || rule.jobs.contains { fnmatch($0, job, 0) == 0 })
        }
    }
}

extension Policy.Rule {
    /// Of the policy file.
    private static let names: Set<String> = ["name", "classes", "jobs", "action", "at_most", "within_hours", "approval", "approvers", "fallback_job"]

    init(_ json: JSONValue) throws(SiteFileProblem) {
        try SiteFile.check(json, Self.names)
        guard let name = json["name"]?.string, !name.isEmpty else { throw .init(reason: "'name' is missing") }
        guard let action = json["action"]?.string.flatMap(Remedy.Action.init) else { throw .init(reason: "'action' is neither restart nor fallback") }
        let approval = json["approval"]?.string ?? "person"
        guard ["person", "none"].contains(approval) else { throw .init(reason: "'approval' is neither person nor none") }
        let (classes, jobs) = (try SiteFile.words("classes", of: json), try SiteFile.words("jobs", of: json))
        if approval == "none", classes.isEmpty { throw .init(reason: "without approval the classes must be named") }
        if json["at_most"] != nil, json["at_most"]?.count == nil { throw .init(reason: "'at_most' is no number") }
        let hours = json["within_hours"].map { $0.double ?? 0 } ?? 24
        guard hours > 0, hours <= 8760 else { throw .init(reason: "'within_hours' is no number of hours up to 8760") }
        let fallbackJob = json["fallback_job"]?.string
        if action == .fallback, fallbackJob == nil { throw .init(reason: "'fallback_job' is missing") }
        self.init(
            name: name, classes: classes, jobs: jobs, action: action, atMost: json["at_most"]?.count, within: .seconds(hours * 3600),
            needsPerson: approval == "person", approvers: try SiteFile.words("approvers", of: json), fallbackJob: fallbackJob)
    }
}
