package import Effects
package import JSON

/// One line of the audit file: something that was advised, decided or done.
package struct AuditEntry: Equatable, Sendable {
    package enum Kind: String, Sendable {
        /// Root-cause notes were given.
        case advised
        /// By a person.
        case approved, rejected, graded
        /// By the policy, before any person looked.
        case allowed
        /// What was carried out.
        case acted
        /// How the job's next run went.
        case ended
    }

    package let kind: Kind
    package let time: Timestamp
    /// The number of the advice that it is about; its own for `advised`.
    package let advice: Int
    /// Who decided: a user's name; nil where nobody did.
    package let by: String?
    /// What else the kind has.
    package let fields: [JSONValue.Member]

    package init(_ kind: Kind, advice: Int, by: String? = nil, at time: Timestamp, _ fields: [JSONValue.Member] = []) {
        (self.kind, self.advice, self.by, self.time, self.fields) = (kind, advice, by, time, fields)
    }

    package subscript(name: String) -> JSONValue? { fields.last { $0.name == name }?.value }

    private static let common: Set<String> = ["n", "time", "kind", "advice", "by", "previous", "hash"]

    init?(_ json: JSONValue) {
        guard let kind = json["kind"]?.string.flatMap(Kind.init), let time = json["time"]?.string.flatMap(Timestamp.init(iso8601:)),
            let advice = json["advice"]?.int
        else { return nil }
        self.init(kind, advice: advice, by: json["by"]?.string, at: time, (json.members ?? []).filter { !Self.common.contains($0.name) })
    }

    /// Without the hash.
    func json(number: Int, previous: String) -> [JSONValue.Member] {
        [
            .init("n", JSONValue(number)), .init("time", JSONValue(time.rfc3339)), .init("kind", JSONValue(kind.rawValue)),
            .init("advice", JSONValue(advice)), .init("by", JSONValue(by)), .init("previous", JSONValue(previous)),
        ] + fields
    }
}
