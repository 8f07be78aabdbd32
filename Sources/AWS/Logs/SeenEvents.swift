/// The events of one stream that have been printed, by the hash of their id. Those of the newest two minutes are
/// remembered, and `limit` in any case; what is not newer than `floor` may have been forgotten.
struct SeenEvents {
    private var hashes: Set<Int> = []
    /// In the order in which they came; those before `start` are forgotten.
    private var order: [(hash: Int, time: Int64)] = []
    private var start = 0
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
        guard hashes.insert(hash).inserted else { return false }
        newest = max(newest ?? time, time)
        order.append((hash, time))
        if order.count - start > limit { forgetOldest() }
        return true
    }

    private mutating func forgetOldest() {
        guard let newest, order[start].time < newest - Self.window else { return }
        hashes.remove(order[start].hash)
        floor = max(floor ?? order[start].time, order[start].time)
        start += 1
        if start > order.count / 2 {
            order.removeFirst(start)
            start = 0
        }
    }
}
