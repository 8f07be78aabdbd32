import AWS
import Effects
import JSON
import Runs

extension DynamoDBHistory {
    package func runs(_ query: HistoryQuery) throws(HistoryError) -> [RunRecord] {
        var found: [RunRecord] = []
        if let job = query.job {
            found = try page(DynamoDBTable.byJob, ("job", DynamoDBItem.job(job)), query, limit: query.limit)
        } else {
            // What is older than is kept may be there still, or not.
            let oldest = DynamoDBItem.month(query.since ?? clock.now + .seconds(-Retention.runs.components.seconds))
            var month = query.after?.started ?? query.until ?? clock.now + .seconds(86_400)
            while found.count < query.limit, DynamoDBItem.month(month) >= oldest {
                found += try page(DynamoDBTable.byMonth, ("month", ["S": JSONValue(DynamoDBItem.month(month))]), query, limit: query.limit - found.count)
                month = Self.endOfMonthBefore(month)
            }
        }
        return query.withEvents ? try withEvents(found) : found
    }

    private static func endOfMonthBefore(_ time: Timestamp) -> Timestamp {
        (Timestamp(iso8601: DynamoDBItem.month(time) + "-01T00:00:00Z") ?? time) + .milliseconds(-1)
    }

    /// The newest of one partition of an index.
    private func page(_ index: String, _ partition: (name: String, value: JSONValue), _ query: HistoryQuery, limit: Int) throws(HistoryError) -> [RunRecord] {
        // What begins with the time itself comes after it in the order of texts.
        let upper = query.after.map { DynamoDBItem(record: $0).start } ?? query.until?.rfc3339 ?? "9999"
        var names: [JSONValue.Member] = [.init("#p", JSONValue(partition.name)), .init("#s", "start")]
        var values: [JSONValue.Member] = [
            .init(":p", partition.value), .init(":from", ["S": JSONValue(query.since?.rfc3339 ?? "0")]), .init(":to", ["S": JSONValue(upper)]),
        ]
        var filters: [String] = []
        for (name, value) in [("outcome", query.outcome?.rawValue), ("box", query.box)] {
            guard let value else { continue }
            filters.append("#\(name) = :\(name)")
            names.append(.init("#\(name)", JSONValue(name)))
            values.append(.init(":\(name)", ["S": JSONValue(value)]))
        }
        var parameters: [JSONValue.Member] = [
            .init("TableName", JSONValue(table)), .init("IndexName", JSONValue(index)), .init("ScanIndexForward", false),
            .init("KeyConditionExpression", "#p = :p AND #s BETWEEN :from AND :to"), .init("ExpressionAttributeNames", .object(names)),
            .init("ExpressionAttributeValues", .object(values)),
        ]
        if !filters.isEmpty { parameters.append(.init("FilterExpression", JSONValue(filters.joined(separator: " AND ")))) }
        return try all(parameters, limit: limit) { item in
            // BETWEEN takes its upper end in.
            item["start"]?["S"]?.string != upper && (query.until.map { until in (Self.started(item) ?? until) < until } ?? true)
        }
    }

    private static func started(_ item: JSONValue) -> Timestamp? {
        item["start"]?["S"]?.string?.split(separator: "#").first.flatMap { Timestamp(iso8601: String($0)) }
    }

    private func all(_ parameters: [JSONValue.Member], limit: Int, _ isWanted: (JSONValue) -> Bool) throws(HistoryError) -> [RunRecord] {
        var records: [RunRecord] = []
        var parameters = parameters + [.init("Limit", JSONValue(min(max(limit, 25), 1000) + 1))]
        while true {
            let reply = try perform(APICall(.dynamoDB, "Query", .object(parameters)))
            records += (reply["Items"]?.array ?? []).filter(isWanted).compactMap(DynamoDBItem.record)
            guard records.count < limit, let last = reply["LastEvaluatedKey"], last.members?.isEmpty == false else { return Array(records.prefix(limit)) }
            parameters.removeAll { $0.name == "ExclusiveStartKey" }
            parameters.append(.init("ExclusiveStartKey", last))
        }
    }

    package func run(_ selector: RunSelector) throws(HistoryError) -> RunRecord? {
        guard let run = selector.run else {
            var query = HistoryQuery(limit: 1)
            (query.job, query.withEvents) = (selector.job, true)
            return try runs(query).first
        }
        let prefix = "\(run)#" + (selector.attempt.map { "\($0)#" } ?? "")
        let found = try all(
            [
                .init("TableName", JSONValue(table)), .init("KeyConditionExpression", "job = :job AND begins_with(#r, :run)"), .init("ConsistentRead", true),
                .init("ExpressionAttributeNames", ["#r": "run"]),
                .init("ExpressionAttributeValues", [":job": DynamoDBItem.job(selector.job), ":run": ["S": JSONValue(prefix)]]),
            ], limit: .max
        ) { _ in true }
        return found.filter { selector.matches($0.key) }.max { $0.started < $1.started }
    }

    /// The indexes hold no events.
    private func withEvents(_ records: [RunRecord]) throws(HistoryError) -> [RunRecord] {
        var whole: [RunKey: RunRecord] = [:]
        for start in stride(from: 0, to: records.count, by: 25) {
            let keys = records[start..<min(start + 25, records.count)].map { DynamoDBItem(record: $0).key }
            let items = try batch(["Keys": .array(Array(keys))], left: "UnprocessedKeys") { APICall(.dynamoDB, "BatchGetItem", ["RequestItems": [table: $0]]) }
            for record in items.compactMap(DynamoDBItem.record) { whole[record.key] = record }
        }
        return records.map { whole[$0.key] ?? $0 }
    }
}
