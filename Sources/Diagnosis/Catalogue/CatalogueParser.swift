/// Reads a catalogue: a heading `[ID] title` a class, and lines of a word and what it says of the class:
///
///     [FEED_LATE] The morning feed is late
///     rank 2
///     action delayed
///     cause The custodian had not sent its file when the job read it.
///     next Call the custodian's desk when it is later than 07:30.
///     any feed * not yet arrived
///
/// Words: rank, action, veto, cause, fix, impact, next, code, with, and for patterns aws, any, weak. A line with `;` first is a comment.
struct CatalogueParser {
    private(set) var classes: [FailureClass] = []
    private(set) var patterns: [BoundPattern] = []
    private var indices: [String: Int] = [:]
    /// Classes whose `next` lines of this text replace earlier ones.
    private var begun: Set<Int> = []

    mutating func read(_ text: String, path: String) throws(CatalogueError) {
        begun = []
        var current: Int?
        for (number, line) in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            let line = Self.trimmed(Substring(line))
            guard let first = line.utf8.first, first != UInt8(ascii: ";") else { continue }
            let place = "\(path):\(number + 1)"
            if first == UInt8(ascii: "[") {
                current = try open(line, place)
            } else if let current {
                try take(line, current, place)
            } else {
                throw CatalogueError(place: place, reason: "no [CLASS] above this line")
            }
        }
    }

    private mutating func open(_ line: Substring, _ place: String) throws(CatalogueError) -> Int {
        guard let close = line.utf8.firstIndex(of: UInt8(ascii: "]")) else { throw CatalogueError(place: place, reason: "no ']' in this heading") }
        let id = String(line[line.utf8.index(after: line.startIndex)..<close])
        let title = String(Self.trimmed(line[line.utf8.index(after: close)...]))
        guard !id.isEmpty, id.utf8.allSatisfy({ ASCII.isWord($0) && $0 < 0x80 && !($0 &- 0x61 < 26) }), id != "UNKNOWN" else {
            throw CatalogueError(place: place, reason: "'\(id)' is no name for a class: capital letters, digits and _")
        }
        if let index = indices[id] {
            if !title.isEmpty { classes[index].title = title }
            return index
        }
        guard !title.isEmpty else { throw CatalogueError(place: place, reason: "\(id) has no title") }
        indices[id] = classes.count
        classes.append(FailureClass(id: id, title: title))
        return classes.count - 1
    }

    private mutating func take(_ line: Substring, _ index: Int, _ place: String) throws(CatalogueError) {
        let word = line.prefix { $0 != " " }
        let rest = Self.trimmed(line[word.endIndex...])
        let value = String(rest)
        guard !value.isEmpty else { throw CatalogueError(place: place, reason: "nothing behind '\(word)'") }
        switch word {
        case "rank": classes[index].rank = try Self.found(Int(value).flatMap { (1...9).contains($0) ? $0 : nil }, "rank is a number from 1 to 9", place)
        case "action": classes[index].action = try Self.found(Action(rawValue: value), "'\(value)' is no action", place)
        case "veto": classes[index].veto = try Self.found(Veto(rawValue: value), "'\(value)' is no veto", place)
        case "cause": classes[index].cause = value
        case "fix": classes[index].fix = value
        case "impact": classes[index].impact = value
        case "next":
            if begun.insert(index).inserted { classes[index].steps = [] }
            classes[index].steps.append(value)
        case "code": classes[index].codes.formUnion(try Self.numbers(rest, place))
        case "with": classes[index].compatibleCodes.formUnion(try Self.numbers(rest, place))
        case "aws": try add(rest, .aws, index, place)
        case "any": try add(rest, .any, index, place)
        case "weak": try add(rest, .weak, index, place)
        default: throw CatalogueError(place: place, reason: "unknown word '\(word)'")
        }
    }

    private mutating func add(_ text: Substring, _ channel: Channel, _ index: Int, _ place: String) throws(CatalogueError) {
        guard let all = Pattern.all(text.utf8) else { throw CatalogueError(place: place, reason: "braces do not match") }
        // An anchor of three bytes would be found in every other line.
        guard all.allSatisfy({ $0.anchor.count >= 4 }) else { throw CatalogueError(place: place, reason: "a pattern needs four characters in a row without * or #") }
        if channel != .aws { classes[index].isOfAWS = false }
        patterns += all.map { BoundPattern(classIndex: index, channel: channel, pattern: $0) }
    }

    private static func numbers(_ text: Substring, _ place: String) throws(CatalogueError) -> [Int] {
        let numbers = text.split(separator: " ").map { Int($0) }
        guard numbers.allSatisfy({ $0 != nil }) else { throw CatalogueError(place: place, reason: "'\(text)' are no exit codes") }
        return numbers.compactMap { $0 }
    }

    private static func found<Value>(_ value: Value?, _ reason: String, _ place: String) throws(CatalogueError) -> Value {
        guard let value else { throw CatalogueError(place: place, reason: reason) }
        return value
    }

    private static func trimmed(_ text: Substring) -> Substring {
        let bytes = text.utf8
        guard let first = bytes.firstIndex(where: { !ASCII.isSpace($0) }), let last = bytes.lastIndex(where: { !ASCII.isSpace($0) }) else { return "" }
        return text[first...last]
    }
}
