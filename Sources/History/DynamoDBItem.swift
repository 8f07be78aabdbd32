import Effects
import JSON
import Runs

/// A record as an item of the table:
///
/// - `job`, `run`: the key; `run` is `RUN#TRY#INSTANCE`.
/// - `start`: `TIME#JOB#RUN#TRY#INSTANCE`, the order of the indexes; `month`: `2026-11`, of which each is a partition of
///   the index over all jobs.
/// - `record`: JSON without events; `events`: JSON; `expires`: seconds since 1970, the table's time to live.
struct DynamoDBItem {
    let record: RunRecord

    static let terminalJob = "terminal runs"

    static func job(_ job: String) -> JSONValue { ["S": JSONValue(job.isEmpty ? terminalJob : job)] }

    var run: String { "\(record.key.run)#\(record.key.attempt)#\(record.key.instance)" }
    var key: JSONValue { ["job": Self.job(record.key.job), "run": ["S": JSONValue(run)]] }
    var start: String { "\(record.started.rfc3339)#\(record.key.job)#\(run)" }

    static func month(_ time: Timestamp) -> String { String(time.rfc3339.prefix(7)) }

    /// An item holds 400 KB; what does not fit of the events is counted.
    private static let eventBytes = 300_000

    var values: [(name: String, value: JSONValue)] {
        var kept = record
        var bytes = 0
        kept.events = Array(record.events.prefix { event in
            bytes += event.message.utf8.count + 100
            return bytes < Self.eventBytes
        })
        let leftOut = record.unnotedEvents + record.events.count - kept.events.count
        let expires = record.started + Retention.runs
        return [
            ("start", ["S": JSONValue(start)]), ("month", ["S": JSONValue(Self.month(record.started))]), ("outcome", ["S": JSONValue(record.outcome.rawValue)]),
            ("box", ["S": JSONValue(record.box ?? "")]), ("record", ["S": JSONValue(record.json.text)]),
            ("events", ["S": JSONValue(JSONValue.object([.init("events", kept.eventsJSON), .init("events_left_out", JSONValue(leftOut))]).text)]),
            ("revision", ["N": JSONValue(String(record.revision))]), ("expires", ["N": JSONValue(String(expires.millisecondsSinceEpoch / 1000))]),
        ] + (record.failureClass.map { [("failure_class", ["S": JSONValue($0)])] } ?? [])
    }

    static func record(_ item: JSONValue) -> RunRecord? {
        guard let kept = json(item["record"]), var record = RunRecord(kept) else { return nil }
        if let events = json(item["events"]) {
            (record.events, record.unnotedEvents) = (RunRecord.events(events["events"]), events["events_left_out"]?.int ?? 0)
        }
        record.failureClass = item["failure_class"]?["S"]?.string
        return record
    }

    private static func json(_ attribute: JSONValue?) -> JSONValue? { attribute?["S"]?.string.flatMap { try? JSONValue(parsing: Array($0.utf8)) } }
}
