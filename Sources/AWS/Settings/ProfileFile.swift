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

    /// Name to properties; property names in lower case.
    package typealias Sections = [String: [String: String]]

    package var profiles: Sections { sections[.profile] ?? [:] }
    package var ssoSessions: Sections { sections[.ssoSession] ?? [:] }
    /// Service by service what `subproperties` can read.
    package var services: Sections { sections[.services] ?? [:] }

    private enum SectionKind: String { case profile, ssoSession = "sso-session", services }
    private var sections: [SectionKind: Sections] = [:]

    package init() {}

    package init(parsing text: String, kind: Kind) throws(ParseError) {
        // Nil before the first section; `.some(nil)` in one that says nothing to us.
        var section: (kind: SectionKind, name: String)??
        var property: String?
        // `[profile default]` wins over `[default]`, wherever it stands.
        var prefixedDefault = false
        for (index, raw) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let line = index + 1
            if raw.allSatisfy(\.isWhitespace) || raw.first == "#" || raw.first == ";" { continue }
            if raw.first == "[" {
                let (found, isPrefixed) = try Self.section(raw, kind: kind, line: line)
                (section, property) = (.some(found), nil)
                if let found, found.kind == .profile, found.name == "default", kind == .config, isPrefixed != prefixedDefault {
                    if isPrefixed { sections[.profile]?["default"] = nil } else { section = .some(nil) }
                    prefixedDefault = true
                }
                if let current = section ?? nil { sections[current.kind, default: [:]][current.name, default: [:]] = self[current] }
                continue
            }
            guard let current = section else { throw ParseError(line: line, reason: "a property before the first section") }
            if raw.first?.isWhitespace == true {
                guard let property else { throw ParseError(line: line, reason: "a continuation without a property") }
                guard let current, let before = self[current][property] else { continue }
                if before.isEmpty || before.first == "\n" { _ = try Self.property(raw, "sub-property", line: line) }
                sections[current.kind]?[current.name]?[property] = before + "\n" + Self.trimmed(raw)
                continue
            }
            let (name, value) = try Self.property(raw, "property", line: line)
            property = name
            if let current, Self.isLegal(name) { sections[current.kind]?[current.name]?[name] = value }
        }
    }

    /// What stands indented under a property: `endpoint_url` and its like of one service in a `services` section.
    package static func subproperties(_ value: String) -> [String: String] {
        guard value.first == "\n" else { return [:] }
        let pairs = value.split(separator: "\n").compactMap { line in
            line.firstIndex(of: "=").map { (trimmed(line[..<$0]).lowercased(), trimmed(line[line.index(after: $0)...])) }
        }
        return Dictionary(pairs, uniquingKeysWith: { $1 })
    }

    private subscript(_ section: (kind: SectionKind, name: String)) -> [String: String] {
        sections[section.kind]?[section.name] ?? [:]
    }

    /// Nil for a section that nobody reads; whether it had the word `profile` before its name.
    private static func section(_ line: Substring, kind: Kind, line number: Int) throws(ParseError) -> ((kind: SectionKind, name: String)?, isPrefixed: Bool) {
        guard let end = line.firstIndex(of: "]") else { throw ParseError(line: number, reason: "a section without ']'") }
        let words = line[line.index(after: line.startIndex)..<end].split(whereSeparator: \.isWhitespace).map(String.init)
        guard let name = words.last, isLegal(name) else { return (nil, false) }
        switch (kind, words.count) {
        case (.credentials, 1): return ((.profile, name), false)
        case (.config, 1): return (name == "default" ? (.profile, name) : nil, false)
        case (.config, 2): return (SectionKind(rawValue: words[0]).map { ($0, name) }, words[0] == "profile")
        default: return (nil, false)
        }
    }

    private static func isLegal(_ name: String) -> Bool {
        let extra = Set("-_/.%@:+")
        return name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) || extra.contains($0) }
    }

    private static func property(_ line: Substring, _ what: String, line number: Int) throws(ParseError) -> (String, String) {
        guard let equals = line.firstIndex(of: "=") else { throw ParseError(line: number, reason: "a \(what == "property" ? "line" : what) without '='") }
        let name = trimmed(line[..<equals]).lowercased()
        guard !name.isEmpty else { throw ParseError(line: number, reason: "a \(what) without a name") }
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
