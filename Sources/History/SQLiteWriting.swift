package import Effects
import JSON
import Runs
import SQLite

extension SQLiteHistory {
    package func write(_ records: [RunRecord]) throws(HistoryError) {
        guard !records.isEmpty else { return }
        let database = try writable()
        try attempt { () throws(SQLiteError) in
            try database.transaction { () throws(SQLiteError) in
                let upsert = try database.prepare(Schema.upsert)
                for record in records {
                    try upsert.bind(record.row)
                    while try upsert.step() {}
                    if database.changes > 0 { try Self.writeEvents(of: record, to: database) }
                }
                try self.retain(database)
            }
        }
    }

    private static func writeEvents(of record: RunRecord, to database: Database) throws(SQLiteError) {
        guard !record.events.isEmpty else { return }
        let key = record.key
        try database.run(
            """
            INSERT OR REPLACE INTO events (run_id, events, left_out)
            SELECT id, ?5, ?6 FROM runs WHERE job = ?1 AND run = ?2 AND try = ?3 AND instance = ?4
            """,
            [
                .text(key.job), .text(key.run), .integer(Int64(key.attempt)), .text(key.instance), .text(record.eventsJSON.text),
                .integer(Int64(record.unnotedEvents)),
            ])
    }

    /// Once a day one of the writers forgets what is too old: at most so much that the others hardly wait.
    private func retain(_ database: Database) throws(SQLiteError) {
        let now = clock.now
        let last = try database.integer("SELECT done FROM upkeep WHERE task = 'retention'") ?? 0
        guard now.millisecondsSinceEpoch - last > 86_400_000 || last > now.millisecondsSinceEpoch else { return }
        try database.run("INSERT OR REPLACE INTO upkeep VALUES ('retention', ?1)", [.integer(now.millisecondsSinceEpoch)])
        try Self.delete(before: now + .seconds(-Retention.runs.components.seconds), atMost: 5000, database)
    }

    private static func delete(before time: Timestamp, atMost limit: Int, _ database: Database) throws(SQLiteError) {
        let doomed = "SELECT id FROM runs WHERE started < ?1 ORDER BY started LIMIT ?2"
        let values: [SQLiteValue] = [.integer(time.millisecondsSinceEpoch), .integer(Int64(limit))]
        try database.run("DELETE FROM events WHERE run_id IN (\(doomed))", values)
        try database.run("DELETE FROM runs WHERE id IN (\(doomed))", values)
    }

    package func prune(before time: Timestamp, deletes: Bool) throws(HistoryError) -> Int {
        let database = deletes ? try writable() : try readable()
        let count = try attempt { () throws(SQLiteError) in
            Int(try database.integer("SELECT count(*) FROM runs WHERE started < ?1", [.integer(time.millisecondsSinceEpoch)]) ?? 0)
        }
        // In parts, so that runners get their turn in between.
        var left = deletes ? count : 0
        while left > 0 {
            try attempt { () throws(SQLiteError) in
                try database.transaction { () throws(SQLiteError) in try Self.delete(before: time, atMost: 2000, database) }
            }
            left -= 2000
        }
        return count
    }

    package func prepare() throws(HistoryError) -> String {
        let existed = file.exists
        let database = try writable()
        let check = try attempt { () throws(SQLiteError) in try database.text("PRAGMA quick_check(1)") ?? "" }
        guard check == "ok" else { throw explained(SQLiteError(.damaged, check)) }
        let count = try attempt { () throws(SQLiteError) in try database.integer("SELECT count(*) FROM runs") ?? 0 }
        let mode = try attempt { () throws(SQLiteError) in try database.text("PRAGMA journal_mode") ?? "" }
        let log = mode == "wal" ? "write-ahead log" : "rollback journal, as its file system is not local"
        return existed ? "\(file.path): version \(Schema.version), \(count) runs, \(log), whole" : "made \(file.path): version \(Schema.version), \(log)"
    }

    /// Moves a damaged file out of the way; its new name.
    package func setAside() throws(HistoryError) -> String {
        database = nil
        do throws(FileError) {
            return try file.setAside(at: clock.now)
        } catch {
            throw HistoryError(.other, "\(error)", next: "check the mode of its folder")
        }
    }
}

