/// How serious a line calls itself.
enum LineLevel: Equatable, Sendable {
    case error, warning, chatter
    /// It does not say.
    case none

    private static let words: [[UInt8]: LineLevel] = {
        let named: [(LineLevel, String)] = [
            (.error, "error fatal severe critical crit alert emerg err"), (.warning, "warn warning wrn"),
            (.chatter, "info debug trace notice verbose fine inf dbg note hint"),
        ]
        return named.reduce(into: [:]) { words, entry in
            for word in entry.1.utf8.split(separator: UInt8(ascii: " ")) { words[Array(word)] = entry.0 }
        }
    }()

    /// The level in a line's first bytes, and where the message begins behind time, level and what stands in brackets.
    static func read(_ line: [UInt8]) -> (level: LineLevel, start: Int) {
        var index = 0
        var start = message(in: line, from: 0)
        var named = 0
        let end = min(line.count, 160)
        while index < end, named < 4 {
            while index < end, ASCII.isSpace(line[index]) { index += 1 }
            let word = index..<(line[index..<end].firstIndex(where: ASCII.isSpace) ?? end)
            guard !word.isEmpty else { break }
            index = word.upperBound
            switch prefix(line[word]) {
            case .level(let level): return (level, message(in: line, from: index))
            case .decoration: if named == 0 { start = message(in: line, from: index) }
            // Perhaps the logger's name, and the level behind it.
            case .name: named += 1
            }
        }
        return (keyed(line[..<end]), start)
    }

    private static func message(in line: [UInt8], from index: Int) -> Int {
        line[index...].firstIndex { !ASCII.isSpace($0) } ?? line.count
    }

    private enum Prefix {
        /// A time, a number, something in brackets, a dash.
        case decoration
        case level(LineLevel)
        case name
    }

    private static func prefix(_ word: ArraySlice<UInt8>) -> Prefix {
        let core = word.filter { !"[](){}<>:|,-=*\"".utf8.contains($0) }
        if core.isEmpty { return .decoration }
        let isMarked = word.first == UInt8(ascii: "[") || word.last == UInt8(ascii: ":") || word.last == UInt8(ascii: "]")
        if core.count <= 8, isMarked || !core.contains(where: { $0 &- 0x61 < 26 }), let level = words[core.map(ASCII.lower)] { return .level(level) }
        if let first = word.first, word.count == 5, word.dropFirst().allSatisfy(ASCII.isDigit), let level = glog[first] { return .level(level) }
        // ERROR:root:message
        if let colon = word.firstIndex(of: UInt8(ascii: ":")), colon > word.startIndex, word[..<colon].allSatisfy({ $0 &- 0x41 < 26 }),
            let level = words[word[..<colon].map(ASCII.lower)] { return .level(level) }
        if word.first == UInt8(ascii: "[") || word.last == UInt8(ascii: "]") { return .decoration }
        let digits = word.count(where: ASCII.isDigit)
        if digits > 0, digits * 2 >= word.count { return .decoration }
        return .name
    }

    /// E1120 12:00:00.000000: an error of 20 November.
    private static let glog: [UInt8: LineLevel] = [UInt8(ascii: "E"): .error, UInt8(ascii: "F"): .error, UInt8(ascii: "W"): .warning, UInt8(ascii: "I"): .chatter]

    /// `level=error`, `"level":"error"`, `"severity": "ERROR"`.
    private static func keyed(_ head: ArraySlice<UInt8>) -> LineLevel {
        let bytes = Array(head)
        for key in ["level", "severity", "lvl"] {
            guard let place = Pattern.find(Array(key.utf8), in: bytes, from: 0, to: bytes.count) else { continue }
            let value = bytes[(place + key.utf8.count)...].drop { "\"'=: ".utf8.contains($0) }.prefix(while: ASCII.isLetter).map(ASCII.lower)
            if let found = words[value] { return found }
        }
        return .none
    }
}
