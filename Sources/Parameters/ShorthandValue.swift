/// What shorthand says before a shape gives it types.
enum ShorthandValue {
    case text(String)
    /// The path behind `file://`, where the key was written `key@=`.
    case file(String)
    case list([ShorthandValue])
    case object([Member])

    struct Member {
        let name: String
        let value: ShorthandValue
    }
}

/// Why a text is no shorthand. Indexes count Unicode scalars from 0.
enum ShorthandError: Error {
    case expected(String, at: Int)
    case repeated(String)
    case tooDeep
}

enum FileReference {
    /// What follows `file://` or `fileb://`; nil for any other text.
    static func path(_ text: String) -> String? {
        for prefix in ["file://", "fileb://"] where text.utf8.starts(with: prefix.utf8) {
            return String(text.unicodeScalars.dropFirst(prefix.utf8.count))
        }
        return nil
    }
}
