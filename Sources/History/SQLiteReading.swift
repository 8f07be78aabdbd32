import Effects
import Runs
import SQLite

extension SQLiteHistory {
    package func runs(_ query: HistoryQuery) throws(HistoryError) -> [RunRecord] {
        var conditions: [String] = []
        var values: [SQLiteValue] = []
        func require(_ condition: String, _ value: SQLiteValue) {
            values.append(value)
            conditions.append(condition.replacing("?", with: "?\(values.count)"))
        }
        if let job = query.job { require("job = ?", .text(job)) }
        // "+": a job has fewer runs than a box, and no index but its own is to be thought of.
        if let box = query.box { require(query.job == nil ? "box = ?" : "+box = ?", .text(box)) }
        if let outcome = query.outcome { require("outcome = ?", .text(outcome.rawValue)) }
        if let since = query.since { require("started >= ?", .integer(since.millisecondsSinceEpoch)) }
        if let until = query.until { require("started < ?", .integer(until.millisecondsSinceEpoch)) }
        if let after = query.after {
            let started = "?\(values.count + 1)"
            values.append(.integer(after.started.millisecondsSinceEpoch))
            let key = [SQLiteValue.text(after.key.job), .text(after.key.run), .integer(Int64(after.key.attempt)), .text(after.key.instance)]
            let places = key.indices.map { "?\(values.count + 1 + $0)" }
            values += key
            conditions.append(
                // A run that is not stored comes before those that are.
                "(started, id) < (\(started), coalesce((SELECT id FROM runs WHERE job = \(places[0]) AND run = \(places[1]) AND try = \(places[2]) AND instance = \(places[3])), \(Int64.max)))")
        }
        values.append(.integer(Int64(query.limit)))
        let filter = conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
        return try select(filter + " ORDER BY started DESC, id DESC LIMIT ?\(values.count)", values, withEvents: query.withEvents)
    }

    package func run(_ selector: RunSelector) throws(HistoryError) -> RunRecord? {
        var filter = " WHERE job = ?1"
        var values: [SQLiteValue] = [.text(selector.job)]
        if let run = selector.run {
            values.append(.text(run))
            filter += " AND run = ?2"
        }
        if let attempt = selector.attempt {
            values.append(.integer(Int64(attempt)))
            filter += " AND try = ?3"
        }
        return try select(filter + " ORDER BY started DESC, id DESC LIMIT 1", values, withEvents: true).first
    }

    private func select(_ rest: String, _ values: [SQLiteValue], withEvents: Bool) throws(HistoryError) -> [RunRecord] {
        let database = try readable()
        let columns = Schema.columns.joined(separator: ",")
        let sql = withEvents ? "SELECT \(columns),events,left_out FROM runs LEFT JOIN events ON run_id = id\(rest)" : "SELECT \(columns) FROM runs\(rest)"
        return try attempt { () throws(SQLiteError) in
            let statement = try database.prepare(sql)
            try statement.bind(values)
            var records: [RunRecord] = []
            while try statement.step() { if let record = RunRecord(statement, withEvents: withEvents) { records.append(record) } }
            return records
        }
    }
}
