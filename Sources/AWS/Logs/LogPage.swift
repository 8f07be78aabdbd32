import Glibc
import JSON

/// One reply to FilterLogEvents or GetLogEvents, read where it lies: a chatty job has millions of events.
final class LogPage {
    /// Without references, for there are so many.
    struct Event {
        var time: Int64?
        var ingested: Int64?
        /// Hash of the event's id; nil without one.
        var id: Int?
        /// Index in `streamNames`.
        var stream: Int?
        fileprivate var message: JSONScanner.Text?
    }

    private let body: [UInt8]
    private(set) var events: [Event] = []
    private(set) var streamNames: [String] = []
    /// Of FilterLogEvents; absent on the last page.
    private(set) var nextToken: String?
    /// Of GetLogEvents; the one that was sent, on the last page.
    private(set) var nextForwardToken: String?
    /// Where the name of the last event's stream stands in the body, and its index.
    private var lastStream: (range: Range<Int>, index: Int)?
    /// The members of the last event: what stands before their values, and what they are. The next has mostly the same.
    private var shape: [(before: Range<Int>, field: Field)] = []

    private enum Field { case time, ingested, id, stream, message, other }

    init(_ body: [UInt8]) throws(JSONError) {
        self.body = body
        let failure = body.withUnsafeBufferPointer { buffer -> JSONError? in
            do throws(JSONError) {
                try read(buffer)
                return nil
            } catch {
                return error
            }
        }
        if let failure { throw failure }
    }

    /// The token of the next page, found without reading the events before it; nil when that takes a reading. Within a
    /// string the quotes of the name would be escaped.
    static func token(_ name: String, atEndOf body: [UInt8]) -> String? {
        let member = Array("\"\(name)\":\"".utf8)
        return body.suffix(2048).withUnsafeBytes { end in
            let places = 0..<max(0, end.count - member.count)
            guard let start = end.baseAddress, let place = places.first(where: { memcmp(start + $0, member, member.count) == 0 }) else { return nil }
            let rest = UnsafeRawBufferPointer(rebasing: end[(place + member.count)...])
            let token = rest.prefix { $0 != UInt8(ascii: "\"") }
            return token.count == rest.count || token.contains(UInt8(ascii: "\\")) ? nil : String(decoding: token, as: UTF8.self)
        }
    }

    /// The characters of a message, in UTF-8 as far as AWS kept to it.
    func message(of event: Event) -> ArraySlice<UInt8>? { event.message.map(text) }

    private func read(_ buffer: UnsafeBufferPointer<UInt8>) throws(JSONError) {
        var scanner = JSONScanner(buffer)
        try scanner.beginObject()
        var isFirst = true
        while let name = try scanner.nextMember(isFirst: isFirst) {
            isFirst = false
            if Self.equals(buffer, name, "events") {
                try readEvents(&scanner, buffer)
            } else if Self.equals(buffer, name, "nextToken"), scanner.isString {
                nextToken = String(decoding: text(try scanner.string()), as: UTF8.self)
            } else if Self.equals(buffer, name, "nextForwardToken"), scanner.isString {
                nextForwardToken = String(decoding: text(try scanner.string()), as: UTF8.self)
            } else {
                try scanner.skipValue()
            }
        }
    }

    private func readEvents(_ scanner: inout JSONScanner, _ buffer: UnsafeBufferPointer<UInt8>) throws(JSONError) {
        try scanner.beginArray()
        var events: [Event] = []
        // An event takes some 200 bytes of JSON.
        events.reserveCapacity(min(10_000, body.count / 150 + 1))
        while try scanner.nextElement(isFirst: events.isEmpty) { events.append(try readEvent(&scanner, buffer)) }
        self.events = events
    }

    private func readEvent(_ scanner: inout JSONScanner, _ buffer: UnsafeBufferPointer<UInt8>) throws(JSONError) -> Event {
        var event = Event()
        var number = 0
        while let field = try nextField(number, &scanner, buffer) {
            number += 1
            switch field {
            case .time: event.time = try scanner.integer()
            case .ingested: event.ingested = try scanner.integer()
            case .message where scanner.isString: event.message = try scanner.string()
            case .id where scanner.isString: event.id = Self.hash(buffer, try scanner.string().range)
            case .stream where scanner.isString: event.stream = stream(try scanner.string(), buffer)
            default: try scanner.skipValue()
            }
        }
        return event
    }

