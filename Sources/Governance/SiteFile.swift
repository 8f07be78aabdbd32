import JSON

/// What is wrong with a file that a site has written.
package struct SiteFileProblem: Error, Equatable, Sendable {
    package let reason: String
}

/// Files of a site: a JSON object with one member, a list of objects. What is not known is refused, so that a slip of the pen is
/// no silent change.
enum SiteFile {
    static func list<Item>(_ member: String, _ text: [UInt8], named item: String, _ read: (JSONValue) throws(SiteFileProblem) -> Item) throws(SiteFileProblem) -> [Item] {
        let json: JSONValue
        do throws(JSONError) {
            json = try JSONValue(parsing: text)
        } catch {
            throw SiteFileProblem(reason: "no JSON: \(error.reason) at byte \(error.offset)")
        }
        guard json.members?.count == 1, let list = json[member]?.array else { throw SiteFileProblem(reason: "no object with the one member `\(member)`, a list") }
        var items: [Item] = []
        for (index, json) in list.enumerated() {
            do throws(SiteFileProblem) {
                items.append(try read(json))
            } catch { throw SiteFileProblem(reason: "\(item) \(index + 1): \(error.reason)") }
        }
        return items
    }

    static func check(_ json: JSONValue, _ names: Set<String>) throws(SiteFileProblem) {
        guard let members = json.members else { throw .init(reason: "no object") }
        if let unknown = members.first(where: { !names.contains($0.name) }) { throw .init(reason: "unknown member '\(unknown.name)'") }
    }

    static func words(_ name: String, of json: JSONValue) throws(SiteFileProblem) -> [String] {
        guard let value = json[name] else { return [] }
        guard let list = value.array, list.allSatisfy({ $0.string != nil }) else { throw .init(reason: "'\(name)' is no list of strings") }
        return list.compactMap(\.string)
    }
}
