import JSON

/// What a secret holds: plain text, or a JSON object of names and values.
struct SecretText {
    private let text: String

    init(_ text: String) {
        self.text = text
    }

    /// The first member of these names; the only one where there is but one; else the text as it is.
    func member(of names: [String]) -> String {
        guard let members = (try? JSONValue(parsing: text))?.members else { return text }
        let named = names.lazy.compactMap { name in members.first { $0.name == name }?.value.string }.first
        return named ?? (members.count == 1 ? members[0].value.string : nil) ?? text
    }
}
