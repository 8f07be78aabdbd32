/// Which pairs of bytes may begin something worth a look. One table lookup for each byte of the log.
struct Anchors: Sendable {
    static let stem: UInt8 = 1
    static let format: UInt8 = 2
    static let sign: UInt8 = 4

    static let shared = Anchors()

    private let pairs: [UInt8]
    private let stems: [[[UInt8]]]
    private let formats: [[TokenFormat]]

    private init() {
        var pairs = [UInt8](repeating: 0, count: 65536)
        var stems = [[[UInt8]]](repeating: [], count: 256)
        var formats = [[TokenFormat]](repeating: [], count: 256)
        for stem in Vocabulary.stems {
            let bytes = Array(stem.utf8)
            stems[Int(bytes[0])].append(bytes)
            for first in [bytes[0], bytes[0] & 0xdf] {
                for second in [bytes[1], bytes[1] & 0xdf] { pairs[Int(first) << 8 | Int(second)] |= Self.stem }
            }
        }
        for format in TokenFormat.all {
            formats[Int(format.prefix[0])].append(format)
            pairs[Int(format.prefix[0]) << 8 | Int(format.prefix[1])] |= Self.format
        }
        for byte in UInt8.min...UInt8.max {
            for sign in "@-/$<".utf8 { pairs[Int(sign) << 8 | Int(byte)] |= Self.sign }
            for digit in UInt8(ascii: "0")...UInt8(ascii: "9") { pairs[Int(digit) << 8 | Int(byte)] |= Self.sign }
        }
        for byte in " -".utf8 { pairs[Int(UInt8(ascii: "A")) << 8 | Int(byte)] |= Self.sign }
        for byte in "/*0123456789".utf8 { pairs[Int(UInt8(ascii: ":")) << 8 | Int(byte)] |= Self.sign }
        for first in UInt8(ascii: "A")...UInt8(ascii: "Z") {
            for second in UInt8(ascii: "A")...UInt8(ascii: "Z") { pairs[Int(first) << 8 | Int(second)] |= Self.sign }
        }
        (self.pairs, self.stems, self.formats) = (pairs, stems, formats)
    }

    @inline(__always)
    func marks(_ first: UInt8, _ second: UInt8) -> UInt8 { pairs[Int(first) << 8 | Int(second)] }

    /// The length of the stem at `index`, in letters of any case; 0 when there is none.
    func stemLength(_ text: Text, at index: Int) -> Int {
        var longest = 0
        for stem in stems[Int(text[index].lowercased)] where stem.count > longest {
            var matches = true
            for offset in stem.indices where text[index + offset].lowercased != stem[offset] {
                matches = false
                break
            }
            if matches { longest = stem.count }
        }
        return longest
    }

    func formats(beginningWith byte: UInt8) -> [TokenFormat] { formats[Int(byte)] }
}
