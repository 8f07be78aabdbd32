/// What a parameter may be, as AWS's service model says (botocore `service-2.json`).
package indirect enum Shape: Sendable, Equatable {
    case string(StringRules)
    /// The model's `integer` (32 bits) and `long` (64 bits); the range is the caller's.
    case integer(ClosedRange<Int>)
    case double
    case boolean
    case structure([Field])
    /// The range counts elements.
    case list(Shape, ClosedRange<Int>)
    /// Keys are any text; the range counts entries.
    case map(value: Shape, ClosedRange<Int>)

    /// Any text.
    package static let text = Shape.string(StringRules())
}

/// A member of a structure, under its name on the wire ("jobQueue").
package struct Field: Sendable, Equatable {
    package let name: String
    package let shape: Shape
    package let isRequired: Bool

    package init(_ name: String, _ shape: Shape, isRequired: Bool = false) {
        self.name = name
        self.shape = shape
        self.isRequired = isRequired
    }
}

package struct StringRules: Sendable, Equatable {
    /// In Unicode scalars, as botocore counts.
    package let characters: ClosedRange<Int>
    /// The model's `enum`; empty means any.
    package let allowed: [String]

    package init(characters: ClosedRange<Int> = 0...Int.max, allowed: [String] = []) {
        self.characters = characters
        self.allowed = allowed
    }
}
