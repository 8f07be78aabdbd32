/// Numbers the secrets of one session: the same value has the same placeholder. No value is kept, only a keyed hash of it,
/// which neither leaves the process nor means anything to another.
struct Placeholders {
    /// Distinct values that are told apart; later ones share an unnumbered placeholder, so that memory stays bounded.
    private static let limit = 65_536

    private var texts: [Int: String] = [:]
    private var counts: [SecretKind: Int] = [:]

    mutating func text(for value: some Collection<UInt8>, kind: SecretKind) -> String {
        var hasher = Hasher()
        for byte in value { hasher.combine(byte) }
        return text(hash: hasher.finalize(), kind: kind)
    }

    /// All forms of one known value.
    mutating func text(known index: Int, kind: SecretKind) -> String {
        var hasher = Hasher()
        hasher.combine("known")
        hasher.combine(index)
        return text(hash: hasher.finalize(), kind: kind)
    }

    private mutating func text(hash: Int, kind: SecretKind) -> String {
        if let text = texts[hash] { return text }
        guard texts.count < Self.limit else { return "<\(kind.name)>" }
        let number = counts[kind, default: 0] + 1
        counts[kind] = number
        let text = "<\(kind.name)_\(number)>"
        texts[hash] = text
        return text
    }
}
