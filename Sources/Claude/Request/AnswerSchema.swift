import Diagnosis
import JSON

/// The form of an answer, within what structured outputs can compile: flat, everything required, no lengths (those are
/// in the prompt, and checked by us).
enum AnswerSchema {
    static let names = ["class", "action", "summary", "evidence", "impact", "next_steps"]

    static func json(_ catalogue: Catalogue) -> JSONValue {
        let text: JSONValue = ["type": "string"]
        let item: JSONValue = object([("line", ["type": "integer"]), ("quote", text)])
        return object([
            ("class", ["type": "string", "enum": .array((catalogue.classes.map(\.id) + [Notes.unknownClass]).map { JSONValue($0) })]),
            ("action", ["type": "string", "enum": .array(Action.allCases.map { JSONValue($0.rawValue) })]),
            ("summary", text), ("evidence", ["type": "array", "items": item]), ("impact", text), ("next_steps", ["type": "array", "items": text]),
        ])
    }

    private static func object(_ properties: [(String, JSONValue)]) -> JSONValue {
        [
            "type": "object", "additionalProperties": false, "required": .array(properties.map { JSONValue($0.0) }),
            "properties": .object(properties.map { JSONValue.Member($0.0, $0.1) }),
        ]
    }

    /// For models that take no schema.
    static let inWords = """
        Answer with one JSON object and nothing else: {"class": an id of the list or "UNKNOWN", "action": "immediate", "delayed", \
        "fallback", "manual" or "verify_first", "summary": text, "evidence": [{"line": number, "quote": text}], "impact": text, \
        "next_steps": [text]}
        """
}
