/// The events of one stream that have been printed, by the hash of their id. The newest `limit` are remembered; what is
/// not newer than `floor` may have been forgotten.
struct SeenEvents {
    private var hashes: Set<Int> = []
    /// A ring once it is full; `next` is its oldest entry.
    private var ring: [(hash: Int, time: Int64)] = []
    private var next = 0
    private let limit: Int
    /// Milliseconds since 1970.
    private(set) var floor: Int64?
    private(set) var newest: Int64?

    init(limit: Int) {
        self.limit = limit
    }

    /// False when it has been there before, or is too old to tell.
    mutating func insert(_ hash: Int, time: Int64) -> Bool {
        if let floor, time <= floor { return false }
        guard hashes.insert(hash).inserted else { return false }
        newest = max(newest ?? time, time)
        if ring.count < limit {
            ring.append((hash, time))
        } else {
            hashes.remove(ring[next].hash)
            floor = max(floor ?? ring[next].time, ring[next].time)
            ring[next] = (hash, time)
            next = (next + 1) % limit
        }
        return true
    }
}
