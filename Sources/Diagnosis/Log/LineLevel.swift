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
        var level = LineLevel.none
        var index = 0
        var start = 0
        let end = min(line.count, 160)
        while index < end {
            while index < end, ASCII.isSpace(line[index]) { index += 1 }
            let word = index..<(line[index..<end].firstIndex(where: ASCII.isSpace) ?? end)
            guard !word.isEmpty, let kind = kind(of: line[word]) else { break }
            if case .level(let found) = kind, level == .none { level = found }
            if case .named = kind, level != .none { break }
            index = word.upperBound
            // A level with a colon is followed by the message.
            start = index
            while start < line.count, ASCII.isSpace(line[start]) { start += 1 }
        }
        if level == .none { level = keyed(line[..<end]) }
        return (level, start)
    }

    private enum Prefix {
        /// A time, a number, something in brackets, a dash.
        case decoration
        case named
        case level(LineLevel)
    }

    /// What a word in front of a message is; nil when the message begins with it.
    private static func kind(of word: ArraySlice<UInt8>) -> Prefix? {
        let letters = word.filter { ASCII.isLetter($0) }.map(ASCII.lower)
        let core = word.filter { !"[](){}<>:|,-=*\"".utf8.contains($0) }
        let isUpper = !letters.isEmpty && word.allSatisfy { !($0 &- 0x61 < 26) }
        if core.count == letters.count, letters.count <= 8, isUpper || word.last == UInt8(ascii: ":") || word.first == UInt8(ascii: "["), let found = words[letters] {
            return .level(found)
        }
        if word.first == UInt8(ascii: "[") || word.last == UInt8(ascii: "]") { return .decoration }
        // glog: E1120 12:00:00.000000
        if word.count == 5, word.dropFirst().allSatisfy(ASCII.isDigit), let first = word.first { 
            if first == UInt8(ascii: "E") || first == UInt8(ascii: "F") { return .level(.error) }
            if first == UInt8(ascii: "W") { return .level(.warning) }
            if first == UInt8(ascii: "I") { return .level(.chatter) }
        }
        // ERROR:root:message, WARNING:urllib3.connectionpool:message
        if let colon = word.firstIndex(of: UInt8(ascii: ":")), colon > word.startIndex {
            let head = word[..<colon].map(ASCII.lower)
            if word[..<colon].allSatisfy({ $0 &- 0x41 < 26 }), let found = words[head] { return .level(found) }
        }
        let digits = word.count(where: ASCII.isDigit)
        if digits > 0, digits * 2 >= word.count, word.contains(where: { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: ".") }) { return .decoration }
        if core.isEmpty || digits == word.count && digits <= 8 { return .decoration }
        return nil
    }

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
