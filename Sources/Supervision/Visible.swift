/// Text from elsewhere, made harmless for a terminal: control characters other than tab become visible.
package enum Visible {
    package static func line(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        var visible = ""
        for scalar in text.unicodeScalars {
            if isControl(scalar) { visible += escape(scalar) } else { visible.unicodeScalars.append(scalar) }
        }
        return visible
    }

    /// Printable ASCII, tabs and line feeds only: nothing to be made visible, and no doubt about its bytes.
    static func isPlain(_ text: ArraySlice<UInt8>) -> Bool {
        text.withUnsafeBufferPointer { bytes in
            // Without a branch, so that the compiler takes many bytes at a time.
            var others: UInt8 = 0
            for byte in bytes { others |= (byte &- 0x20 < 0x5f ? 0 : 1) & (byte == 0x09 ? 0 : 1) & (byte == 0x0a ? 0 : 1) }
            return others == 0
        }
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16)
        return scalar.value < 0x100 ? "\\x" + (digits.count < 2 ? "0" : "") + digits : "\\u{\(digits)}"
    }

    /// C0, DEL, C1, and the invisible characters that reorder text on a screen (Unicode TR9).
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09: false
        case ..<0x20, 0x7f...0x9f, 0x061c, 0x200e, 0x200f, 0x202a...0x202e, 0x2028, 0x2029, 0x2066...0x2069: true
        default: false
        }
    }
}
