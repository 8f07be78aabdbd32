import SQLite

/// The tables of the SQLite store. A new version is one more step here; versions only add tables and columns, so that an
/// older program can still read what a newer one has written.
enum Schema {
    static var version: Int64 { Int64(steps.count) }

    /// `steps[n]` leads from version n to n + 1.
    static let steps = [
        // Times: milliseconds since 1970. job: '' on a terminal. The rows of `events` are large and seldom read.
        """
        CREATE TABLE runs (
            id INTEGER PRIMARY KEY, instance TEXT NOT NULL, job TEXT NOT NULL, run TEXT NOT NULL, try INTEGER NOT NULL, box TEXT,
            machine TEXT NOT NULL, service TEXT NOT NULL, started INTEGER NOT NULL, ended INTEGER, duration_ms INTEGER, outcome TEXT NOT NULL,
            status TEXT, exit_code INTEGER, signal INTEGER, reason TEXT, failure_class TEXT, stopped_by TEXT, runners INTEGER NOT NULL,
            runners_died INTEGER NOT NULL, log_bytes INTEGER, log_lines INTEGER, calls INTEGER, target TEXT, name TEXT, work_id TEXT,
            input_sha256 TEXT, tags TEXT, revision INTEGER NOT NULL);
        CREATE UNIQUE INDEX runs_key ON runs (job, run, try, instance);
        CREATE INDEX runs_started ON runs (started);
        CREATE INDEX runs_job ON runs (job, started);
        CREATE INDEX runs_job_outcome ON runs (job, outcome, started);
        CREATE INDEX runs_box ON runs (box, started) WHERE box IS NOT NULL;
        CREATE INDEX runs_box_outcome ON runs (box, outcome, started) WHERE box IS NOT NULL;
        CREATE INDEX runs_outcome ON runs (outcome, started);
        CREATE TABLE events (run_id INTEGER PRIMARY KEY, events TEXT NOT NULL, left_out INTEGER NOT NULL);
        CREATE TABLE upkeep (task TEXT PRIMARY KEY, done INTEGER NOT NULL) WITHOUT ROWID;
        """,
    ]

    /// Brings an older file up to date. Under the write lock, since another runner may be about to do the same.
    static func migrate(_ database: Database) throws(SQLiteError) {
        try database.transaction { () throws(SQLiteError) in
            let found = try found(database)
            guard found < version else { return }
            for step in steps[Int(found)...] { try database.execute(step) }
            try database.execute("PRAGMA user_version = \(version)")
        }
    }

    static func found(_ database: Database) throws(SQLiteError) -> Int64 { try database.integer("PRAGMA user_version") ?? 0 }

    static let columns = [
        "instance", "job", "run", "try", "box", "machine", "service", "started", "ended", "duration_ms", "outcome", "status", "exit_code", "signal", "reason",
        "failure_class", "stopped_by", "runners", "runners_died", "log_bytes", "log_lines", "calls", "target", "name", "work_id", "input_sha256", "tags", "revision",
    ]

    /// Replaces a run by what knows more of it. Who classified a failure is not forgotten.
    static var upsert: String {
        let places = (1...columns.count).map { "?\($0)" }.joined(separator: ",")
        let changes = columns.dropFirst(4).map { $0 == "failure_class" ? "failure_class=coalesce(excluded.failure_class,failure_class)" : "\($0)=excluded.\($0)" }
        return """
            INSERT INTO runs (\(columns.joined(separator: ","))) VALUES (\(places))
            ON CONFLICT (job, run, try, instance) DO UPDATE SET \(changes.joined(separator: ",")) WHERE excluded.revision >= runs.revision
            """
    }
}
