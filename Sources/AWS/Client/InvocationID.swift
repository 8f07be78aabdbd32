import Effects

extension Randomness {
    /// What marks the attempts of one call as one: a UUID of version 4 (RFC 9562), in lower case.
    package func uuid() -> String {
        let digits = (0..<32).map { place in
            let digit = place == 12 ? 4 : Int(number(in: 0...15.999))
            return String(place == 16 ? 8 | digit & 3 : digit, radix: 16)
        }
        return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { digits[$0].joined() }.joined(separator: "-")
    }
}
