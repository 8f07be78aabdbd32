/// The first true cause in a log, told from its consequences, from what was tried again and worked, and from wrappers.
struct LogCause {
    let best: Sighting?
    /// Other causes were reported as loudly.
    let isContested: Bool
    /// Only warnings speak for it.
    let isSoft: Bool
    /// An error of which the catalogue knows nothing came first, or comes last.
    let isOvershadowed: Bool

    private static let nothing = LogCause(best: nil, isContested: false, isSoft: false, isOvershadowed: false)

    private init(best: Sighting?, isContested: Bool, isSoft: Bool, isOvershadowed: Bool) {
        (self.best, self.isContested, self.isSoft, self.isOvershadowed) = (best, isContested, isSoft, isOvershadowed)
    }

    init(_ log: LogFindings, _ catalogue: Catalogue) {
        let alive = log.sightings.filter { !$0.isRecovered && catalogue.classes[$0.classIndex].isCause }
        let ranks = Ranks(catalogue)
        let loud = Self.lastEpisode(alive.filter { !$0.isSoft }, log, ranks)
        if let first = Self.first(loud, ranks) {
            let others = loud.contains { $0.classIndex != first.classIndex && $0.record != first.record && ranks[$0] <= ranks[first] && $0.head - first.head > 3 }
            self.init(best: first, isContested: others, isSoft: false, isOvershadowed: Self.isOvershadowed(first, log, ranks))
        } else if let last = Self.nearTheEnd(alive.filter(\.isSoft), log, ranks) {
            self.init(best: last, isContested: false, isSoft: true, isOvershadowed: false)
        } else {
            self = Self.nothing
        }
    }

    struct Ranks {
        let catalogue: Catalogue
        init(_ catalogue: Catalogue) { self.catalogue = catalogue }
        subscript(sighting: Sighting) -> Int { catalogue.classes[sighting.classIndex].rank + (sighting.isWeak ? 3 : 0) }
    }

    /// Errors long ago, after which much of the work was done, were got over.
    private static func lastEpisode(_ loud: [Sighting], _ log: LogFindings, _ ranks: Ranks) -> [Sighting] {
        guard let last = loud.last else { return [] }
        let end = max(last.progress, log.unknown.last { $0.isMarked && !$0.isVerdict }?.progress ?? 0)
        return loud.filter { end - $0.progress < 4 || $0.isFatal }
    }

    /// The first; of those that tell of the same failure, a record and what is logged at once behind it, the nearest to the root.
    private static func first(_ loud: [Sighting], _ ranks: Ranks) -> Sighting? {
        let firm = loud.filter { ranks[$0] <= 5 }
        guard var first = firm.first ?? loud.first else { return nil }
        // A reset that nobody called an error is everywhere; a plain cause far behind it is more.
        if !first.isMarked, ranks[first] >= 4, let later = firm.first(where: { ranks[$0] <= 2 && $0.head - first.head > 8 }) { first = later }
        let pool = firm.isEmpty ? loud : firm
        let together = pool.filter { $0.record == first.record || $0.head - first.head <= 2 && ranks[first] >= 3 }
        return together.min { (ranks[$0], $0.line.number) < (ranks[$1], $1.line.number) } ?? first
    }

    /// A warning counts when the failure follows it at once.
    private static func nearTheEnd(_ soft: [Sighting], _ log: LogFindings, _ ranks: Ranks) -> Sighting? {
        let failure = log.unknown.first { $0.isMarked || $0.isVerdict }?.head ?? log.heads
        let near = soft.filter { sighting in log.progress == sighting.progress && failure - sighting.head <= 8 && failure >= sighting.head - 2 }
        return near.min { (ranks[$0], $0.line.number) < (ranks[$1], $1.line.number) }
    }

    /// Broken pipes and the like follow from what came before; an unknown error in front of one is the cause.
    private static func isOvershadowed(_ first: Sighting, _ log: LogFindings, _ ranks: Ranks) -> Bool {
        let isConsequence = first.isWeak || ranks[first] >= 4
        if isConsequence, log.unknown.contains(where: { $0.isMarked && !$0.isVerdict && first.head - $0.head > 0 && first.record != $0.record && $0.progress + 4 > first.progress }) { return true }
        return log.unknown.contains { $0.isMarked && !$0.isVerdict && $0.progress - first.progress >= 4 && $0.head - first.head > 12 && !first.isFatal }
    }
}
