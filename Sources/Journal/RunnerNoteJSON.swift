import Effects
import JSON
import Runs

/// `{"note": KIND, "time": …, "owner": …, …}`: "note" comes first, so that readers who need none pass over them quickly.
extension RunnerNote {
    func json(at time: Timestamp) -> JSONValue {
        let (kind, members): (String, [JSONValue.Member]) =
            switch self {
            case .began(let runner): ("began", runner.members)
            case .event(_, let event): ("event", event.members)
            case .finished(_, let end): ("finished", end.members)
            }
        return .object([.init("note", JSONValue(kind)), .init("time", JSONValue(time.rfc3339)), .init("owner", JSONValue(owner))] + members)
    }

    init?(_ json: JSONValue) {
        guard let kind = json["note"]?.string, let owner = json["owner"]?.string else { return nil }
        switch kind {
        case "began":
            guard let runner = Runner(json, owner: owner) else { return nil }
            self = .began(runner)
        case "event":
            guard let kind = json["kind"]?.string, let message = json["message"]?.string else { return nil }
            let at = json["at"]?.string.flatMap(Timestamp.init(iso8601:))
            self = .event(owner: owner, RunEvent(kind, at: at, source: json["source"]?.string, message))
        case "finished":
            self = .finished(owner: owner, RunnerEnd(json))
        default: return nil
        }
    }
}

extension RunEvent {
    fileprivate var members: [JSONValue.Member] {
        [
            .init("at", JSONValue(time?.rfc3339)), .init("kind", JSONValue(kind)), .init("source", JSONValue(source)),
            .init("message", JSONValue(message)),
        ].filter { $0.value != .null }
    }
}

extension RunnerNote.Runner {
    fileprivate var members: [JSONValue.Member] {
        [
            .init("identity", identity?.json ?? .null), .init("try", JSONValue(attempt)), .init("box", JSONValue(box)),
            .init("machine", JSONValue(machine)), .init("service", JSONValue(service)), .init("target", JSONValue(target)),
            .init("input_sha256", JSONValue(inputDigest)), .init("tags", .object(tags)),
        ]
    }

    fileprivate init?(_ json: JSONValue, owner: String) {
        guard let attempt = json["try"]?.int, let machine = json["machine"]?.string, let service = json["service"]?.string else { return nil }
        self.init(
            owner: owner, identity: RunIdentity(json: json["identity"]), attempt: attempt, box: json["box"]?.string, machine: machine, service: service,
            target: json["target"]?.string, inputDigest: json["input_sha256"]?.string, tags: json["tags"]?.members ?? [])
    }
}

extension RunnerNote.RunnerEnd {
    fileprivate var members: [JSONValue.Member] {
        [
            .init("exit_code", code.map { JSONValue(Int($0)) } ?? .null), .init("signal", signal.map { JSONValue(Int($0)) } ?? .null),
            .init("outcome", outcome?.json ?? .null), .init("name", JSONValue(name)), .init("id", JSONValue(id)), .init("reason", JSONValue(reason)), .init("class", JSONValue(failureClass)),
            .init("elapsed_ms", JSONValue(Int(elapsed.milliseconds))), .init("log_bytes", log.map { JSONValue($0.bytes) } ?? .null),
            .init("log_lines", (log?.lines).map { JSONValue($0) } ?? .null), .init("calls", JSONValue(calls)), .init("unnoted", JSONValue(unnoted)),
        ]
    }

    fileprivate init(_ json: JSONValue) {
        self.init(
            code: json["exit_code"]?.int.flatMap(Int32.init(exactly:)), signal: json["signal"]?.int.flatMap(Int32.init(exactly:)),
            elapsed: .milliseconds(json["elapsed_ms"]?.int ?? 0), calls: json["calls"]?.int ?? 0)
        outcome = json["outcome"].flatMap(Outcome.init(json:))
        (name, id, reason) = (json["name"]?.string, json["id"]?.string, json["reason"]?.string)
        failureClass = json["class"]?.string
        log = json["log_bytes"]?.int.map { LogVolume(bytes: $0, lines: json["log_lines"]?.int) }
        unnoted = json["unnoted"]?.int ?? 0
    }
}
