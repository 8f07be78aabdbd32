/// A JSON value (RFC 8259). Objects keep the order of their members and numbers their own text, so that an input that
/// passes through arrives as it was written: 1.10 stays 1.10, and 25 digits stay 25 digits.
package enum JSONValue: Equatable, Sendable {
    case null
    case bool(Bool)
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([Member])

    package struct Member: Equatable, Sendable {
        package var name: String
        package var value: JSONValue

        package init(_ name: String, _ value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    /// The value of a member; the last one where a name stands twice. Nil for anything that has no such member.
    package subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.name == name }?.value
    }

    package var string: String? {
        if case .string(let text) = self { text } else { nil }
    }
    package var double: Double? {
        if case .number(let text) = self { Double(text) } else { nil }
    }
    package var int: Int? {
        guard case .number(let text) = self else { return nil }
        return Int(text) ?? Double(text).flatMap { Int(exactly: $0) }
    }
    /// Milliseconds since 1970, and the like.
    package var int64: Int64? { int.map(Int64.init) }
    /// A whole number that can be counted up to; anything larger is nobody's count.
    package var count: Int? { int.flatMap { (0...1_000_000).contains($0) ? $0 : nil } }
    package var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }
    package var array: [JSONValue]? {
        if case .array(let values) = self { values } else { nil }
    }
    package var members: [Member]? {
        if case .object(let members) = self { members } else { nil }
    }

    /// Equal as data: the order of members does not count, the text of numbers and strings does.
    package func means(_ other: JSONValue) -> Bool {
        switch (self, other) {
        case (.array(let a), .array(let b)):
            a.count == b.count && zip(a, b).allSatisfy { $0.means($1) }
        case (.object(let a), .object(let b)):
            a.count == b.count && zip(Self.sorted(a), Self.sorted(b)).allSatisfy { $0.name == $1.name && $0.value.means($1.value) }
        default:
            self == other
        }
    }
}

extension JSONValue {
    /// By name; members of one name stay in their order.
    private static func sorted(_ members: [Member]) -> [Member] {
        members.enumerated().sorted { ($0.element.name, $0.offset) < ($1.element.name, $1.offset) }.map(\.element)
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral, ExpressibleByDictionaryLiteral {
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int) { self = .number(String(value)) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(dictionaryLiteral members: (String, JSONValue)...) { self = .object(members.map { Member($0.0, $0.1) }) }

    package init(_ value: Int) { self = .number(String(value)) }
    package init(_ value: String) { self = .string(value) }
    /// Null for nil.
    package init(_ value: String?) { self = value.map { .string($0) } ?? .null }
}
