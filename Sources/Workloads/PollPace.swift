package import Effects

/// The pause between status reads: grows by half each time, with jitter, so that a thousand jobs that started together
/// do not ask together.
package struct PollPace {
    private let first: Duration
    private let longest: Duration
    private let random: Randomness
    private var current: Duration

    package init(first: Duration, longest: Duration, random: Randomness) {
        self.first = first
        self.longest = max(first, longest)
        self.random = random
        current = first
    }

    package mutating func next() -> Duration {
        defer { current = min(longest, .seconds(current.inSeconds * 1.5)) }
        return min(longest, .seconds(current.inSeconds * random.number(in: 0.9...1.1)))
    }

    /// A short pause for something that is expected any moment.
    package func soon() -> Duration { .seconds(min(first.inSeconds, 1) * random.number(in: 0.9...1.1)) }
}
