/// The events of one stream that have been printed, by the hash of their id. Those of the newest two minutes are
/// remembered, and `limit` in any case; what is not newer than `floor` may have been forgotten.
struct SeenEvents {
    /// Of some eight seconds, remembered and forgotten together: an event has one time.
    private struct Span {
        let number: Int64
        var hashes: Set<Int> = []

        init(_ number: Int64) { self.number = number }

        static func number(of time: Int64) -> Int64 { time >> 13 }
        /// Milliseconds since 1970.
        var last: Int64 { (number + 1) << 13 - 1 }
    }

    /// In order of time.
    private var spans: [Span] = []
    private var count = 0
    private let limit: Int
    /// Milliseconds since 1970.
    private(set) var floor: Int64?
    private(set) var newest: Int64?

    /// Milliseconds; no read begins earlier before the newest event than that.
    static let window: Int64 = 120_000

    init(limit: Int) {
        self.limit = limit
    }

    /// False when it has been there before, or is too old to tell.
    mutating func insert(_ hash: Int, time: Int64) -> Bool {
        if let floor, time <= floor { return false }
        let index = index(of: Span.number(of: time))
        guard spans[index].hashes.insert(hash).inserted else { return false }
        newest = max(newest ?? time, time)
        count += 1
        if count > limit { forgetOldest() }
        return true
    }

    /// Where the span is, made if need be; mostly it is the last.
    private mutating func index(of number: Int64) -> Int {
        if spans.last?.number == number { return spans.endIndex - 1 }
        var (low, high) = (spans.startIndex, spans.endIndex)
        while low < high {
            let middle = (low + high) / 2
            if spans[middle].number < number { low = middle + 1 } else { high = middle }
        }
        if low == spans.endIndex || spans[low].number != number { spans.insert(Span(number), at: low) }
        return low
    }

    private mutating func forgetOldest() {
        guard let oldest = spans.first, let newest, count - oldest.hashes.count >= limit, oldest.last < newest - Self.window else { return }
        count -= oldest.hashes.count
        floor = oldest.last
        spans.removeFirst()
    }
}
