/// Classes that AWS's own words prove.
struct TrustedFields {
    struct Match {
        let classIndex: Int
        let isWeak: Bool
        let field: String
        let order: Int
    }

    let matches: [Match]
    /// An exit code that stands in a field.
    let exitCode: Int?

    init(_ fields: [String], _ catalogue: Catalogue) {
        var matches: [Match] = []
        for (order, field) in fields.enumerated() {
            for line in field.utf8.split(separator: UInt8(ascii: "\n")) {
                let bytes = Array(line)
                // From here on the work itself may have written: what it says may not call for a restart in AWS's name.
                let own = Self.foreign.compactMap { Pattern.find(Array($0.utf8), in: bytes, from: 0, to: bytes.count) }.min() ?? bytes.count
                let numbers = bytes.withUnsafeBufferPointer { Set(catalogue.keywords.hits(in: $0).map(\.keyword)) }
                for bound in numbers.sorted().filter({ $0 < catalogue.patterns.count }).map({ catalogue.patterns[$0] }) {
                    guard let range = bound.pattern.match(in: bytes, start: LineLevel.read(bytes).start) else { continue }
                    let failure = catalogue.classes[bound.classIndex]
                    if range.lowerBound > own, failure.isOfAWS, failure.action == .immediate || failure.action == .delayed { continue }
                    matches.append(Match(classIndex: bound.classIndex, isWeak: bound.channel == .weak, field: field, order: order))
                }
            }
        }
        self.matches = matches
        exitCode = fields.lazy.compactMap(Self.exitCode).first
    }

    private static let foreign = ["errormessage", "stacktrace"]

    /// `exit code 137`, `"ExitCode":137`, `Exit Code: 1`.
    private static func exitCode(in field: String) -> Int? {
        let bytes = Array(field.utf8)
        for words in ["exit code", "exitcode", "exit status"] {
            guard let place = Pattern.find(Array(words.utf8), in: bytes, from: 0, to: bytes.count) else { continue }
            let digits = bytes[(place + words.utf8.count)...].drop { "\"\\:= ".utf8.contains($0) }.prefix(while: ASCII.isDigit)
            if let code = Int(String(decoding: digits, as: UTF8.self)) { return code }
        }
        return nil
    }

    /// The nearest to a root cause.
    func best(_ catalogue: Catalogue) -> Match? {
        matches.min { a, b in
            let ranks = [a, b].map { catalogue.classes[$0.classIndex].rank + ($0.isWeak ? 2 : 0) }
            return (ranks[0], a.order) < (ranks[1], b.order)
        }
    }
}
