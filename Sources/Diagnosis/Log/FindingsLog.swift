/// Collects what lines tell, within bounds: of each class the first and the last sightings, of unknown errors too.
struct FindingsLog {
    private var first: [Sighting] = []
    private var last: [Sighting] = []
    private var perClass: [Int: Int] = [:]
    private var unknownFirst: [UnknownError] = []
    private var unknownLast: [UnknownError] = []
    private var progress = 0

    private static let kept = (perClass: 8, last: 64, unknown: 48)
    /// How many records a retry, a last try or a recovery speaks for.
    private static let reach = (retry: 2, exhausted: 60, recovery: 60, success: 12)

    /// A line that shows nothing but that the work goes on, or that something is tried again.
    mutating func pass(_ cue: Cue, head: Int) {
        if cue.contains(.progress) {
            progress += 1
            change(since: head - Self.reach.success) { if $0.isSoft && !$0.isExhausted { $0.isRecovered = true } }
        }
        if cue.contains(.retry) { soften(head) }
    }

    mutating func take<Keywords: Sequence<Int>>(_ seen: Observed, _ keywords: Keywords, _ catalogue: Catalogue) {
        let isFinal = seen.cue.contains(.exhausted)
        let isRetry = seen.cue.contains(.retry) && !isFinal
        if isFinal { change(since: seen.head - Self.reach.exhausted) { $0.isSoft = false; $0.isExhausted = true } }
        if seen.cue.contains(.recovery), seen.level != .error { change(since: seen.head - Self.reach.recovery) { if !$0.isFatal { $0.isRecovered = true } } }
        let isFatal = Pattern.find(Array("fatal".utf8), in: seen.text, from: 0, to: min(seen.text.count, 120)) != nil
        let isSoft = isRetry || seen.level == .warning || seen.level == .chatter
        var isKnown = false
        // In a log those words prove nothing, and are no exception of the program either.
        var speaksAsAWS = false
        var tried: [Int] = []
        for keyword in keywords where !tried.contains(keyword) {
            tried.append(keyword)
            let bound = catalogue.patterns[keyword]
            guard let range = bound.pattern.match(in: seen.text, start: seen.start) else { continue }
            if bound.channel == .aws {
                speaksAsAWS = true
                continue
            }
            isKnown = true
            guard Wording.isReport(range, in: seen.text, level: seen.level) else { continue }
            keep(Sighting(
                classIndex: bound.classIndex, isWeak: bound.channel == .weak, line: seen.line, head: seen.head, record: seen.record, progress: progress,
                isMarked: seen.level == .error, isFatal: isFatal && !isRetry, isSoft: isSoft && !isFinal, isExhausted: isFinal))
        }
        if isRetry, seen.level != .error { soften(seen.head) }
        if !isRetry, !isKnown { judgeUnknown(seen, mayBeException: !speaksAsAWS) }
        if seen.cue.contains(.progress), !seen.cue.contains(.trouble), seen.level != .error { pass(.progress, head: seen.head) }
    }

    private mutating func judgeUnknown(_ seen: Observed, mayBeException: Bool) {
        guard seen.level == .error || seen.level == .none && !seen.cue.isDisjoint(with: [.trouble, .verdict]) else { return }
        let bytes = seen.text
        for word in ["error", "fail", "exception"] {
            guard let place = Pattern.find(Array(word.utf8), in: bytes, from: 0, to: bytes.count) else { continue }
            if seen.level != .error, !Wording.isReport(place..<(place + word.utf8.count), in: bytes, level: seen.level) { return }
        }
        let error = UnknownError(
            line: seen.line, head: seen.head, record: seen.record, progress: progress, isException: mayBeException && seen.level == .none && Self.namesException(seen.text),
            isVerdict: !seen.cue.isDisjoint(with: [.verdict, .exhausted]), isMarked: seen.level == .error || Self.callsItselfAnError(seen))
        if unknownFirst.count < Self.kept.unknown { return unknownFirst.append(error) }
        unknownLast.append(error)
        if unknownLast.count > Self.kept.unknown { unknownLast.removeFirst(Self.kept.unknown / 2) }
    }

    /// Frames of this record follow.
    mutating func noteFrame(record: Int) {
        if unknownLast.last?.record == record { unknownLast[unknownLast.count - 1].isException = true }
        if unknownLast.isEmpty, unknownFirst.last?.record == record { unknownFirst[unknownFirst.count - 1].isException = true }
    }

    /// `some.package.NameError: …` at the beginning of the line.
    private static func namesException(_ text: [UInt8]) -> Bool {
        let name = text.prefix { ASCII.isWord($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "$") }
        return text.dropFirst(name.count).first == UInt8(ascii: ":") && ["Error", "Exception"].contains { name.count > $0.utf8.count && name.suffix($0.utf8.count).elementsEqual($0.utf8) }
    }

    /// "error: …", "Error in …", "X.Exception: …" without a level.
    private static func callsItselfAnError(_ seen: Observed) -> Bool {
        let message = seen.text[min(seen.start, seen.text.count)...].prefix(9).map(ASCII.lower)
        if ["error", "fatal", "exception", "abort", "panic", "died", "failed", "npm err!"].contains(where: { message.starts(with: $0.utf8) }) { return true }
        return ["error:", "exception:", "errors:", "failed:"].contains { Pattern.find(Array($0.utf8), in: seen.text, from: 0, to: seen.text.count) != nil }
    }

    private mutating func keep(_ sighting: Sighting) {
        perClass[sighting.classIndex, default: 0] += 1
        if perClass[sighting.classIndex, default: 0] <= Self.kept.perClass { return first.append(sighting) }
        last.append(sighting)
        if last.count > 2 * Self.kept.last { last.removeFirst(Self.kept.last) }
    }

    /// What was seen shortly before is to be tried again.
    private mutating func soften(_ head: Int) {
        change(since: head - Self.reach.retry) { if !$0.isFatal && !$0.isExhausted { $0.isSoft = true } }
    }

    private mutating func change(since head: Int, _ change: (inout Sighting) -> Void) {
        for index in first.indices.reversed() {
            guard first[index].head >= head else { break }
            change(&first[index])
        }
        for index in last.indices.reversed() {
            guard last[index].head >= head else { break }
            change(&last[index])
        }
    }

    func write(to findings: inout LogFindings) {
        findings.sightings = (first + last).sorted { $0.line.number < $1.line.number }
        findings.unknown = unknownFirst + unknownLast
        findings.progress = progress
    }
}
