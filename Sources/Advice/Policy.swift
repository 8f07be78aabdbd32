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

    package struct Problem: Error, Equatable, Sendable {
        package let reason: String
    }

    /// `{"rules": [{"name", "classes", "jobs", "action", "at_most", "within_hours", "approval", "approvers", "fallback_job"}]}`
    package init(_ text: [UInt8]) throws(Problem) {
        let json: JSONValue
        do throws(JSONError) {
            json = try JSONValue(parsing: text)
        } catch {
            throw Problem(reason: "no JSON: \(error.reason) at byte \(error.offset)")
        }
        guard json.members?.count == 1, let list = json["rules"]?.array else { throw Problem(reason: "no object with the one member `rules`, a list") }
        var rules: [Rule] = []
        for (index, rule) in list.enumerated() {
            do throws(Problem) {
                rules.append(try Rule(rule))
            } catch { throw Problem(reason: "rule \(index + 1): \(error.reason)") }
        }
        self.rules = rules
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

    init(_ json: JSONValue) throws(Policy.Problem) {
        guard let members = json.members else { throw .init(reason: "no object") }
        if let unknown = members.first(where: { !Self.names.contains($0.name) }) { throw .init(reason: "unknown member '\(unknown.name)'") }
        func words(_ name: String) throws(Policy.Problem) -> [String] {
            guard let value = json[name] else { return [] }
            guard let list = value.array, list.allSatisfy({ $0.string != nil }) else { throw .init(reason: "'\(name)' is no list of strings") }
            return list.compactMap(\.string)
        }
        guard let name = json["name"]?.string, !name.isEmpty else { throw .init(reason: "'name' is missing") }
        guard let action = json["action"]?.string.flatMap(Remedy.Action.init) else { throw .init(reason: "'action' is neither restart nor fallback") }
        let approval = json["approval"]?.string ?? "person"
        guard ["person", "none"].contains(approval) else { throw .init(reason: "'approval' is neither person nor none") }
        let (classes, jobs) = (try words("classes"), try words("jobs"))
        if approval == "none", classes.isEmpty { throw .init(reason: "without approval the classes must be named") }
        if json["at_most"] != nil, json["at_most"]?.count == nil { throw .init(reason: "'at_most' is no number") }
        let hours = json["within_hours"].map { $0.double ?? 0 } ?? 24
        guard hours > 0 else { throw .init(reason: "'within_hours' is no number of hours") }
        let fallbackJob = json["fallback_job"]?.string
        if action == .fallback, fallbackJob == nil { throw .init(reason: "'fallback_job' is missing") }
        self.init(
            name: name, classes: classes, jobs: jobs, action: action, atMost: json["at_most"]?.count, within: .seconds(hours * 3600),
            needsPerson: approval == "person", approvers: try words("approvers"), fallbackJob: fallbackJob)
    }
}
