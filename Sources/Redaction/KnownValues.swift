/// Secrets that are known by value, in every form in which a log may show them: plain, Base64 at each of its three
/// alignments, hex and percent-encoded.
package struct KnownValues: Sendable {
    /// Shorter values would be found in innocent words.
    private static let shortest = 6

    private struct Form {
        let bytes: [UInt8]
        let value: Int
        let isBase64: Bool
    }

    private var byFirst: [[Form]] = []
    private(set) var count = 0

    package init(_ values: [String] = []) {
        for value in Set(values).sorted() { add(value) }
    }

    package mutating func add(_ value: String) {
        let bytes = Array(value.utf8)
        guard bytes.count >= Self.shortest else { return }
        if byFirst.isEmpty { byFirst = [[Form]](repeating: [], count: 256) }
        var forms = [bytes, Self.hex(bytes, upper: false), Self.hex(bytes, upper: true), Self.percent(bytes, upper: true), Self.percent(bytes, upper: false)]
        forms = Array(Set(forms))
        for form in forms { byFirst[Int(form[0])].append(Form(bytes: form, value: count, isBase64: false)) }
        for form in Set((0..<3).flatMap { Self.base64(bytes, offset: $0) }) where form.count >= 8 {
            byFirst[Int(form[0])].append(Form(bytes: form, value: count, isBase64: true))
        }
        count += 1
    }

    /// What is the same in Base64 whatever stands before and behind, with the value `offset` bytes into a group of three; in both alphabets.
    private static func base64(_ bytes: [UInt8], offset: Int) -> [[UInt8]] {
        let encoded = Base64.encode([UInt8](repeating: 0, count: offset) + bytes)
        let first = offset == 0 ? 0 : offset + 1
        let last = (offset + bytes.count) * 8 / 6
        let standard = Array(encoded[first..<last])
        return [standard, standard.map { $0 == "+" ? UInt8(ascii: "-") : $0 == "/" ? UInt8(ascii: "_") : $0 }]
    }

    private static func hex(_ bytes: [UInt8], upper: Bool) -> [UInt8] {
        bytes.flatMap { byte in [byte >> 4, byte & 15].map { $0 < 10 ? $0 + 0x30 : $0 + (upper ? 0x37 : 0x57) } }
    }

    private static func percent(_ bytes: [UInt8], upper: Bool) -> [UInt8] {
        bytes.flatMap { byte in
            byte.isNamePart || byte == "~" ? [byte] : [0x25] + hex([byte], upper: upper)
        }
    }

    func find(in text: Text, _ spans: inout [Span]) {
        guard count > 0 else { return }
        var index = 0
        while index < text.count {
            var end = index
            for form in byFirst[Int(text.bytes[index])] where Self.has(form.bytes, text, at: index) {
                var range = index..<index + form.bytes.count
                if form.isBase64 { range = text.skipBack(\.isBase64, from: index)..<text.skip(\.isBase64, from: range.upperBound) }
                spans.append(Span(range: range, kind: .own, known: form.value))
                end = max(end, range.upperBound)
            }
            index = max(index + 1, end)
        }
    }

    private static func has(_ form: [UInt8], _ text: Text, at index: Int) -> Bool {
        guard index + form.count <= text.count else { return false }
        for offset in form.indices where text.bytes[index + offset] != form[offset] { return false }
        return true
    }
}
