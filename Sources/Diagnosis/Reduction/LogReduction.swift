/// A line of an excerpt, by our number, with how many lines of its kind the whole log has.
package struct ExcerptLine: Equatable, Sendable {
    package let line: LogLine
    package let kindred: Int
}

/// Cuts a log of any length down to what a reader needs: errors with what stands around them, lines that good runs do not
/// log, each kind of line once, and the end. Memory stays within some megabytes.
package struct LogReduction {
    private struct Kind {
        var count: Int
        let sample: LogLine
    }

    private let catalogue: Catalogue
    private let baseline: Baseline
    private var kinds: [Template: Kind] = [:]
    /// Errors and their surroundings, the first ones and the last ones.
    private var firstTrouble: [LogLine] = []
    private var lastTrouble: [LogLine] = []
    private var recent: [LogLine] = []
    private var owed = 0
    private var number = 0
    private var rest: [UInt8] = []

    private static let around = 3
    private static let bounds = (trouble: 400, kinds: 20_000, sample: 1024)

    package init(_ catalogue: Catalogue, baseline: Baseline = Baseline()) {
        (self.catalogue, self.baseline) = (catalogue, baseline)
    }

    /// The log piece by piece, masked already.
    package mutating func read(_ bytes: [UInt8]) {
        guard let last = bytes.lastIndex(of: UInt8(ascii: "\n")) else {
            if rest.count < 1 << 20 { rest += bytes }
            return
        }
        take(rest + bytes[...last])
        rest = Array(bytes[(last + 1)...])
    }

    private mutating func take(_ block: [UInt8]) {
        block.withUnsafeBufferPointer { bytes in
            let hits = catalogue.keywords.hits(in: bytes)
            var hit = 0
            var start = 0
            while start < bytes.count {
                let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
                var isTrouble = false
                while hit < hits.count, hits[hit].end < end {
                    isTrouble = isTrouble || catalogue.isTrouble(hits[hit].keyword)
                    hit += 1
                }
                number += 1
                see(UnsafeBufferPointer(rebasing: bytes[start..<end]), isTrouble)
                start = end + 1
            }
        }
    }

    private mutating func see(_ bytes: UnsafeBufferPointer<UInt8>, _ isTrouble: Bool) {
        let template = Template(bytes)
        let line = LogLine(number: number, bytes: Array(bytes.prefix(Self.bounds.sample)))
        if kinds[template] != nil || kinds.count < Self.bounds.kinds { kinds[template, default: Kind(count: 0, sample: line)].count += 1 }
        // An error that good runs log as well is none.
        if isTrouble, !baseline.knows(line.bytes) {
            recent.forEach { keep($0) }
            recent = []
            keep(line)
            owed = Self.around
        } else if owed > 0 {
            keep(line)
            owed -= 1
        } else {
            recent.append(line)
            if recent.count > Self.around { recent.removeFirst() }
        }
    }

    private mutating func keep(_ line: LogLine) {
        if firstTrouble.count < Self.bounds.trouble { return firstTrouble.append(line) }
        lastTrouble.append(line)
        if lastTrouble.count > 2 * Self.bounds.trouble { lastTrouble.removeFirst(Self.bounds.trouble) }
    }

    /// At most `budget` bytes of lines, in the log's order. First errors before the end, the end before what is merely new.
    package mutating func finish(budget: Int) -> [ExcerptLine] {
        if !rest.isEmpty { take(rest) }
        rest = []
        let unusual = kinds.values.filter { !baseline.knows($0.sample.bytes) }.sorted { ($0.count, $0.sample.number) < ($1.count, $1.sample.number) }
        var left = budget
        var taken: [Int: LogLine] = [:]
        var kindsTaken: [Template: Int] = [:]
        for line in firstTrouble + recent.reversed() + lastTrouble.reversed() + unusual.map(\.sample) where taken[line.number] == nil {
            let template = line.bytes.withUnsafeBufferPointer { Template($0) }
            // Of one kind three are enough.
            guard line.bytes.count < left, kindsTaken[template, default: 0] < 3 else { continue }
            kindsTaken[template, default: 0] += 1
            taken[line.number] = line
            left -= line.bytes.count + 1
        }
        return taken.values.sorted { $0.number < $1.number }.map { line in
            ExcerptLine(line: line, kindred: line.bytes.withUnsafeBufferPointer { kinds[Template($0)]?.count ?? 1 })
        }
    }
}
