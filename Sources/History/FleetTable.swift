package import AWS
package import Effects
package import JSON

/// What the hosts of a fleet share of their runs, as calls of the table that holds the history. A run is a partition:
///
/// - `job`: `fleet run KEY`; `run`: `journal`, and `runner OWNER` for the lease of each runner.
/// - `lines` of the journal: those of the journal files; `version`, larger by one with each write; `submission`, the owner
///   of the newest intent.
/// - `month`: `open` while its work may run, with `start`: of these the index over months is a list. `expires`: as in the history.
///
/// Nothing here is ever taken back or moved, so a reader of an old state can only know too little.
package struct FleetTable: Sendable {
    package let name: String

    package init(_ name: String) {
        self.name = name
    }

    private static let prefix = "fleet run "
    private static let journal = "journal"
    private static let runner = "runner "
    private static let open = "open"

    /// The whole run, consistently; `SharedRun.add` takes the reply. `after`: a key that the page before ended with.
    package func read(_ run: String, after: JSONValue?) -> APICall {
        query(
            [
                .init("KeyConditionExpression", "#job = :job"), .init("ConsistentRead", true), .init("ExpressionAttributeNames", ["#job": "job"]),
                .init("ExpressionAttributeValues", [":job": ["S": JSONValue(Self.prefix + run)]]),
            ], after: after)
    }

    /// Runs whose work may run, a moment old; `openRuns` takes the reply.
    package func open(after: JSONValue?) -> APICall {
        query(
            [
                .init("IndexName", JSONValue(DynamoDBTable.byMonth)), .init("KeyConditionExpression", "#month = :open"),
                .init("ExpressionAttributeNames", ["#month": "month"]), .init("ExpressionAttributeValues", [":open": ["S": JSONValue(Self.open)]]),
            ], after: after)
    }

    private func query(_ parameters: [JSONValue.Member], after: JSONValue?) -> APICall {
        let start: [JSONValue.Member] = after.map { [.init("ExclusiveStartKey", $0)] } ?? []
        return brief(APICall(.dynamoDB, "Query", .object([.init("TableName", JSONValue(name))] + parameters + start)))
    }

    package static func openRuns(_ reply: JSONValue) -> (runs: [String], next: JSONValue?) {
        let jobs = (reply["Items"]?.array ?? []).compactMap { $0["job"]?["S"]?.string }
        return (jobs.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }, next(reply))
    }

    fileprivate static func next(_ reply: JSONValue) -> JSONValue? {
        reply["LastEvaluatedKey"].flatMap { $0.members?.isEmpty == false ? $0 : nil }
    }

    /// What has to be true of the journal for lines to be added to it.
    package enum Condition: Equatable, Sendable {
        /// Nobody has written since that version, 0 for none.
        case version(Int)
        /// Nobody has made a submission since that one.
        case submission(String)
    }

    /// `submission`: the newest with these lines. Added twice, lines stand there twice, which changes nothing.
    package func append(_ lines: [String], to run: String, if condition: Condition, submission: String, isOpen: Bool, at time: Timestamp) -> APICall {
        let isUnchanged: (text: String, value: JSONValue)
        switch condition {
        case .version(0): isUnchanged = ("attribute_not_exists(#version)", ["N": "0"])
        case .version(let version): isUnchanged = ("#version = :seen", ["N": JSONValue(String(version))])
        case .submission(let owner): isUnchanged = ("attribute_not_exists(#version) OR #submission IN (:seen, :submission)", ["S": JSONValue(owner)])
        }
        let listed = isOpen ? ", #month = :open, #start = if_not_exists(#start, :start)" : " REMOVE #month, #start"
        var values: [JSONValue.Member] = [
            .init(":lines", ["L": .array(lines.map { ["S": JSONValue($0)] })]), .init(":none", ["L": .array([])]), .init(":zero", ["N": "0"]), .init(":one", ["N": "1"]),
            .init(":submission", ["S": JSONValue(submission)]), .init(":expires", Self.expires(time + Retention.journals)),
        ]
        if condition != .version(0) { values.append(.init(":seen", isUnchanged.value)) }
        if isOpen { values += [.init(":open", ["S": JSONValue(Self.open)]), .init(":start", ["S": JSONValue("\(time.rfc3339)#\(run)")])] }
        let names = ["lines", "version", "submission", "expires", "month", "start"]
        return brief(APICall(.dynamoDB, "UpdateItem", [
            "TableName": JSONValue(name), "Key": Self.key(run, Self.journal), "ConditionExpression": JSONValue(isUnchanged.text),
            "UpdateExpression": JSONValue(
                "SET #lines = list_append(if_not_exists(#lines, :none), :lines), #version = if_not_exists(#version, :zero) + :one, "
                    + "#submission = :submission, #expires = :expires" + listed),
            "ExpressionAttributeNames": .object(names.map { .init("#" + $0, JSONValue($0)) }), "ExpressionAttributeValues": .object(values),
        ]))
    }

    package func renew(_ lease: Lease, in run: String) -> APICall {
        let values = lease.values + [("expires", Self.expires(lease.renewed + .seconds(86_400)))]
        return brief(APICall(.dynamoDB, "UpdateItem", [
            "TableName": JSONValue(name), "Key": Self.key(run, Self.runner + lease.owner),
            "UpdateExpression": JSONValue("SET " + values.indices.map { "#n\($0) = :v\($0)" }.joined(separator: ", ")),
            "ExpressionAttributeNames": .object(values.enumerated().map { .init("#n\($0.offset)", JSONValue($0.element.name)) }),
            "ExpressionAttributeValues": .object(values.enumerated().map { .init(":v\($0.offset)", $0.element.value) }),
        ]))
    }

    private static func key(_ run: String, _ item: String) -> JSONValue { ["job": ["S": JSONValue(prefix + run)], "run": ["S": JSONValue(item)]] }

    /// Seconds since 1970.
    private static func expires(_ time: Timestamp) -> JSONValue { ["N": JSONValue(String(time.millisecondsSinceEpoch / 1000))] }

    /// Whoever waits for it waits again.
    private func brief(_ call: APICall) -> APICall {
        var call = call
        call.timeout = .seconds(5)
        return call
    }

    fileprivate static func lease(_ item: JSONValue) -> Lease? {
        guard let name = item["run"]?["S"]?.string, name.hasPrefix(runner) else { return nil }
        return Lease(owner: String(name.dropFirst(runner.count)), item: item)
    }

    fileprivate static func isJournal(_ item: JSONValue) -> Bool { item["run"]?["S"]?.string == journal }
}

/// A run as the table has it.
package struct SharedRun: Equatable, Sendable {
    /// Of the journal, oldest first.
    package var lines: [String] = []
    /// 0 for none.
    package private(set) var version = 0
    /// Who made the newest submission.
    package private(set) var submission = ""
    package private(set) var leases: [Lease] = []

    package init() {}

    /// Takes a page in; the key that it ends with when there are more.
    package mutating func add(_ reply: JSONValue) -> JSONValue? {
        for item in reply["Items"]?.array ?? [] {
            if FleetTable.isJournal(item) {
                lines = item["lines"]?["L"]?.array?.compactMap { $0["S"]?.string } ?? []
                version = (item["version"]?["N"]?.string).flatMap { Int($0) } ?? 0
                submission = item["submission"]?["S"]?.string ?? ""
            } else if let lease = FleetTable.lease(item) {
                leases.append(lease)
            }
        }
        return FleetTable.next(reply)
    }
}
