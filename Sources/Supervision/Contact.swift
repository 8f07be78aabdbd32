import Effects

/// How long AWS has left questions unanswered, and what to say about it.
struct Contact {
    private let giveUpAfter: Duration
    /// When the first question was asked that has no answer yet.
    private var askedSince: Instant?
    private var lastWarning: Instant?
    private(set) var reason = "no reply"

    init(giveUpAfter: Duration) {
        self.giveUpAfter = giveUpAfter
    }

    mutating func asked(at now: Instant) { askedSince = askedSince ?? now }

    /// The length of the silence that ends here, when it had been warned about.
    mutating func answered(at now: Instant) -> Duration? {
        defer { (askedSince, lastWarning) = (nil, nil) }
        return lastWarning == nil ? nil : askedSince.map { now - $0 }
    }

    mutating func failed(_ reason: String) { self.reason = reason }

    /// Once after half a minute, or half the time there is, then every five minutes.
    mutating func dueWarning(at now: Instant) -> Duration? {
        guard let askedSince, now - askedSince >= min(.seconds(30), .seconds(giveUpAfter.inSeconds / 2)) else { return nil }
        guard lastWarning.map({ now - $0 >= .seconds(300) }) ?? true else { return nil }
        lastWarning = now
        return now - askedSince
    }

    func isLost(at now: Instant) -> Bool { askedSince.map { now - $0 >= giveUpAfter } ?? false }

    /// When silence has to be looked at again.
    var next: Instant? {
        askedSince.map { since in
            lastWarning.map { min($0 + .seconds(300), since + giveUpAfter) } ?? since + min(.seconds(30), .seconds(giveUpAfter.inSeconds / 2))
        }
    }
}
