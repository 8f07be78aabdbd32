import AWS
import Effects
import History
import JSON
import Testing

/// What a fleet's table is told and tells, without a table.
@Suite struct LeaseTests {
    private let now = Sample.now

    @Test func aLeaseEndsByItsTermOrItsRunnersWord() {
        var lease = Lease(owner: "1-ab", host: "h", place: "h b s", renewed: now)
        #expect(lease.isLive(at: now + Lease.interval + Lease.interval + Lease.interval))
        #expect(!lease.isLive(at: now + Lease.term))
        // Renewed by a clock of DynamoDB's that was ahead of this reading of it.
        #expect(lease.isLive(at: now + .seconds(-5)))
        lease.isOver = true
        #expect(!lease.isLive(at: now))
    }

    /// The attributes of an item as it would come back.
    private func item(_ call: APICall) throws -> JSONValue {
        let sent = try JSONValue(parsing: call.body)
        let values = sent["ExpressionAttributeValues"]
        let named = (sent["ExpressionAttributeNames"]?.members ?? []).map { name in
            JSONValue.Member(name.value.string ?? "", values?[name.name.replacing("#n", with: ":v")] ?? .null)
        }
        return .object((sent["Key"]?.members ?? []) + named)
    }

    @Test func whatIsWrittenIsRead() throws {
        let table = FleetTable("t")
        let lease = Lease(owner: "1-ab", host: "h", place: "h b s", renewed: now)
        let journal: JSONValue = [
            "job": ["S": "fleet run k"], "run": ["S": "journal"], "lines": ["L": .array([["S": "{}"]])], "version": ["N": "7"], "submission": ["S": "1-ab"],
        ]
        var run = SharedRun()
        #expect(run.add(["Items": .array([journal]), "LastEvaluatedKey": ["job": "x"]]) == ["job": "x"])
        #expect(run.add(["Items": .array([try item(table.renew(lease, in: "k"))])]) == nil)
        #expect(run.lines == ["{}"] && run.version == 7 && run.submission == "1-ab")
        #expect(run.leases == [lease])
        #expect(FleetTable.openRuns(["Items": .array([journal, ["job": ["S": "payroll"], "run": ["S": "1#1#ACE"]]])]).runs == ["k"])
    }

    /// DynamoDB refuses a call that declares what its expressions do not use.
    @Test(arguments: [FleetTable.Condition.version(0), .version(3), .submission("")], [true, false])
    func expressionsUseAllThatTheyDeclare(condition: FleetTable.Condition, isOpen: Bool) throws {
        let call = try JSONValue(parsing: FleetTable("t").append(["{}"], to: "k", if: condition, submission: "o", isOpen: isOpen, at: now).body)
        let text = (call["UpdateExpression"]?.string ?? "") + " " + (call["ConditionExpression"]?.string ?? "")
        let used = Set(text.matches(of: /[#:]\w+/).map { String($0.output) })
        let declared = ["ExpressionAttributeNames", "ExpressionAttributeValues"].flatMap { call[$0]?.members ?? [] }.map(\.name)
        #expect(used == Set(declared))
    }
}
