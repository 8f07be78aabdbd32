import Glibc

/// Lines into records and findings. A record is a line and what belongs to it: stack frames, causes, the exceptions of one chain.
struct RecordReader {
    private(set) var findings = LogFindings()
    private var log = FindingsLog()
    private let cues: [Cue]
    private let patternCount: Int
    private var record = 0
    /// The line that began the record: in the block that is being read, or of an earlier block and read already.
    private var headRange: Range<Int>?
    private var headLevel = LineLevel.none
    /// Where the text of the trace begins that is open: what stands further to the right belongs to a frame.
    private var traceColumn: Int?
    /// The next exception belongs to the record before it.
    private var isChained = false
    /// The line before ends with "exit status:".
    private var awaitsStatus = false

    init(_ catalogue: Catalogue) {
        patternCount = catalogue.patterns.count
        cues = Cue.all.map(\.cue)
    }

    /// Whole lines; the last one may lack its line feed.
    mutating func read(_ block: [UInt8], _ catalogue: Catalogue) {
        if findings.bytes == 0 { findings.isBinary = block.prefix(4096).contains(0) }
        findings.bytes += block.count
        block.withUnsafeBufferPointer { bytes in
            let hits = catalogue.keywords.hits(in: bytes)
            var hit = 0
            var start = 0
            while start < bytes.count, let base = bytes.baseAddress {
                let feed = memchr(base + start, 0x0a, bytes.count - start)
                let end = feed.map { UnsafePointer($0.assumingMemoryBound(to: UInt8.self)) - base } ?? bytes.count
                let first = hit
                while hit < hits.count, hits[hit].end < end { hit += 1 }
                take(bytes, start..<end, hits[first..<hit], catalogue)
                start = end + 1
            }
            settleHead(bytes)
        }
        log.write(to: &findings)
    }

    private mutating func take(_ block: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ hits: ArraySlice<KeywordAutomaton.Hit>, _ catalogue: Catalogue) {
        findings.lines += 1
        let end = range.upperBound > range.lowerBound && block[range.upperBound - 1] == 0x0d ? range.upperBound - 1 : range.upperBound
        guard end > range.lowerBound else { return }
        let bytes = UnsafeBufferPointer(rebasing: block[range.lowerBound..<end])
        let shape = shape(bytes)
        if shape == .head {
            findings.heads += 1
            if !isChained { record += 1 }
            isChained = false
            headRange = range.lowerBound..<end
        }
        var cue: Cue = []
        var hasPattern = false
        for hit in hits {
            if hit.keyword >= patternCount { cue.insert(cues[hit.keyword - patternCount]) } else { hasPattern = true }
        }
        // Most lines tell at most that the work goes on.
        if !hasPattern, traceColumn == nil, !awaitsStatus, cue.isSubset(of: [.progress, .retry]) {
            if shape == .frame { log.noteFrame(record: record) }
            return log.pass(cue, head: findings.heads)
        }
        if shape != .head { settleHead(block) }
        study(Array(bytes), shape, cue, hits.lazy.map(\.keyword).filter { [patternCount] in $0 < patternCount }, catalogue)
    }

    private mutating func settleHead(_ block: UnsafeBufferPointer<UInt8>) {
        guard let range = headRange else { return }
        headLevel = LineLevel.read(Array(block[range.prefix(200)])).level
        headRange = nil
    }

    private enum Shape { case head, continuation, frame }

    private func shape(_ bytes: UnsafeBufferPointer<UInt8>) -> Shape {
        let first = bytes[0]
        if first == 0x20 || first == 0x09 {
            let text = bytes.drop(while: ASCII.isSpace)
            return text.starts(with: "at ".utf8) || text.starts(with: "File \"".utf8) || text.starts(with: "... ".utf8) ? .frame : .continuation
        }
        if first == UInt8(ascii: "C"), bytes.starts(with: "Caused by".utf8) || first == UInt8(ascii: "S") && bytes.starts(with: "Suppressed:".utf8) { return .continuation }
        return .head
    }

    private mutating func study<Keywords: Sequence<Int>>(_ line: [UInt8], _ shape: Shape, _ cue: Cue, _ keywords: Keywords, _ catalogue: Catalogue) {
        let text = line.contains(0x1b) ? Self.withoutColours(line) : line
        let (ownLevel, start) = LineLevel.read(text)
        if shape == .head { (headRange, headLevel) = (nil, ownLevel) }
        let level = ownLevel == .none && shape != .head ? headLevel : ownLevel
        let column = start > 0 ? start : text.firstIndex { !ASCII.isSpace($0) } ?? 0
        let isSource = traceColumn.map { column > $0 } ?? false
        if !isSource { traceColumn = nil }
        if cue.contains(.traceback) { traceColumn = column }
        if isTraceLink(text, start) { isChained = true }
        readStatus(text)
        if shape == .frame || isFrame(text) { log.noteFrame(record: record) }
        guard shape != .frame, !isSource || cue.contains(.traceback), !isFrame(text) else { return }
        if cue.contains(.order) {
            findings.orders += 1
            return
        }
        log.take(Observed(line: LogLine(number: findings.lines, bytes: line), text: text, level: level, start: start, cue: cue, head: findings.heads, record: record), keywords, catalogue)
    }

    /// Nextflow writes the exit status below its heading.
    private mutating func readStatus(_ text: [UInt8]) {
        let words = String(decoding: text.suffix(40), as: UTF8.self).split(separator: " ")
        if awaitsStatus, words.count == 1, let code = Int(words[0]) { findings.statedExitCode = (code, LogLine(number: findings.lines, bytes: text)) }
        awaitsStatus = words.last == "status:" && words.dropLast().last == "exit"
    }

    /// A Java frame behind something that writes its own beginning of every line.
    private func isFrame(_ text: [UInt8]) -> Bool {
        guard let place = Pattern.find(Array("at ".utf8), in: text, from: 0, to: min(text.count, 80)), place > 0, ASCII.isSpace(text[place - 1]) else { return false }
        return [".java:", ".kt:", ".scala:", "(native method)", "(unknown source)"].contains { Pattern.find(Array($0.utf8), in: text, from: place, to: text.count) != nil }
    }

    /// Without the sequences that colour a terminal: ESC [ … letter.
    private static func withoutColours(_ line: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        var index = 0
        while index < line.count {
            if line[index] == 0x1b, index + 1 < line.count, line[index + 1] == UInt8(ascii: "[") {
                index = line[(index + 2)...].firstIndex(where: ASCII.isLetter).map { $0 + 1 } ?? line.count
            } else {
                text.append(line[index])
                index += 1
            }
        }
        return text
    }

    private func isTraceLink(_ line: [UInt8], _ start: Int) -> Bool {
        let text = line[min(start, line.count)...]
        return text.starts(with: "During handling of the above".utf8) || text.starts(with: "The above exception was the direct".utf8)
    }
}

/// A line with all that was made out of it.
struct Observed {
    let line: LogLine
    /// The line without colours.
    let text: [UInt8]
    let level: LineLevel
    let start: Int
    let cue: Cue
    let head: Int
    let record: Int
}
