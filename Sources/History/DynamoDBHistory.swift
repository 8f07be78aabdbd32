package import AWS
package import Effects
package import JSON
import Runs

/// The history of a fleet: a DynamoDB table that the runners of all hosts write to.
package final class DynamoDBHistory: HistoryStore {
    let table: String
    let clock: any Clock
    private let pause: (Duration) -> Void
    private let answer: (APICall) -> Result<JSONValue, CallError>
    private let explain: (CallError) -> (reason: String, next: String)

    /// What the agent's role needs; a test holds it against iam/history.json.
    package static let actions: Set<String> = [
        "dynamodb:BatchGetItem", "dynamodb:BatchWriteItem", "dynamodb:CreateTable", "dynamodb:DescribeTable", "dynamodb:Query", "dynamodb:UpdateItem",
        "dynamodb:UpdateTimeToLive",
    ]

    package var name: String { "dynamodb:" + table }

    /// `answer`: performs one call within the caller's patience.
    package init(
        table: String, clock: any Clock, pause: @escaping (Duration) -> Void, answer: @escaping (APICall) -> Result<JSONValue, CallError>,
        explain: @escaping (CallError) -> (reason: String, next: String)
    ) {
        (self.table, self.clock, self.pause, self.answer, self.explain) = (table, clock, pause, answer, explain)
    }

    func perform(_ call: APICall) throws(HistoryError) -> JSONValue {
        switch answer(call) {
        case .success(let reply): return reply
        case .failure(let error): throw explained(error)
        }
    }

    private func explained(_ error: CallError) -> HistoryError {
        if error.code == "ResourceNotFoundException" {
            return HistoryError(.noTable, "there is no table \(table) in this region", next: "awsjob history init")
        }
        let words = explain(error)
        let isDenied = error.code?.hasPrefix("AccessDenied") == true
        return HistoryError(.other, "\(name): \(words.reason)", next: isDenied ? words.next + "history.json" : words.next)
    }

    // MARK: Writing

    package func write(_ records: [RunRecord]) throws(HistoryError) {
        for record in records { try write(record) }
    }

    private func write(_ record: RunRecord) throws(HistoryError) {
        let item = DynamoDBItem(record: record)
        let values = item.values
        let update = APICall(.dynamoDB, "UpdateItem", [
            "TableName": JSONValue(table), "Key": item.key,
            "UpdateExpression": JSONValue("SET " + values.indices.map { "#n\($0) = :v\($0)" }.joined(separator: ", ")),
            // A record is replaced only by one that knows as much.
            "ConditionExpression": "attribute_not_exists(revision) OR revision <= :revision",
            "ExpressionAttributeNames": .object(values.enumerated().map { .init("#n\($0.offset)", JSONValue($0.element.name)) }),
            "ExpressionAttributeValues": .object(
                values.enumerated().map { .init(":v\($0.offset)", $0.element.value) } + [.init(":revision", ["N": JSONValue(String(record.revision))])]),
        ])
        if case .failure(let error) = answer(update), error.code != "ConditionalCheckFailedException" { throw explained(error) }
    }

    package func prune(before time: Timestamp, deletes: Bool) throws(HistoryError) -> Int {
        var query = HistoryQuery(limit: .max)
        query.until = time
        let old = try runs(query)
        guard deletes else { return old.count }
        for start in stride(from: 0, to: old.count, by: 25) {
            let requests = old[start..<min(start + 25, old.count)].map { record -> JSONValue in ["DeleteRequest": ["Key": DynamoDBItem(record: record).key]] }
            try batch(.array(Array(requests)), left: "UnprocessedItems") { APICall(.dynamoDB, "BatchWriteItem", ["RequestItems": [table: $0]]) }
        }
        return old.count
    }

    /// Sends again what DynamoDB has put off; gives what it answered.
    @discardableResult
    func batch(_ items: JSONValue, left: String, _ call: (JSONValue) -> APICall) throws(HistoryError) -> [JSONValue] {
        var next: JSONValue? = items
        var answers: [JSONValue] = []
        for round in 0..<8 {
            guard let items = next else { return answers }
            if round > 0 { pause(.milliseconds(100 << round)) }
            let reply = try perform(call(items))
            answers += reply["Responses"]?[table]?.array ?? []
            next = reply[left]?[table]
        }
        guard next == nil else { throw HistoryError(.other, "\(name) puts requests off again and again", next: "try again later") }
        return answers
    }

    // MARK: The table

    package func prepare() throws(HistoryError) -> String {
        do throws(HistoryError) {
            let found = try perform(DynamoDBTable.describe(table))["Table"]
            guard let found, DynamoDBTable.isOurs(found) else {
                throw HistoryError(.other, "\(table) is a table of something else", next: "give another name")
            }
            return "\(name): there, \(found["TableStatus"]?.string ?? "?")"
        } catch {
            guard error.kind == .noTable else { throw error }
        }
        _ = try perform(DynamoDBTable.create(table))
        for _ in 0..<60 {
            if try perform(DynamoDBTable.describe(table))["Table"]?["TableStatus"]?.string == "ACTIVE" {
                _ = try perform(DynamoDBTable.setTimeToLive(table))
                return "made \(name)"
            }
            pause(.seconds(1))
        }
        throw HistoryError(.other, "\(name) is still being made", next: "awsjob history init again")
    }
}
