extension Pattern {
    /// How far `*` reaches, in bytes: far enough for a path, too short to join two records of a long line.
    private static let reach = 300

    /// Where it matches in the line, the first place; `start` is where the message begins behind time and level.
    func match(in line: [UInt8], start: Int) -> Range<Int>? {
        guard !pieces.isEmpty else { return nil }
        if isAtStart { return end(0, line, start).flatMap { isWhole(start..<$0, in: line) ? start..<$0 : nil } }
        var from = 0
        while let place = firstPlace(in: line, from: from) {
            if let end = end(0, line, place), isWhole(place..<end, in: line) { return place..<end }
            from = place + 1
        }
        return nil
    }

    private func firstPlace(in line: [UInt8], from: Int) -> Int? {
        switch pieces[0] {
        case .literal(let bytes): Self.find(bytes, in: line, from: from, to: line.count)
        case .digits: line[min(from, line.count)...].firstIndex(where: ASCII.isDigit)
        case .capitals: line[min(from, line.count)...].firstIndex(where: ASCII.isCapital)
        case .anything: from == 0 ? 0 : nil
        }
    }

    /// The end of a match of the pieces from `index` on that begins at `place`, nil without one.
    private func end(_ index: Int, _ line: [UInt8], _ place: Int) -> Int? {
        guard index < pieces.count else {
            return isAtEnd && line[place...].contains { !ASCII.isSpace($0) } ? nil : place
        }
        switch pieces[index] {
        case .literal(let bytes):
            return Self.stands(bytes, in: line, at: place) ? end(index + 1, line, place + bytes.count) : nil
        case .digits, .capitals:
            let run = line[place...].prefix(while: pieces[index] == .digits ? ASCII.isDigit : ASCII.isCapital)
            return run.isEmpty ? nil : end(index + 1, line, run.endIndex)
        case .anything:
            guard index + 1 < pieces.count else { return isAtEnd ? line.count : place }
            for next in place...max(place, min(line.count, index == 0 ? line.count : place + Self.reach)) {
                if let end = end(index + 1, line, next) { return end }
            }
            return nil
        }
    }

    private func isWhole(_ range: Range<Int>, in line: [UInt8]) -> Bool {
        guard !range.isEmpty else { return true }
        if pieces.first != .anything, range.lowerBound > 0, ASCII.isWord(line[range.lowerBound]), ASCII.isWord(line[range.lowerBound - 1]) { return false }
        if pieces.last != .anything, range.upperBound < line.count, ASCII.isWord(line[range.upperBound - 1]), ASCII.isWord(line[range.upperBound]) { return false }
        return true
    }

    private static func stands(_ literal: [UInt8], in line: [UInt8], at place: Int) -> Bool {
        guard place + literal.count <= line.count else { return false }
        for offset in literal.indices where ASCII.lower(line[place + offset]) != literal[offset] { return false }
        return true
    }

    static func find(_ literal: [UInt8], in line: [UInt8], from: Int, to end: Int) -> Int? {
        guard let first = literal.first, from + literal.count <= end else { return nil }
        for place in from...(end - literal.count) where ASCII.lower(line[place]) == first && stands(literal, in: line, at: place) { return place }
        return nil
    }
}
