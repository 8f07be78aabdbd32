/// The INI files of AWS tools: ~/.aws/config and ~/.aws/credentials.
/// https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
package struct ProfileFile: Equatable, Sendable {
    package enum Kind: Sendable {
        /// Sections `[default]`, `[profile NAME]`, `[sso-session NAME]`, `[services NAME]`.
        case config
        /// Sections `[NAME]`.
        case credentials
    }

    package struct ParseError: Error, Equatable, Sendable {
        package let line: Int
        package let reason: String
    }

    /// Profile name to properties; property names in lower case.
    package private(set) var profiles: [String: [String: String]] = [:]

    package init() {}

    package init(parsing text: String, kind: Kind) throws(ParseError) {
        var section: String??
        var property: String?
        // `[profile default]` wins over `[default]`, wherever it stands.
        var prefixedDefault = false
        for (index, raw) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            if raw.allSatisfy(\.isWhitespace) || raw.first == "#" || raw.first == ";" { continue }
            if raw.first == "[" {
                let (name, prefixed) = try Self.sectionName(raw, kind: kind, line: index + 1)
                if name == "default", kind == .config, prefixed != prefixedDefault {
                    if prefixed { profiles["default"] = nil }
                    section = .some(prefixedDefault ? nil : name)
                    prefixedDefault = prefixedDefault || prefixed
                } else {
                    section = .some(name)
                }
                if let name = section ?? nil, profiles[name] == nil { profiles[name] = [:] }
                property = nil
                continue
            }
            guard let current = section else { throw ParseError(line: index + 1, reason: "a property before the first section") }
            if raw.first?.isWhitespace == true {
                guard let property else { throw ParseError(line: index + 1, reason: "a continuation without a property") }
                if let current { profiles[current]?[property]? += "\n" + Self.trimmed(raw) }
                continue
            }
            let (name, value) = try Self.property(raw, line: index + 1)
            property = name
            if let current { profiles[current]?[name] = value }
        }
    }

    /// Nil for a section that is no profile; whether it had the word `profile` before its name.
    private static func sectionName(_ line: Substring, kind: Kind, line number: Int) throws(ParseError) -> (name: String?, prefixed: Bool) {
        guard let end = line.firstIndex(of: "]") else { throw ParseError(line: number, reason: "a section without ']'") }
        let words = line[line.index(after: line.startIndex)..<end].split(whereSeparator: \.isWhitespace)
        switch (kind, words.count) {
        case (.credentials, 1): return (legalName(words[0]), false)
        case (.config, 1): return (words[0] == "default" ? "default" : nil, false)
        case (.config, 2) where words[0] == "profile": return (legalName(words[1]), true)
        default: return (nil, false)
        }
    }

    private static func legalName(_ name: Substring) -> String? {
        let extra = Set("-_/.%@:+")
        return name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) || extra.contains($0) } ? String(name) : nil
    }

    private static func property(_ line: Substring, line number: Int) throws(ParseError) -> (String, String) {
        guard let equals = line.firstIndex(of: "=") else { throw ParseError(line: number, reason: "a line without '='") }
        let name = trimmed(line[..<equals]).lowercased()
        guard !name.isEmpty else { throw ParseError(line: number, reason: "a property without a name") }
        return (name, trimmed(withoutComment(line[line.index(after: equals)...])))
    }

    /// "#" and ";" begin a comment after white space only.
    private static func withoutComment(_ value: Substring) -> Substring {
        var previous: Character = " "
        for index in value.indices {
            if value[index] == "#" || value[index] == ";", previous.isWhitespace { return value[..<index] }
            previous = value[index]
        }
        return value
    }

    private static func trimmed(_ text: Substring) -> String {
        String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