    /// Passes over what stands before the value of an event's member; nil, past its end, when there is no other.
    @inline(__always)
    private func nextField(_ number: Int, _ scanner: inout JSONScanner, _ buffer: UnsafeBufferPointer<UInt8>) throws(JSONError) -> Field? {
        if number < shape.count, scanner.take(repeating: shape[number].before) { return shape[number].field }
        let start = scanner.offset
        if number == 0 { try scanner.beginObject() }
        guard let name = try scanner.nextMember(isFirst: number == 0) else { return nil }
        let field: Field =
            switch true {
            case Self.equals(buffer, name, "timestamp"): .time
            case Self.equals(buffer, name, "ingestionTime"): .ingested
            case Self.equals(buffer, name, "eventId"): .id
            case Self.equals(buffer, name, "logStreamName"): .stream
            case Self.equals(buffer, name, "message"): .message
            default: .other
            }
        shape.removeSubrange(min(number, shape.count)...)
        shape.append((start..<scanner.offset, field))
        return field
    }

    @inline(__always)
    private static func equals(_ buffer: UnsafeBufferPointer<UInt8>, _ text: JSONScanner.Text, _ name: StaticString) -> Bool {
        guard text.range.count == name.utf8CodeUnitCount else { return false }
        for offset in 0..<text.range.count where buffer[text.range.lowerBound + offset] != name.utf8Start[offset] { return false }
        return true
    }

    /// The characters of a string, in UTF-8 as far as AWS kept to it.
    private func text(_ text: JSONScanner.Text) -> ArraySlice<UInt8> {
        guard text.hasEscapes else { return body[text.range] }
        // With its quotes.
        let quoted = Array(body[(text.range.lowerBound - 1)...text.range.upperBound])
        guard let decoded = (try? JSONValue(parsing: quoted))?.string else { return body[text.range] }
        return Array(decoded.utf8)[...]
    }

    /// Events mostly come from the stream of the one before.
    private func stream(_ name: JSONScanner.Text, _ buffer: UnsafeBufferPointer<UInt8>) -> Int {
        if let lastStream, Self.isSame(buffer, lastStream.range, name.range) { return lastStream.index }
        let text = String(decoding: text(name), as: UTF8.self)
        let index = streamNames.firstIndex(of: text) ?? streamNames.count
        if index == streamNames.count { streamNames.append(text) }
        lastStream = (name.range, index)
        return index
    }

    @inline(__always)
    private static func isSame(_ buffer: UnsafeBufferPointer<UInt8>, _ a: Range<Int>, _ b: Range<Int>) -> Bool {
        guard a.count == b.count, let base = buffer.baseAddress else { return false }
        return memcmp(base + a.lowerBound, base + b.lowerBound, a.count) == 0
    }

    /// Mixes eight bytes at a time (the multiplication and fold of wyhash); AWS makes the ids, so that nobody aims at it.
    private static func hash(_ buffer: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Int {
        guard let base = UnsafeRawPointer(buffer.baseAddress) else { return 0 }
        var hash = UInt64(range.count) ^ 0xa076_1d64_78bd_642f
        var at = range.lowerBound
        while at < range.upperBound {
            var word: UInt64 = 0
            if at + 8 <= range.upperBound {
                word = base.loadUnaligned(fromByteOffset: at, as: UInt64.self)
            } else {
                for index in at..<range.upperBound { word = word << 8 | UInt64(buffer[index]) }
            }
            let (high, low) = (hash ^ word).multipliedFullWidth(by: 0xe703_7ed1_a0b4_28db)
            hash = high ^ low &+ 0x8ebc_6af0_9c88_c6e3
            at += 8
        }
        return Int(truncatingIfNeeded: hash)
    }
}
