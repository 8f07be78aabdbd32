import Digest
import JSON

/// The chain that makes changes show: each line holds the hash of the line before and its own, SHA-256 over the line
/// without that member.
struct AuditChain {
    /// Before the first line.
    static let beginning = String(repeating: "0", count: 64)

    private(set) var count = 0
    private(set) var last = beginning

    /// Why a line does not continue the chain.
    struct Break: Error, Equatable {
        let reason: String
    }

    static func line(_ entry: AuditEntry, number: Int, previous: String) -> (text: String, hash: String) {
        let members = entry.json(number: number, previous: previous)
        let hash = SHA256.hash(Array(JSONValue.object(members).text.utf8)).hex
        return (JSONValue.object(members + [.init("hash", JSONValue(hash))]).text, hash)
    }

    /// A whole line, without its line feed.
    mutating func take(_ line: ArraySlice<UInt8>) throws(Break) -> AuditEntry {
        guard let json = try? JSONValue(parsing: Array(line)), let members = json.members, let entry = AuditEntry(json) else { throw Break(reason: "is no entry") }
        guard json.text.utf8.elementsEqual(line) else { throw Break(reason: "was rewritten") }
        let content = JSONValue.object(members.filter { $0.name != "hash" }).text
        guard let hash = json["hash"]?.string, SHA256.hash(Array(content.utf8)).hex == hash else { throw Break(reason: "was changed: its hash does not fit") }
        guard json["previous"]?.string == last else { throw Break(reason: "does not follow the line before: something was taken out, added or moved") }
        guard json["n"]?.int == count + 1 else { throw Break(reason: "has the number \(json["n"]?.text ?? "none") instead of \(count + 1)") }
        (count, last) = (count + 1, hash)
        return entry
    }
}
