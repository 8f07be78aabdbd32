import Effects

/// How often one runner may read logs. CloudWatch counts reads per account, region and second, and others read too: a
/// runner takes at most nine tenths of that in a second and two fifths in ten, and slows down when AWS throttles.
/// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html (FilterLogEvents)
struct ReadBudget {
    private let perSecond: Int
    private let perTenSeconds: Int
    /// Of the last ten seconds.
    private var reads: [Instant] = []
    /// Between two reads, once AWS has throttled.
    private var spacing: Duration?
    private var pausedUntil: Instant?
    private let random: Randomness

    init(region: String, random: Randomness) {
        let quota: Double =
            switch region {
            case "us-east-1": 25
            case "eu-central-1", "ap-northeast-3", "ap-southeast-3", "ca-west-1", "il-central-1": 5
            default: 10
            }
        (perSecond, perTenSeconds) = (Int(quota * 0.9), Int(quota * 4))
        self.random = random
    }

    mutating func take(at now: Instant) -> Bool {
        guard next(at: now) <= now else { return false }
        reads.removeAll { now - $0 >= .seconds(10) }
        reads.append(now)
        return true
    }

    /// When the next read may be made.
    func next(at now: Instant) -> Instant {
        let second = reads.count >= perSecond ? reads[reads.count - perSecond] + .seconds(1) : now
        let tenSeconds = reads.count >= perTenSeconds ? reads[reads.count - perTenSeconds] + .seconds(10) : now
        let spaced = spacing.flatMap { spacing in reads.last.map { $0 + spacing } } ?? now
        return max(now, second, tenSeconds, spaced, pausedUntil ?? now)
    }

    mutating func succeeded() {
        guard let slow = spacing else { return }
        spacing = slow > .milliseconds(200) ? .seconds(slow.inSeconds / 1.5) : nil
    }

    /// One read in two minutes at least. Reads that were made together are throttled together: that counts once.
    mutating func throttled(at now: Instant) {
        guard pausedUntil.map({ now >= $0 }) ?? true else { return }
        let longer = min(120, (spacing?.inSeconds ?? 0.5) * 2)
        spacing = .seconds(longer)
        pausedUntil = now + .seconds(longer * random.number(in: 0.5...1.5))
    }
}
