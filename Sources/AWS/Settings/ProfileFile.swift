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
    /// The properties of a profile. Some have names that no SDK but botocore takes, as the AWS CLI writes them: "my prof".
    package func profile(_ name: String) -> [String: String]? { profiles[name] ?? sections[.unusualProfile]?[name] }
    package var ssoSessions: Sections { sections[.ssoSession] ?? [:] }
    /// Service by service what `subproperties` can read.
    package var services: Sections { sections[.services] ?? [:] }

    private enum SectionKind { case profile, unusualProfile, ssoSession, services }
    private var sections: [SectionKind: Sections] = [:]

    package init() {}

    package init(parsing text: String, kind: Kind) throws(ParseError) {
        // Nil before the first section; `.some(nil)` in one that says nothing to us.
        var section: (kind: SectionKind, name: String)??
        // `indent`: what stands further to the right continues it, as in Python's configparser.
        var property: (name: String, indent: Int)?
        // `[profile default]` wins over `[default]`, wherever it stands.
        var prefixedDefault = false
        // Editors of Windows begin a file with a byte order mark.
        let text = text.first == "\u{FEFF}" ? text.dropFirst() : text[...]
        for (index, raw) in text.split(omittingEmptySubsequences: false, whereSeparator: Self.endsLine).enumerated() {
            let line = index + 1
            let content = raw.drop(while: \.isWhitespace)
            if content.isEmpty || content.first == "#" || content.first == ";" { continue }
            if content.contains("\0") { throw ParseError(line: line, reason: "a NUL character, as in a file that is not UTF-8") }
            let indent = raw.count - content.count
            if let property, indent > property.indent {
                guard let current = section ?? nil, let before = self[current][property.name] else { continue }
                if before.isEmpty || before.first == "\n" { _ = try Self.property(raw, "sub-property", line: line) }
                sections[current.kind]?[current.name]?[property.name] = before + "\n" + Self.trimmed(raw)
                continue
            }
            if content.first == "[" {
                let (found, isPrefixed) = try Self.section(content, kind: kind, line: line)
                (section, property) = (.some(found), nil)
                if let found, found.kind == .profile, found.name == "default", kind == .config, isPrefixed != prefixedDefault {
                    if isPrefixed { sections[.profile]?["default"] = nil } else { section = .some(nil) }
                    prefixedDefault = true
                }
                if let current = section ?? nil { sections[current.kind, default: [:]][current.name, default: [:]] = self[current] }
                continue
            }
            guard let current = section else { throw ParseError(line: line, reason: "a property before the first section") }
            let (name, value) = try Self.property(raw, "property", line: line)
            property = (name, indent)
            if let current, Self.isLegal(name) { sections[current.kind]?[current.name]?[name] = value }
        }
    }

    /// As for Python, and so botocore: form feeds and the separators of Unicode are white space within a line.
    private static func endsLine(_ character: Character) -> Bool { character == "\n" || character == "\r\n" || character == "\r" }

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
        let header = trimmed(try header(line, line: number))
        if kind == .credentials { return (header.isEmpty ? nil : (isLegal(header) ? .profile : .unusualProfile, header), false) }
        guard let words = ShellWords.words(header), let name = words.last, !name.isEmpty else { return (nil, false) }
        switch (words.count, words[0]) {
        case (1, "default"): return ((.profile, name), false)
        case (2, "profile"): return ((isLegal(name) ? .profile : .unusualProfile, name), true)
        case (2, "sso-session"): return ((.ssoSession, name), false)
        case (2, "services"): return ((.services, name), false)
        default: return (nil, false)
        }
    }

    /// What stands between the brackets: up to the first "]" that ends the line or has a comment behind it, else to the last.
    private static func header(_ line: Substring, line number: Int) throws(ParseError) -> Substring {
        let ends = line.indices.filter { line[$0] == "]" }
        let closing = ends.first { end in
            let rest = line[line.index(after: end)...].drop(while: \.isWhitespace)
            return rest.isEmpty || rest.first == "#" || rest.first == ";"
        }
        guard let end = closing ?? ends.last else { throw ParseError(line: number, reason: "a section without ']'") }
        return line[line.index(after: line.startIndex)..<end]
    }

    /// In the grammar that all SDKs share.
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
