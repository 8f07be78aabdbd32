/// What a client may spend on retries, so that an outage is not made worse by everybody asking again.
struct RetryQuota {
    static let capacity = 500
    static let retry = 5
    static let retryAfterTimeout = 10
    /// What a call that went well at once brings in.
    static let success = 1

    private(set) var left = capacity

    /// False when there is not that much left.
    mutating func spend(_ cost: Int) -> Bool {
        guard cost <= left else { return false }
        left -= cost
        return true
    }

    mutating func refund(_ amount: Int) { left = min(Self.capacity, left + amount) }
}
