package import Effects

/// The pause between status reads: grows by half each time, with jitter, so that a thousand jobs that started together
/// do not ask together.
package struct PollPace {
    private let first: Duration
    private let longest: Duration
    private let longestAfterFailure: Duration
    private let random: Randomness
    private var current: Duration

    /// `giveUpAfter`: while reads fail the pause stays well below it, so that no single failure decides.
    package init(first: Duration, longest: Duration, giveUpAfter: Duration, random: Randomness) {
        let first = max(first, .milliseconds(50))
        self.first = first
        self.longest = max(first, longest)
        longestAfterFailure = max(.milliseconds(100), .seconds(giveUpAfter.inSeconds / 8))
        self.random = random
        current = first
    }

    package mutating func next() -> Duration {
        defer { current = min(longest, .seconds(current.inSeconds * 1.5)) }
        return min(longest, .seconds(current.inSeconds * random.number(in: 0.9...1.1)))
    }

    /// Begins to grow from this pause again.
    package mutating func restart(at pause: Duration) { current = min(longest, max(first, pause)) }

    package mutating func afterFailure() -> Duration { min(next(), longestAfterFailure) }

    /// A short pause for something that is expected any moment.
    package func soon() -> Duration { .seconds(min(first.inSeconds, 1) * random.number(in: 0.9...1.1)) }
}
