import JSON

/// One reply to FilterLogEvents or GetLogEvents, read where it lies: a chatty job has millions of events.
struct LogPage {
    struct Event {
        var time: Int64?
        var ingested: Int64?
        /// Hash of the event's id; nil without one.
        var id: Int?
        /// Index in `streamNames`.
        var stream: Int?
        var message: ArraySlice<UInt8>?
    }

    private(set) var events: [Event] = []
    private(set) var streamNames: [String] = []
    /// Of FilterLogEvents; absent on the last page.
    private(set) var nextToken: String?
    /// Of GetLogEvents; the one that was sent, on the last page.
    private(set) var nextForwardToken: String?
    /// Where the name of the last event's stream stands in the body, and its index.
    private var lastStream: (range: Range<Int>, index: Int)?

    init(_ body: [UInt8]) throws(JSONError) {
        var failure: JSONError?
        var page = self
        body.withUnsafeBufferPointer { buffer in
            do throws(JSONError) {
                try page.read(buffer, body)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        self = page
    }

    private mutating func read(_ buffer: UnsafeBufferPointer<UInt8>, _ body: [UInt8]) throws(JSONError) {
        var scanner = JSONScanner(buffer)
        try scanner.beginObject()
        var isFirst = true
        while let name = try scanner.nextMember(isFirst: isFirst) {
            isFirst = false
            if Self.equals(buffer, name, "events") {
                try readEvents(&scanner, buffer, body)
            } else if Self.equals(buffer, name, "nextToken"), scanner.isString {
                nextToken = String(decoding: Self.text(try scanner.string(), body), as: UTF8.self)
            } else if Self.equals(buffer, name, "nextForwardToken"), scanner.isString {
                nextForwardToken = String(decoding: Self.text(try scanner.string(), body), as: UTF8.self)
            } else {
                try scanner.skipValue()
            }
        }
    }

    private mutating func readEvents(_ scanner: inout JSONScanner, _ buffer: UnsafeBufferPointer<UInt8>, _ body: [UInt8]) throws(JSONError) {
        try scanner.beginArray()
        // An event takes some 200 bytes of JSON.
        events.reserveCapacity(min(10_000, body.count / 150 + 1))
        var isFirst = true
        while try scanner.nextElement(isFirst: isFirst) {
            isFirst = false
            try readEvent(&scanner, buffer, body)
        }
    }

    private mutating func readEvent(_ scanner: inout JSONScanner, _ buffer: UnsafeBufferPointer<UInt8>, _ body: [UInt8]) throws(JSONError) {
        var event = Event()
        try scanner.beginObject()
        var isFirst = true
        while let name = try scanner.nextMember(isFirst: isFirst) {
            isFirst = false
            if Self.equals(buffer, name, "timestamp") {
                event.time = try scanner.integer()
            } else if Self.equals(buffer, name, "ingestionTime") {
                event.ingested = try scanner.integer()
            } else if !scanner.isString {
                try scanner.skipValue()
            } else {
                let text = try scanner.string()
                if Self.equals(buffer, name, "message") {
                    event.message = Self.text(text, body)
                } else if Self.equals(buffer, name, "eventId") {
                    event.id = Self.hash(buffer, text.range)
                } else if Self.equals(buffer, name, "logStreamName") {
                    event.stream = stream(text, buffer, body)
                }
            }
        }
        events.append(event)
    }

    @inline(__always)
    private static func equals(_ buffer: UnsafeBufferPointer<UInt8>, _ text: JSONScanner.Text, _ name: StaticString) -> Bool {
        guard text.range.count == name.utf8CodeUnitCount else { return false }
        for offset in 0..<text.range.count where buffer[text.range.lowerBound + offset] != name.utf8Start[offset] { return false }
        return true
    }

    /// The characters of a string, in UTF-8 as far as AWS kept to it.
    private static func text(_ text: JSONScanner.Text, _ body: [UInt8]) -> ArraySlice<UInt8> {
        guard text.hasEscapes else { return body[text.range] }
        // With its quotes.
        let quoted = Array(body[(text.range.lowerBound - 1)...text.range.upperBound])
        guard let decoded = (try? JSONValue(parsing: quoted))?.string else { return body[text.range] }
        return Array(decoded.utf8)[...]
    }

    /// Events mostly come from the stream of the one before.
    private mutating func stream(_ text: JSONScanner.Text, _ buffer: UnsafeBufferPointer<UInt8>, _ body: [UInt8]) -> Int {
        if let lastStream, Self.isSame(buffer, lastStream.range, text.range) { return lastStream.index }
        let name = String(decoding: Self.text(text, body), as: UTF8.self)
        let index = streamNames.firstIndex(of: name) ?? streamNames.count
        if index == streamNames.count { streamNames.append(name) }
        lastStream = (text.range, index)
        return index
    }

    @inline(__always)
    private static func isSame(_ buffer: UnsafeBufferPointer<UInt8>, _ a: Range<Int>, _ b: Range<Int>) -> Bool {
        guard a.count == b.count else { return false }
        for offset in 0..<a.count where buffer[a.lowerBound + offset] != buffer[b.lowerBound + offset] { return false }
        return true
    }

    private static func hash(_ buffer: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Int {
        var hasher = Hasher()
        hasher.combine(bytes: UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: buffer[range])))
        return hasher.finalize()
    }
}
