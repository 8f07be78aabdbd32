import JSON

extension Shape {
    /// Gives what shorthand said the types of the shape. What does not fit stays text: the validation says so.
    ///
    /// A value in place of a list becomes its only element, and, as in the AWS CLI's `BackCompatVisitor`, keeps no types:
    /// members of that element stay text.
    func json(
        _ value: ShorthandValue, readFile: (String) throws(ParameterError) -> String
    ) throws(ParameterError) -> JSONValue {
        switch (self, value) {
        case (.list(let element, _), .list(let values)):
            .array(try values.map { (value) throws(ParameterError) in try element.json(value, readFile: readFile) })
        case (.list, _):
            .array([try Shape.text.json(value, readFile: readFile)])
        case (_, .list(let values)):
            .array(try values.map { (value) throws(ParameterError) in try Shape.text.json(value, readFile: readFile) })
        case (_, .object(let members)):
            .object(try members.map { (member) throws(ParameterError) in
                .init(member.name, try shape(of: member.name).json(member.value, readFile: readFile))
            })
        case (_, .text(let text)): scalar(text)
        case (_, .file(let path)): scalar(try readFile(path))
        }
    }

    private func shape(of member: String) -> Shape {
        switch self {
        case .structure(let fields): fields.first { $0.name == member }?.shape ?? .text
        case .map(let element, _): element
        default: .text
        }
    }

    /// A number or a boolean where the shape wants one and the text is one.
    func scalar(_ text: String) -> JSONValue {
        switch self {
        case .integer: Self.integer(text.withoutOuterSpace) ?? .string(text)
        case .double: Self.double(text.withoutOuterSpace) ?? .string(text)
        case .boolean:
            switch text.lowercased() {
            case "true": .bool(true)
            case "false": .bool(false)
            default: .string(text)
            }
        default: .string(text)
        }
    }

    /// As Python's `int()` but ASCII without underscores. Of any length: the validation tells a number out of range from no number.
    private static func integer(_ text: String) -> JSONValue? {
        let sign = text.utf8.first == UInt8(ascii: "-") ? "-" : ""
        let digits = text.utf8.first.map { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") } == true ? text.dropFirst() : text[...]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        let significant = digits.drop { $0 == "0" }
        return .number(significant.isEmpty ? "0" : sign + significant)
    }

    /// As Python's `float()` but ASCII without underscores, and finite.
    private static func double(_ text: String) -> JSONValue? {
        let isDecimal = text.utf8.allSatisfy { (0x30...0x39).contains($0) || "+-.eE".utf8.contains($0) }
        guard isDecimal, let number = Double(text), number.isFinite else { return nil }
        return .number(number.description)
    }
}

extension String {
    var withoutOuterSpace: String {
        var scalars = unicodeScalars[...]
        while scalars.first?.isPythonSpace == true { scalars.removeFirst() }
        while scalars.last?.isPythonSpace == true { scalars.removeLast() }
        return String(scalars)
    }
}
