import Glibc
import HTTP

/// The headers that are signed, Host among them: names in lower case and sorted, values of one name joined by "," in their
/// order. In bytes and without a string for each part.
struct CanonicalHeaders: ~Copyable {
    private let headers: [Header]
    private let host: String
    /// In lower case, one behind the other.
    private var names = ByteWriter(capacity: 256)
    private var places: [Place] = []

    /// A name from `start` on, and which header it is; the one behind the last is Host.
    private struct Place {
        let start: Int
        let count: Int
        let header: Int
    }

    init(_ request: borrowing Request) {
        headers = request.headers
        host = request.origin.hostHeader
        places.reserveCapacity(headers.count + 1)
        var hasHost = false
        for header in headers.indices {
            let place = add(headers[header].name, header)
            hasHost = hasHost || isNamed(place, "host")
            if !isUnsigned(place) { insert(place) }
        }
        if !hasHost { insert(add("host", headers.count)) }
    }

    private mutating func add(_ name: String, _ header: Int) -> Place {
        let start = names.count
        names.appendLowercased(name)
        return Place(start: start, count: names.count - start, header: header)
    }

    /// Headers that proxies and clients change on the way; botocore leaves them unsigned too (auth.py).
    private func isUnsigned(_ place: Place) -> Bool {
        switch place.count {
        case 2: isNamed(place, "te")
        case 6: isNamed(place, "expect")
        case 7: isNamed(place, "trailer") || isNamed(place, "upgrade")
        case 10: isNamed(place, "connection") || isNamed(place, "keep-alive") || isNamed(place, "user-agent")
        case 15: isNamed(place, "x-amzn-trace-id")
        case 17: isNamed(place, "transfer-encoding")
        case 18: isNamed(place, "proxy-authenticate")
        case 19: isNamed(place, "proxy-authorization")
        default: false
        }
    }

    private func isNamed(_ place: Place, _ name: StaticString) -> Bool {
        place.count == name.utf8CodeUnitCount && memcmp(name.utf8Start, start(of: place), place.count) == 0
    }

    /// Behind those of the same name.
    private mutating func insert(_ place: Place) {
        var index = places.count
        while index > 0, order(place, places[index - 1]) < 0 { index -= 1 }
        places.insert(place, at: index)
    }

    /// Below zero when the first name comes first, zero when they are the same.
    private func order(_ a: Place, _ b: Place) -> Int {
        let difference = memcmp(start(of: a), start(of: b), min(a.count, b.count))
        return difference == 0 ? a.count - b.count : Int(difference)
    }

    private func start(of place: Place) -> UnsafePointer<UInt8> { names.start + place.start }
    private func name(_ place: Place) -> UnsafeBufferPointer<UInt8> { .init(start: start(of: place), count: place.count) }

    /// The name is the one before it again.
    private func isRepeated(_ index: Int) -> Bool {
        index > 0 && places[index].count == places[index - 1].count && order(places[index], places[index - 1]) == 0
    }

    /// `name:value`, each with its line feed.
    func writeLines(to text: inout ByteWriter) {
        for index in places.indices {
            let place = places[index]
            if isRepeated(index) {
                text.cut(to: text.count - 1)
                text.append(UInt8(ascii: ","))
            } else {
                text.append(name(place))
                text.append(UInt8(ascii: ":"))
            }
            let value = text.count
            text.append(place.header < headers.count ? headers[place.header].value : host)
            text.collapseWhitespace(from: value)
            text.append(UInt8(ascii: "\n"))
        }
    }

    /// Joined by ";".
    func writeNames(to text: inout ByteWriter) {
        for index in places.indices where !isRepeated(index) {
            if index > 0 { text.append(UInt8(ascii: ";")) }
            text.append(name(places[index]))
        }
    }
}
