import Effects

/// `--max-runtime`, counted from the start of the work in AWS.
struct RuntimeLimit {
    private(set) var next: Instant?
    private(set) var wasStopped = false
    private(set) var wasTried = false
    /// By AWS's clock, a little early.
    var stopSent = Timestamp(millisecondsSinceEpoch: 0)

    init(_ limit: Duration?, elapsed: Duration, now: Instant) {
        next = limit.map { now + ($0 - elapsed) }
    }

    func isOver(at now: Instant) -> Bool { next.map { now >= $0 } ?? false }

    mutating func stopped() {
        (next, wasStopped, wasTried) = (nil, true, true)
    }

    mutating func retry(at time: Instant) {
        (next, wasTried) = (time, true)
    }
}
