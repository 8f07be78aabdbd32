/// Shorthand syntax, as `awscli/shorthand.py` reads it without looking at a shape:
///
///     parameter = keyval *("," keyval)
///     keyval    = key ("=" / "@=") (csv / list / object)
///     list      = "[" [element *("," element)] "]"
///     object    = "{" [key ("=" / "@=") element *("," …)] "}"
///     element   = list / object / word / quoted
struct ShorthandParser {
    private var scanner: ShorthandScanner
    private var depth = 0
    /// The last key was written `key@=`.
    private var readsFiles = false

    init(_ scanner: ShorthandScanner) {
        self.scanner = scanner
    }

    mutating func parameter() throws(ShorthandError) -> ShorthandValue {
        var members = [try member()]
        while !scanner.isAtEnd {
            scanner.skipSpace()
            try scanner.expect(",", as: "',' or end")
            let member = try member()
            guard !members.contains(where: { $0.name == member.name }) else { throw .repeated(member.name) }
            members.append(member)
        }
        return .object(members)
    }

    private mutating func member() throws(ShorthandError) -> ShorthandValue.Member {
        let name = try key()
        if scanner.isAtEnd { return .init(name: name, value: .text("")) }
        if let container = try container() { return .init(name: name, value: container) }
        return .init(name: name, value: try commaSeparated())
    }

    private mutating func key() throws(ShorthandError) -> String {
        let name = scanner.key()
        scanner.skipSpace()
        readsFiles = scanner.take("@")
        try scanner.expect("=")
        return name
    }

    /// Nil when neither a list nor an object begins here.
    private mutating func container() throws(ShorthandError) -> ShorthandValue? {
        guard scanner.current == "[" || scanner.current == "{" else { return nil }
        guard depth < 512 else { throw .tooDeep }
        depth += 1
        defer { depth -= 1 }
        return scanner.current == "[" ? .list(try list()) : .object(try object())
    }

    private mutating func list() throws(ShorthandError) -> [ShorthandValue] {
        try scanner.expect("[")
        var elements: [ShorthandValue] = []
        while scanner.current != "]" {
            elements.append(try element())
            try separator(before: "]")
        }
        scanner.skip()
        return elements
    }

    private mutating func object() throws(ShorthandError) -> [ShorthandValue.Member] {
        try scanner.expect("{")
        var members: [ShorthandValue.Member] = []
        while scanner.current != "}" {
            members.append(.init(name: try key(), value: try element()))
            try separator(before: "}")
        }
        scanner.skip()
        return members
    }

    private mutating func separator(before end: Unicode.Scalar) throws(ShorthandError) {
        scanner.skipSpace()
        if scanner.current != end { try scanner.expect(",", as: "',' or '\(end)'") }
    }

    private mutating func element() throws(ShorthandError) -> ShorthandValue {
        if let container = try container() { return container }
        return try quoted() ?? leaf(scanner.word(.first) ?? "")
    }

    /// `a`, or `a,b,c` up to the next `key=`. That a key has begun shows at its `=`, after its text was read as a value.
    private mutating func commaSeparated() throws(ShorthandError) -> ShorthandValue {
        let first = try element()
        scanner.skipSpace()
        guard scanner.take(",") else { return first }
        var values = [first]
        do throws(ShorthandError) {
            while true {
                let value = try next()
                scanner.skipSpace()
                if scanner.isAtEnd { return .list(values + [value]) }
                try scanner.expect(",", as: "',' or end")
                values.append(value)
            }
        } catch {
            if scanner.isAtEnd { throw error }
            scanner.backtrackToComma()
            return values.count == 1 ? first : .list(values)
        }
    }

    private mutating func next() throws(ShorthandError) -> ShorthandValue {
        if let quoted = try quoted() { return quoted }
        guard let word = scanner.word(.next) else { throw .expected("a value", at: scanner.index) }
        return leaf(word)
    }

    private mutating func quoted() throws(ShorthandError) -> ShorthandValue? {
        guard let quote = scanner.current, quote == "'" || quote == "\"" else { return nil }
        return leaf(try scanner.quoted(quote))
    }

    private func leaf(_ text: String) -> ShorthandValue {
        if readsFiles, let path = FileReference.path(text) { .file(path) } else { .text(text) }
    }
}
