package import Effects
import JSON

/// A runner that shows life to the other hosts of a fleet. Its time is that of DynamoDB (the `Date` of its replies), by which
/// it is written and judged: the clocks of hosts play no part. It decides what is waited for and what is an orphan, never
/// whether something is sent: that is for conditional writes.
package struct Lease: Equatable, Sendable {
    /// The runner's mark in the journal.
    package let owner: String
    package let host: String
    /// Tells hosts of one name apart, boots of one host, and state directories.
    package let place: String
    package var renewed: Timestamp
    /// The runner has ended by itself.
    package var isOver = false

    package init(owner: String, host: String, place: String, renewed: Timestamp) {
        (self.owner, self.host, self.place, self.renewed) = (owner, host, place, renewed)
    }

    /// A write of less than 1 KB.
    package static var interval: Duration { .seconds(120) }
    /// Two renewals may fail.
    package static var term: Duration { .seconds(390) }

    package func isLive(at now: Timestamp) -> Bool { !isOver && now - renewed < Self.term }

    /// Its item's attributes but for the key.
    var values: [(name: String, value: JSONValue)] {
        [
            ("host", ["S": JSONValue(host)]), ("place", ["S": JSONValue(place)]), ("renewed", ["N": JSONValue(String(renewed.millisecondsSinceEpoch))]),
            ("over", ["BOOL": .bool(isOver)]),
        ]
    }

    init?(owner: String, item: JSONValue) {
        guard let host = item["host"]?["S"]?.string, let place = item["place"]?["S"]?.string,
            let renewed = (item["renewed"]?["N"]?.string).flatMap({ Int64($0) })
        else { return nil }
        self.init(owner: owner, host: host, place: place, renewed: Timestamp(millisecondsSinceEpoch: renewed))
        isOver = item["over"]?["BOOL"]?.bool ?? false
    }
}
