import Effects

extension Environment {
    /// The path in a variable as botocore reads it: `~` is the home, `$NAME` and `${NAME}` are variables, and one that is not
    /// set stays as it stands. Nil when the variable is unset. The password entry of another user is not looked up.
    func path(_ variable: String, home: String) throws(SettingsError) -> String? {
        guard var rest = nonBlank(variable)?[...] else { return nil }
        var path = ""
        if rest.first == "~" {
            guard rest == "~" || rest.hasPrefix("~/") else {
                throw SettingsError("\(variable) begins with the home of another user: \(rest)", next: "write that folder out")
            }
            (path, rest) = (home, rest.dropFirst())
        }
        while let dollar = rest.firstIndex(of: "$") {
            path += rest[..<dollar]
            rest = rest[dollar...]
            let (written, name) = Self.reference(rest)
            path += self[name] ?? String(rest.prefix(written))
            rest = rest.dropFirst(written)
        }
        return path + rest
    }

    /// How long the reference is that `text` begins with, and to what; an empty name for a "$" alone.
    private static func reference(_ text: Substring) -> (length: Int, name: String) {
        let rest = text.dropFirst()
        if rest.first == "{", let end = rest.firstIndex(of: "}") {
            let name = rest[rest.index(after: rest.startIndex)..<end]
            return (name.count + 3, String(name))
        }
        let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        return (name.count + 1, String(name))
    }
}
