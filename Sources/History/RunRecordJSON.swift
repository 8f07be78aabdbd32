import Effects
package import JSON
import Runs

/// The names that `history --json`, `show --json` and `export --format jsonl` use, and that the DynamoDB store keeps.
extension RunRecord {
    /// Without its events.
    package var json: JSONValue { .object(identification + account) }

    package var jsonWithEvents: JSONValue {
        .object(identification + account + [.init("events", eventsJSON), .init("events_left_out", JSONValue(unnotedEvents))])
    }

    private var identification: [JSONValue.Member] {
        [
            .init("run_text", JSONValue(key.text)), .init("instance", JSONValue(key.instance)), .init("job", key.job.isEmpty ? .null : JSONValue(key.job)),
            .init("run", JSONValue(key.run)), .init("try", JSONValue(key.attempt)), .init("box", JSONValue(box)), .init("machine", JSONValue(machine)),
            .init("service", JSONValue(service)), .init("target", JSONValue(target)), .init("name", JSONValue(name)), .init("id", JSONValue(workID)),
            .init("input_sha256", JSONValue(inputDigest)), .init("tags", .object(tags)),
        ]
    }

    private var account: [JSONValue.Member] {
        [
            .init("started", JSONValue(started.rfc3339)), .init("ended", JSONValue(ended?.rfc3339)), .init("duration_ms", Self.number(duration.map { Int($0.milliseconds) })),
            .init("outcome", JSONValue(outcome.rawValue)), .init("status", JSONValue(status)), .init("exit_code", Self.number(exitCode)), .init("signal", Self.number(signal)),
            .init("reason", JSONValue(reason)), .init("failure_class", JSONValue(failureClass)), .init("stopped_by", JSONValue(stoppedBy)), .init("runners", JSONValue(runners)),
            .init("runners_died", JSONValue(lostRunners)), .init("fate", JSONValue(fate)), .init("log_bytes", Self.number(log?.bytes)), .init("log_lines", Self.number(log?.lines)),
            .init("calls", Self.number(calls)), .init("revision", .number(String(revision))),
        ]
    }

    private static func number(_ value: Int?) -> JSONValue { value.map { JSONValue($0) } ?? .null }

    var eventsJSON: JSONValue {
        .array(
            events.map { event in
                .object(
                    [
                        .init("time", JSONValue(event.time?.rfc3339)), .init("kind", JSONValue(event.kind)), .init("source", JSONValue(event.source)),
                        .init("message", JSONValue(event.message)),
                    ].filter { $0.value != .null })
            })
    }

    static func events(_ json: JSONValue?) -> [RunEvent] {
        (json?.array ?? []).compactMap { event in
            guard let kind = event["kind"]?.string, let message = event["message"]?.string else { return nil }
            return RunEvent(kind, at: event["time"]?.string.flatMap(Timestamp.init(iso8601:)), source: event["source"]?.string, message)
        }
    }

    package init?(_ json: JSONValue) {
        func time(_ name: String) -> Timestamp? { json[name]?.string.flatMap(Timestamp.init(iso8601:)) }
        guard let run = json["run"]?.string, let attempt = json["try"]?.int, let machine = json["machine"]?.string, let service = json["service"]?.string,
            let started = time("started"), let outcome = json["outcome"]?.string.flatMap(RunOutcome.init(rawValue:))
        else { return nil }
        let key = RunKey(instance: json["instance"]?.string ?? "", job: json["job"]?.string ?? "", run: run, attempt: attempt)
        self.init(key: key, machine: machine, service: service, started: started, outcome: outcome, revision: json["revision"]?.int64 ?? 0)
        (box, target, name, workID) = (json["box"]?.string, json["target"]?.string, json["name"]?.string, json["id"]?.string)
        (inputDigest, tags) = (json["input_sha256"]?.string, json["tags"]?.members ?? [])
        (ended, duration) = (time("ended"), json["duration_ms"]?.int.map { .milliseconds($0) })
        (status, exitCode, signal, reason) = (json["status"]?.string, json["exit_code"]?.int, json["signal"]?.int, json["reason"]?.string)
        (failureClass, stoppedBy) = (json["failure_class"]?.string, json["stopped_by"]?.string)
        (runners, lostRunners, calls) = (json["runners"]?.count ?? 1, json["runners_died"]?.count ?? 0, json["calls"]?.int)
        log = json["log_bytes"]?.int.map { LogVolume(bytes: $0, lines: json["log_lines"]?.int) }
        (events, unnotedEvents) = (Self.events(json["events"]), json["events_left_out"]?.int ?? 0)
    }
}
