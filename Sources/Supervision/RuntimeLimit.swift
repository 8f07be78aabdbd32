import Effects

/// `--max-runtime`, counted from the start of the work in AWS.
struct RuntimeLimit {
    private(set) var next: Instant?
    private(set) var wasTried = false
    /// When the first stop was sent, by AWS's clock and a little early.
    var stopSent: Timestamp?

    init(_ limit: Duration?, elapsed: Duration, now: Instant) {
        next = limit.map { now + ($0 - elapsed) }
    }

    func isOver(at now: Instant) -> Bool { next.map { now >= $0 } ?? false }

    mutating func stopped() {
        (next, wasTried) = (nil, true)
    }

    mutating func retry(at time: Instant) {
        (next, wasTried) = (time, true)
    }
}
