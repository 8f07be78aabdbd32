import Effects
import JSON
import Runs
import SQLite

/// A record as a row of `runs`, in the order of `Schema.columns`.
extension RunRecord {
    var row: [SQLiteValue] {
        [
            .text(key.instance), .text(key.job), .text(key.run), .integer(Int64(key.attempt)), SQLiteValue(box), .text(machine), .text(service),
            .integer(started.millisecondsSinceEpoch), SQLiteValue(ended?.millisecondsSinceEpoch), SQLiteValue(duration?.milliseconds), .text(outcome.rawValue),
            SQLiteValue(status), SQLiteValue(exitCode), SQLiteValue(signal), SQLiteValue(reason), SQLiteValue(failureClass), SQLiteValue(stoppedBy),
            .integer(Int64(runners)), .integer(Int64(lostRunners)), SQLiteValue(log?.bytes), SQLiteValue(log?.lines), SQLiteValue(calls), SQLiteValue(target),
            SQLiteValue(name), SQLiteValue(workID), SQLiteValue(inputDigest), tags.isEmpty ? .null : .text(JSONValue.object(tags).text), .integer(revision),
        ]
    }

    /// From the columns of `Schema.columns`, and two of `events` where there are any.
    init?(_ row: Statement, withEvents: Bool) {
        func time(_ column: Int) -> Timestamp? { row.integer(column).map { Timestamp(millisecondsSinceEpoch: $0) } }
        func number(_ column: Int) -> Int? { row.integer(column).map { Int($0) } }
        guard let run = row.text(2), let attempt = number(3), let machine = row.text(5), let service = row.text(6), let started = time(7),
            let outcome = row.text(10).flatMap(RunOutcome.init(rawValue:))
        else { return nil }
        let key = RunKey(instance: row.text(0) ?? "", job: row.text(1) ?? "", run: run, attempt: attempt)
        self.init(key: key, machine: machine, service: service, started: started, outcome: outcome, revision: row.integer(27) ?? 0)
        (box, ended, duration, status) = (row.text(4), time(8), number(9).map { .milliseconds($0) }, row.text(11))
        (exitCode, signal, reason, failureClass, stoppedBy) = (number(12), number(13), row.text(14), row.text(15), row.text(16))
        (runners, lostRunners, calls) = (number(17) ?? 1, number(18) ?? 0, number(21))
        log = number(19).map { LogVolume(bytes: $0, lines: number(20)) }
        (target, name, workID, inputDigest) = (row.text(22), row.text(23), row.text(24), row.text(25))
        tags = row.text(26).flatMap { try? JSONValue(parsing: Array($0.utf8)) }?.members ?? []
        guard withEvents else { return }
        events = Self.events(row.text(28).flatMap { try? JSONValue(parsing: Array($0.utf8)) })
        unnotedEvents = number(29) ?? 0
    }
}
