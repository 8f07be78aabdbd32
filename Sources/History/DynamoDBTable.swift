import AWS
import JSON

/// The table of a fleet: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.CoreComponents.html
/// Its local index answers "the newest runs of a job" consistently, its global one "the newest runs", month by month; so
/// nothing is ever scanned.
enum DynamoDBTable {
    static let byJob = "by-start"
    static let byMonth = "by-month"

    static func create(_ name: String) -> APICall {
        APICall(.dynamoDB, "CreateTable", [
            "TableName": JSONValue(name), "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": .array(["job", "run", "start", "month"].map { ["AttributeName": JSONValue($0), "AttributeType": "S"] }),
            "KeySchema": keys("job", "run"),
            "LocalSecondaryIndexes": .array([index(byJob, "job")]), "GlobalSecondaryIndexes": .array([index(byMonth, "month")]),
        ])
    }

    static func describe(_ name: String) -> APICall { APICall(.dynamoDB, "DescribeTable", ["TableName": JSONValue(name)]) }

    static func setTimeToLive(_ name: String) -> APICall {
        APICall(.dynamoDB, "UpdateTimeToLive", [
            "TableName": JSONValue(name), "TimeToLiveSpecification": ["AttributeName": "expires", "Enabled": true],
        ])
    }

    /// Somebody else's table of that name has other keys.
    static func isOurs(_ table: JSONValue) -> Bool {
        let names = (table["KeySchema"]?.array ?? []).compactMap { $0["AttributeName"]?.string }
        let indexes = (table["LocalSecondaryIndexes"]?.array ?? []) + (table["GlobalSecondaryIndexes"]?.array ?? [])
        return names == ["job", "run"] && Set(indexes.compactMap { $0["IndexName"]?.string }).isSuperset(of: [byJob, byMonth])
    }

    private static func keys(_ partition: String, _ sort: String) -> JSONValue {
        .array([["AttributeName": JSONValue(partition), "KeyType": "HASH"], ["AttributeName": JSONValue(sort), "KeyType": "RANGE"]])
    }

    /// Without the events, which are most of an item.
    private static func index(_ name: String, _ partition: String) -> JSONValue {
        let included = ["record", "outcome", "box", "failure_class"]
        return [
            "IndexName": JSONValue(name), "KeySchema": keys(partition, "start"),
            "Projection": ["ProjectionType": "INCLUDE", "NonKeyAttributes": .array(included.map { JSONValue($0) })],
        ]
    }
}
