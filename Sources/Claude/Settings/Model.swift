import AWS

/// A model by its id, and what the id tells.
package struct Model: Equatable, Sendable {
    /// As requests name it.
    package let id: String
    /// US cents per million tokens.
    let prices: (input: Int, output: Int)
    /// The version of Anthropic's API in a body for Bedrock.
    let bedrockVersion: String

    package init(_ id: String) {
        self.id = id
        let name = id.firstRange(of: "claude-").map { String(id[$0.lowerBound...]) } ?? ""
        prices = Self.known.first { name.hasPrefix($0.name) }?.prices ?? Self.dearest
        bedrockVersion = Self.version(name).map { $0 >= (4, 7) } == true ? "2026-10-21" : "bedrock-2023-05-31"
    }

    package static func == (a: Model, b: Model) -> Bool { a.id == b.id }

    /// A plain name becomes the inference profile of the region's part of the world, so that data stays there; profiles, other
    /// ids and ARNs are taken as they are. Nil where the region tells no part.
    static func onBedrock(_ name: String, region: String) -> Model? {
        if name.contains(".") || name.contains(":") { return Model(name) }
        let parts = ["us-": "us", "eu-": "eu", "ap-": "apac"]
        guard !region.hasPrefix("us-gov-"), let part = parts.first(where: { region.hasPrefix($0.key) })?.value else { return nil }
        return Model("\(part).anthropic.\(name)")
    }

    /// Of the price pages of November 2026; longer names first.
    private static let known: [(name: String, prices: (input: Int, output: Int))] = [
        ("claude-haiku-5-5", (10, 50)), ("claude-sonnet-5-5", (200, 1000)), ("claude-opus-5-5", (400, 2000)),
        ("claude-opus-5", (500, 2500)), ("claude-sonnet-5", (200, 1000)), ("claude-haiku-4-5", (100, 500)),
    ]
    /// For a model that is not listed: that of the dearest one, so that a budget holds.
    private static let dearest = (input: 1000, output: 5000)

    /// `claude-opus-4-8` is (4, 8), `claude-3-5-haiku-20241022` (3, 5), `claude-fable-5` (5, 0); dates are no versions.
    private static func version(_ name: String) -> (Int, Int)? {
        let words = name.split { $0 == "-" || $0 == ":" }
        let numbers = words.drop { Int($0) == nil }.prefix { Int($0) != nil }.compactMap { Int($0) }.filter { $0 < 1000 }
        return numbers.first.map { ($0, numbers.count > 1 ? numbers[1] : 0) }
    }

    /// In millionths of a US dollar.
    func cost(input: Int, output: Int) -> Int { (input * prices.input + output * prices.output) / 100 }
}
