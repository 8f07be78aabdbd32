import Foundation
import JSON
import Parameters

/// `Vectors/shorthand.json`: what the AWS CLI made of option values (`generate.py` beside it).
struct Vectors {
    let shapes: [String: Shape]
    let cases: [JSONValue]
    let deviations: [String]

    init() throws {
        let url = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Vectors/shorthand.json")
        let file = try JSONValue(parsing: Array(try Data(contentsOf: url)))
        shapes = Dictionary(uniqueKeysWithValues: (file["shapes"]?.members ?? []).map { ($0.name, Self.shape($0.value)) })
        cases = file["cases"]?.array ?? []
        deviations = (file["deviations"]?.members ?? []).map(\.name)
    }

    private static func shape(_ value: JSONValue) -> Shape {
        let low = value["min"]?.int ?? 0
        let range = low...(value["max"]?.int ?? Int.max)
        switch value["type"]?.string {
        case "integer": return .integer(range)
        case "double": return .double
        case "boolean": return .boolean
        case "list": return .list(value["member"].map(shape) ?? .text, range)
        case "map": return .map(value: value["value"].map(shape) ?? .text, range)
        case "structure":
            return .structure((value["members"]?.array ?? []).map {
                Field($0["name"]?.string ?? "", $0["shape"].map(shape) ?? .text, isRequired: $0["required"]?.bool ?? false)
            })
        default: return .string(StringRules(characters: range, allowed: value["enum"]?.array?.compactMap(\.string) ?? []))
        }
    }
}

extension JSONValue {
    /// With numbers as Python prints them: 1e3 in JSON text is 1000.0.
    var withPlainNumbers: JSONValue {
        switch self {
        case .number(let text): Int(text).map { .number(String($0)) } ?? .number(Double(text)?.description ?? text)
        case .array(let values): .array(values.map(\.withPlainNumbers))
        case .object(let members): .object(members.map { .init($0.name, $0.value.withPlainNumbers) })
        default: self
        }
    }
}
