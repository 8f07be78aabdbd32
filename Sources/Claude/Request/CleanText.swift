/// Text that anybody may have written, as Claude is shown it: no character that is not seen or that moves others, and none of
/// the words that Anthropic documents as a switch for refusals.
enum CleanText {
    static func line(_ bytes: [UInt8]) -> String { line(String(decoding: bytes, as: UTF8.self)) }

    static func line(_ text: String) -> String {
        let seen = text.unicodeScalars.contains(where: isHidden) ? String(String.UnicodeScalarView(text.unicodeScalars.filter { !isHidden($0) })) : text
        return withoutSwitches(seen)
    }

    /// Controls but tab (C0, DEL, C1), what reorders or joins text (Unicode TR9, zero-width), tags and variation selectors, in which
    /// whole sentences can be hidden, fillers, and the annotation marks.
    static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09: false
        case ..<0x20, 0x7f...0x9f, 0xad, 0x034f, 0x061c, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x180b...0x180f, 0x200b...0x200f, 0x2028...0x202e, 0x2060...0x206f,
            0x3164, 0xfe00...0xfe0f, 0xfeff, 0xffa0, 0xfff0...0xfffb, 0x1bca0...0x1bca3, 0x1d173...0x1d17a, 0xe0000...0xe0fff:
            true
        default: false
        }
    }

    private static let switchPrefix = "ANTHROPIC_MAGIC_STRING"

    private static func withoutSwitches(_ text: String) -> String {
        var text = text
        while let start = text.firstRange(of: switchPrefix)?.lowerBound {
            let end = text[start...].firstIndex { !($0 == "_" || $0.isASCII && ($0.isLetter || $0.isNumber)) } ?? text.endIndex
            text.replaceSubrange(start..<end, with: "[removed]")
        }
        return text
    }
}
