package import JSON

extension Shape {
    /// Checks a JSON value, from `--cli-input-json` or from an option: members, types, ranges, what is required.
    /// `path` stands in front of complaints ("containerOverrides.environment[0].name"); empty for the whole input.
    package func validate(_ value: JSONValue, at path: String) throws(ParameterError) {
        switch self {
        case .string(let rules): try rules.validate(value, at: path)
        case .integer(let range): try Self.validate(value, isIn: range, at: path)
        case .double:
            guard let number = value.double, number.isFinite else { throw value.mismatch(with: "a number", at: path) }
        case .boolean:
            guard value.bool != nil else { throw value.mismatch(with: "true or false", at: path) }
        case .structure(let fields):
            try Self.validate(try value.distinctMembers(at: path), fields, at: path)
        case .list(let element, let count):
            guard let elements = value.array else { throw value.mismatch(with: "a list", at: path) }
            try Self.check(elements.count, isIn: count, of: "element", at: path)
            for (index, value) in elements.enumerated() { try element.validate(value, at: "\(path)[\(index)]") }
        case .map(let element, let count):
            let members = try value.distinctMembers(at: path)
            try Self.check(members.count, isIn: count, of: "entry", plural: "entries", at: path)
            for member in members {
                guard !member.name.isEmpty else { throw ParameterError(at: path, "a key is empty") }
                try element.validate(member.value, at: path.appending(member: member.name))
            }
        }
    }

    private static func validate(_ value: JSONValue, isIn range: ClosedRange<Int>, at path: String) throws(ParameterError) {
        guard case .number(let text) = value, !text.contains(where: { ".eE".contains($0) }) else {
            throw value.mismatch(with: "a whole number", at: path)
        }
        guard let number = Int(text), range.contains(number) else {
            throw ParameterError(at: path, "\(Excerpt.line(text, atMost: 40)) is not between \(range.lowerBound) and \(range.upperBound)")
        }
    }

    private static func validate(_ members: [JSONValue.Member], _ fields: [Field], at path: String) throws(ParameterError) {
        for member in members {
            guard let field = fields.first(where: { $0.name == member.name }) else {
                throw ParameterError(
                    at: path, "unknown member \(Excerpt.quoted(member.name))",
                    next: "known members: \(fields.map(\.name).joined(separator: ", "))")
            }
            try field.shape.validate(member.value, at: path.appending(member: field.name))
        }
        for field in fields where field.isRequired && !members.contains(where: { $0.name == field.name }) {
            throw ParameterError(at: path, "\(field.name) is missing")
        }
    }

    private static func check(
        _ count: Int, isIn range: ClosedRange<Int>, of unit: String, plural: String? = nil, at path: String
    ) throws(ParameterError) {
        let units = count == 1 ? unit : plural ?? unit + "s"
        if count < range.lowerBound { throw ParameterError(at: path, "\(count) \(units), at least \(range.lowerBound) wanted") }
        if count > range.upperBound { throw ParameterError(at: path, "\(count) \(units), at most \(range.upperBound) allowed") }
    }
}

extension StringRules {
    fileprivate func validate(_ value: JSONValue, at path: String) throws(ParameterError) {
        guard let text = value.string else { throw value.mismatch(with: "a string", at: path) }
        guard allowed.isEmpty || allowed.contains(text) else {
            throw ParameterError(at: path, "\(Excerpt.quoted(text)) is none of \(allowed.joined(separator: ", "))")
        }
        let count = text.unicodeScalars.count
        if count < characters.lowerBound {
            throw ParameterError(at: path, text.isEmpty ? "is empty" : "\(count) characters, at least \(characters.lowerBound) wanted")
        }
        if count > characters.upperBound {
            throw ParameterError(at: path, "\(count) characters, at most \(characters.upperBound) allowed")
        }
    }
}

extension String {
    /// A map's key is the user's text, of any length.
    fileprivate func appending(member name: String) -> String {
        let name = Excerpt.line(name, atMost: 60)
        return isEmpty ? name : "\(self).\(name)"
    }
}

extension JSONValue {
    fileprivate func mismatch(with wanted: String, at path: String) -> ParameterError {
        ParameterError(at: path, "\(Excerpt.line(text, atMost: 40)) is not \(wanted)")
    }

    /// Refuses a name that stands twice: which of the values was meant is anyone's guess.
    fileprivate func distinctMembers(at path: String) throws(ParameterError) -> [Member] {
        guard let members else { throw mismatch(with: "an object", at: path) }
        var names: Set<String> = []
        for member in members where !names.insert(member.name).inserted {
            throw ParameterError(at: path, "\(Excerpt.quoted(member.name)) stands twice")
        }
        return members
    }
}
