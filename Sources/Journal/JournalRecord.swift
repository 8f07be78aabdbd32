package import Effects
package import JSON
package import Runs

/// One line of a journal: a step that was taken, or is about to be.
package enum JournalRecord: Equatable, Sendable {
    /// About to be sent to AWS.
    case intent(Intent)
    /// AWS answered with the id.
    case started(name: String, id: String)
    /// A runner of this try follows the work from here on.
    case adopted(name: String, id: String, attempt: Int, owner: String)
    /// AWS refused: nothing was started under the name.
    case refused(name: String, attempt: Int, reason: String)
    /// AWS acknowledged a stop; `by`: "signal", "guardian", "max-runtime", "operator".
    case stopped(name: String, by: String)
    case ended(name: String, outcome: Outcome)
    /// The scheduler was given this exit code for the try; a death by signal counts as 128 + its number.
    case returned(name: String, attempt: Int, code: Int32)
    /// The runner went away on purpose and left the work running.
    case detached(name: String)
    /// About to be continued where it failed, as the work of this try; `redrives` counts this one in.
    case redriven(name: String, attempt: Int, owner: String, redrives: Int)
    case redriveRefused(name: String, attempt: Int)

    /// Everything that a later runner, a guardian or an operator needs to find the work again.
    package struct Intent: Equatable, Sendable {
        package var attempt: Int
        package var service: String
        package var target: String
        package var name: String
        /// SHA-256 of the input's text, hexadecimal.
        package var inputDigest: String
        package var owner: String
        /// Nil for a run on a terminal.
        package var identity: RunIdentity?
        package var runText: String { identity?.text ?? RunIdentity.noneText }
        package var place: Place
        /// The name does not keep AWS from starting the work a second time: every intent is a submission of its own.
        package var isOneSubmission: Bool

        package init(
            attempt: Int, service: String, target: String, name: String, inputDigest: String, owner: String, identity: RunIdentity?, place: Place,
            isOneSubmission: Bool
        ) {
            self.attempt = attempt
            self.service = service
            self.target = target
            self.name = name
            self.inputDigest = inputDigest
            self.owner = owner
            self.identity = identity
            self.place = place
            self.isOneSubmission = isOneSubmission
        }
    }

    /// Where AWS was spoken to, and as whom. Names only, never keys.
    package struct Place: Equatable, Sendable {
        package var region: String
        package var endpointURL: String?
        package var profile: String?
        /// A PEM file, when one was named on the command line.
        package var caBundle: String?

        package init(region: String, endpointURL: String?, profile: String?, caBundle: String?) {
            self.region = region
            self.endpointURL = endpointURL
            self.profile = profile
            self.caBundle = caBundle
        }

        package var json: JSONValue {
            [
                "region": JSONValue(region), "endpoint_url": JSONValue(endpointURL), "profile": JSONValue(profile),
                "ca_bundle": JSONValue(caBundle),
            ]
        }

        package init?(_ json: JSONValue?) {
            guard let json, let region = json["region"]?.string else { return nil }
            self.init(
                region: region, endpointURL: json["endpoint_url"]?.string, profile: json["profile"]?.string, caBundle: json["ca_bundle"]?.string)
        }
    }
}

extension JournalRecord {
    /// As it stands in a journal, without the line feed.
    package func line(at time: Timestamp) -> String { json(at: time).text }

    static func time(_ line: JSONValue) -> Timestamp? { line["time"]?.string.flatMap(Timestamp.init(iso8601:)) }

    private func json(at time: Timestamp) -> JSONValue {
        let (kind, members): (String, JSONValue) =
            switch self {
            case .intent(let intent): ("intent", intent.json)
            case .started(let name, let id): ("started", ["name": JSONValue(name), "id": JSONValue(id)])
            case .adopted(let name, let id, let attempt, let owner):
                ("adopted", ["name": JSONValue(name), "id": JSONValue(id), "try": JSONValue(attempt), "owner": JSONValue(owner)])
            case .refused(let name, let attempt, let reason):
                ("refused", ["name": JSONValue(name), "try": JSONValue(attempt), "reason": JSONValue(reason)])
            case .stopped(let name, let by): ("stopped", ["name": JSONValue(name), "by": JSONValue(by)])
            case .ended(let name, let outcome): ("ended", ["name": JSONValue(name), "outcome": outcome.json])
            case .returned(let name, let attempt, let code):
                ("returned", ["name": JSONValue(name), "try": JSONValue(attempt), "exit_code": JSONValue(Int(code))])
            case .detached(let name): ("detached", ["name": JSONValue(name)])
            case .redriven(let name, let attempt, let owner, let redrives):
                ("redriven", ["name": JSONValue(name), "try": JSONValue(attempt), "owner": JSONValue(owner), "redrives": JSONValue(redrives)])
            case .redriveRefused(let name, let attempt): ("redrive_refused", ["name": JSONValue(name), "try": JSONValue(attempt)])
            }
        return .object([.init("time", JSONValue(time.rfc3339)), .init("record", JSONValue(kind))] + (members.members ?? []))
    }

    init?(_ json: JSONValue) {
        guard let kind = json["record"]?.string, let name = json["name"]?.string else { return nil }
        let (id, attempt, owner) = (json["id"]?.string, json["try"]?.int, json["owner"]?.string)
        switch kind {
        case "intent":
            guard let intent = Intent(json) else { return nil }
            self = .intent(intent)
        case "started":
            guard let id else { return nil }
            self = .started(name: name, id: id)
        case "adopted":
            guard let id, let attempt, let owner else { return nil }
            self = .adopted(name: name, id: id, attempt: attempt, owner: owner)
        case "refused":
            guard let attempt else { return nil }
            self = .refused(name: name, attempt: attempt, reason: json["reason"]?.string ?? "")
        case "stopped": self = .stopped(name: name, by: json["by"]?.string ?? "")
        case "ended":
            guard let outcome = json["outcome"].flatMap(Outcome.init(json:)) else { return nil }
            self = .ended(name: name, outcome: outcome)
        case "returned":
            guard let attempt, let code = json["exit_code"]?.int.flatMap(Int32.init(exactly:)) else { return nil }
            self = .returned(name: name, attempt: attempt, code: code)
        case "detached": self = .detached(name: name)
        case "redriven":
            guard let attempt, let owner else { return nil }
            self = .redriven(name: name, attempt: attempt, owner: owner, redrives: json["redrives"]?.count ?? 1)
        case "redrive_refused":
            guard let attempt else { return nil }
            self = .redriveRefused(name: name, attempt: attempt)
        default: return nil
        }
    }
}

extension JournalRecord.Intent {
    fileprivate var json: JSONValue {
        [
            "name": JSONValue(name), "identity": identity?.json ?? .null, "try": JSONValue(attempt), "service": JSONValue(service), "target": JSONValue(target),
            "input_sha256": JSONValue(inputDigest), "owner": JSONValue(owner), "place": place.json,
            "one_submission": .bool(isOneSubmission),
        ]
    }

    fileprivate init?(_ json: JSONValue) {
        guard let name = json["name"]?.string, let attempt = json["try"]?.int, let service = json["service"]?.string,
            let target = json["target"]?.string, let digest = json["input_sha256"]?.string, let owner = json["owner"]?.string,
            let place = JournalRecord.Place(json["place"])
        else { return nil }
        self.init(
            attempt: attempt, service: service, target: target, name: name, inputDigest: digest, owner: owner,
            identity: RunIdentity(json: json["identity"]), place: place,
            isOneSubmission: json["one_submission"]?.bool ?? false)
    }
}
