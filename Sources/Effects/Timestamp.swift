import CPosix
import Glibc

/// A point in wall-clock time. AWS and people speak it; waits and durations use `Instant`.
package struct Timestamp: Comparable, Hashable, Sendable {
    package var millisecondsSinceEpoch: Int64

    /// Values outside years 1–9999 are clamped.
    package init(millisecondsSinceEpoch: Int64) {
        self.millisecondsSinceEpoch = min(max(millisecondsSinceEpoch, -62_135_596_800_000), 253_402_300_799_999)
    }

    /// AWS JSON times: seconds since 1970 with a fraction.
    package init(secondsSinceEpoch: Double) {
        let milliseconds = (secondsSinceEpoch * 1000).rounded()
        self.init(millisecondsSinceEpoch: Int64(min(max(milliseconds.isNaN ? 0 : milliseconds, -1e15), 1e15)))
    }

    /// `2026-11-21T01:02:03Z`, with an optional fraction, and `Z` or `±hh:mm`; the `Expiration` of AWS credentials.
    package init?(iso8601 text: String) {
        var fields = tm()
        let rest: String? = text.withCString { start in
            strptime(start, "%Y-%m-%dT%H:%M:%S", &fields).map { String(cString: $0) }
        }
        guard var rest else { return nil }
        var milliseconds = Int64(timegm(&fields)) * 1000
        if rest.first == "." {
            let digits = rest.dropFirst().prefix { $0.isASCII && $0.isNumber }
            guard let fraction = Double("0." + digits) else { return nil }
            milliseconds += Int64((fraction * 1000).rounded(.down))
            rest = String(rest.dropFirst(digits.count + 1))
        }
        guard let offset = Self.offsetMinutes(rest) else { return nil }
        self.init(millisecondsSinceEpoch: milliseconds - offset * 60_000)
    }

    /// The `Date` header of HTTP: `Sat, 21 Nov 2026 01:02:03 GMT` (RFC 9110 section 5.6.7).
    package init?(httpDate text: String) {
        var fields = tm()
        let matched = text.withCString { strptime($0, "%a, %d %b %Y %H:%M:%S GMT", &fields) != nil }
        guard matched else { return nil }
        self.init(millisecondsSinceEpoch: Int64(timegm(&fields)) * 1000)
    }

    private static func offsetMinutes(_ zone: String) -> Int64? {
        if zone.isEmpty || zone == "Z" || zone == "z" || zone == "UTC" { return 0 }
        let digits = zone.dropFirst().filter { $0 != ":" }
        guard let sign = zone.first, sign == "+" || sign == "-", digits.count == 4, let number = Int64(digits) else { return nil }
        return (sign == "-" ? -1 : 1) * (number / 100 * 60 + number % 100)
    }

    /// RFC 3339 in UTC with milliseconds: `2026-11-21T01:02:03.004Z`.
    package var rfc3339: String {
        let (fields, milliseconds) = calendar
        return String(unsafeUninitializedCapacity: 24) { text in
            var end = Self.write(fields, date: "-", time: ":", to: text)
            Self.write(".", to: text, &end)
            Self.write(Int32(milliseconds), digits: 3, to: text, &end)
            Self.write("Z", to: text, &end)
            return end
        }
    }

    /// The `X-Amz-Date` of SigV4: `20261121T010203Z`.
    package var amzDate: String {
        let fields = calendar.fields
        return String(unsafeUninitializedCapacity: 16) { text in
            var end = Self.write(fields, date: "", time: "", to: text)
            Self.write("Z", to: text, &end)
            return end
        }
    }

    private var calendar: (fields: tm, milliseconds: Int) {
        let milliseconds = ((millisecondsSinceEpoch % 1000) + 1000) % 1000
        var seconds = time_t((millisecondsSinceEpoch - milliseconds) / 1000)
        var fields = tm()
        gmtime_r(&seconds, &fields)
        return (fields, Int(milliseconds))
    }

    private static func write(_ fields: tm, date: StaticString, time: StaticString, to text: UnsafeMutableBufferPointer<UInt8>) -> Int {
        var end = 0
        write(fields.tm_year + 1900, digits: 4, to: text, &end)
        write(date, to: text, &end)
        write(fields.tm_mon + 1, digits: 2, to: text, &end)
        write(date, to: text, &end)
        write(fields.tm_mday, digits: 2, to: text, &end)
        write("T", to: text, &end)
        write(fields.tm_hour, digits: 2, to: text, &end)
        write(time, to: text, &end)
        write(fields.tm_min, digits: 2, to: text, &end)
        write(time, to: text, &end)
        write(fields.tm_sec, digits: 2, to: text, &end)
        return end
    }

    /// With leading zeros; no number here has more digits than are asked for.
    private static func write(_ number: Int32, digits: Int, to text: UnsafeMutableBufferPointer<UInt8>, _ end: inout Int) {
        var rest = number
        end += digits
        for place in 1...digits {
            text[end - place] = UInt8(ascii: "0") + UInt8(rest % 10)
            rest /= 10
        }
    }

    /// One character of ASCII, or none.
    private static func write(_ character: StaticString, to text: UnsafeMutableBufferPointer<UInt8>, _ end: inout Int) {
        guard character.utf8CodeUnitCount == 1 else { return }
        text[end] = character.utf8Start.pointee
        end += 1
    }

    package static func < (a: Timestamp, b: Timestamp) -> Bool { a.millisecondsSinceEpoch < b.millisecondsSinceEpoch }
    package static func + (a: Timestamp, b: Duration) -> Timestamp {
        Timestamp(millisecondsSinceEpoch: a.millisecondsSinceEpoch + b.milliseconds)
    }
    package static func - (a: Timestamp, b: Timestamp) -> Duration {
        .milliseconds(a.millisecondsSinceEpoch - b.millisecondsSinceEpoch)
    }
}

extension Duration {
    /// Whole milliseconds, towards zero.
    package var milliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }

    package var inSeconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }

    /// `850ms`, `12.3s`, `4m 05s`, `3h 07m`.
    package var text: String {
        let milliseconds = self.milliseconds
        let seconds = milliseconds / 1000
        switch milliseconds {
        case ..<1000: return "\(milliseconds)ms"
        case ..<60_000: return "\(seconds).\(milliseconds % 1000 / 100)s"
        case ..<3_600_000: return "\(seconds / 60)m \(seconds % 60 < 10 ? "0" : "")\(seconds % 60)s"
        default: return "\(seconds / 3600)h \(seconds / 60 % 60 < 10 ? "0" : "")\(seconds / 60 % 60)m"
        }
    }
}
