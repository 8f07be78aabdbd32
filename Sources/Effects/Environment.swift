import CPosix

/// The environment of the process as a value: read once at the start, passed down, never asked for again.
package struct Environment: Sendable {
    private let variables: [String: String]

    /// Every variable, for those who look at values and not at names.
    package var all: [String: String] { variables }

    package init(_ variables: [String: String]) {
        self.variables = variables
    }

    /// The value, nil when unset.
    package subscript(name: String) -> String? { variables[name] }

    /// The value, nil when unset or blank: AWS SDKs treat a blank variable as an unset one.
    package func nonBlank(_ name: String) -> String? {
        guard let value = variables[name] else { return nil }
        return value.allSatisfy(\.isWhitespace) ? nil : value
    }

    package static func ofThisProcess() -> Environment {
        var variables: [String: String] = [:]
        var entry = awsjob_environment()
        while let pointer = entry, let text = pointer.pointee {
            let pair = String(cString: text)
            if let equals = pair.firstIndex(of: "=") {
                variables[String(pair[..<equals])] = String(pair[pair.index(after: equals)...])
            }
            entry = pointer + 1
        }
        return Environment(variables)
    }
}
