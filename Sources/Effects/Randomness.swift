/// Jitter for pauses: a value so that tests can fix it.
package struct Randomness {
    private let next: () -> Double

    /// `next` gives numbers in 0..<1.
    package init(next: @escaping () -> Double) {
        self.next = next
    }

    package static var system: Randomness { Randomness { Double.random(in: 0..<1) } }

    package func number(in range: ClosedRange<Double>) -> Double {
        range.lowerBound + next() * (range.upperBound - range.lowerBound)
    }
}
