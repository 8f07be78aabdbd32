package import Effects

/// How often one runner may read logs. CloudWatch counts reads per account and region, and others read too: a runner takes
/// at most two fifths of that, and everybody slows down together when AWS throttles.
/// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html (FilterLogEvents)
struct ReadBudget {
    /// Reads a second at best, and the size of a burst.
    private let fastest: Double
    private var rate: Double
    private var tokens: Double
    private var counted: Instant?
    private var pausedUntil: Instant?
    private let random: Randomness

    init(region: String, random: Randomness) {
        let quota: Double =
            switch region {
            case "us-east-1": 25
            case "eu-central-1", "ap-northeast-3", "ap-southeast-3", "ca-west-1", "il-central-1": 5
            default: 10
            }
        fastest = quota * 0.4
        rate = fastest
        tokens = fastest
        self.random = random
    }

    mutating func take(at now: Instant) -> Bool {
        refill(at: now)
        guard tokens >= 1, pausedUntil.map({ now >= $0 }) ?? true else { return false }
        tokens -= 1
        return true
    }

    /// When the next read may be made.
    mutating func next(at now: Instant) -> Instant {
        refill(at: now)
        let due = tokens >= 1 ? now : now + .seconds((1 - tokens) / rate)
        return max(due, pausedUntil ?? due)
    }

    private mutating func refill(at now: Instant) {
        let elapsed = counted.map { (now - $0).inSeconds } ?? 0
        tokens = min(max(1, min(rate, fastest)), tokens + elapsed * rate)
        counted = now
    }

    mutating func succeeded() { rate = min(fastest, rate * 1.1) }

    /// One read in two minutes at least.
    mutating func throttled(at now: Instant) {
        rate = max(1 / 120, rate / 2)
        tokens = 0
        pausedUntil = now + .seconds(min(120, 1 / rate) * random.number(in: 0.5...1.5))
    }
}
