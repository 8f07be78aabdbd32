/// Escape sequences of terminals (ECMA-48): colours, cursor movements, titles. They would split words that rules look for.
enum TerminalCodes {
    /// Whether there may be any.
    static func occur(in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var found = false
        for byte in bytes { found = found || byte == 0x1b || byte == 0x08 || byte == 0x9b }
        return found
    }

    static func removed(from bytes: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        let text = Text(bytes)
        var plain: [UInt8] = []
        plain.reserveCapacity(bytes.count)
        var at = 0
        while at < bytes.count {
            switch bytes[at] {
            case 0x1b: at = sequenceEnd(text, at + 1)
            case 0xc2 where text[at + 1] == 0x9b: at = controlEnd(text, at + 2)
            case 0x08:
                // Overstruck, as `man` prints bold.
                if plain.last.map({ $0 >= 0x20 }) == true { plain.removeLast() }
                at += 1
            default:
                plain.append(bytes[at])
                at += 1
            }
        }
        return plain
    }

    private static func sequenceEnd(_ text: Text, _ at: Int) -> Int {
        switch text[at] {
        case "[": return controlEnd(text, at + 1)
        case "]", "P", "X", "^", "_":
            // A string up to BEL or ESC \; one that is cut off ends where a line may go on.
            var end = at + 1
            while end < text.count, end - at < 4096, text[end] != 0x07, text[end] != 0x1b { end += 1 }
            if text[end] == 0x07 { return end + 1 }
            return text[end] == 0x1b && text[end + 1] == "\\" ? end + 2 : at + 1
        case 0x20...0x2f: return text.skip({ 0x20...0x2f ~= $0 }, from: at) + 1
        case 0x30...0x7e: return at + 1
        default: return at
        }
    }

    /// Parameters, intermediates and one final byte.
    private static func controlEnd(_ text: Text, _ at: Int) -> Int {
        let end = text.skip({ 0x20...0x3f ~= $0 }, from: at)
        return 0x40...0x7e ~= text[end] ? end + 1 : end
    }
}
