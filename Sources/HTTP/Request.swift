package struct Header: Equatable, Sendable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    /// Letters count alike in both cases (RFC 9110 section 5.1).
    package func isNamed(_ other: String) -> Bool {
        name.utf8.count == other.utf8.count && zip(name.utf8, other.utf8).allSatisfy { a, b in a == b || Self.lower(a) == Self.lower(b) }
    }

    private static func lower(_ byte: UInt8) -> UInt8 { byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte }
}

/// One HTTP/1.1 request, in the bytes that go on the wire.
package struct Request: Equatable, Sendable {
    package var method: String
    package var origin: Origin
    /// Percent-encoded, beginning with "/".
    package var path: String
    /// Percent-encoded, without "?"; empty for none.
    package var query: String
    package var headers: [Header]
    package var body: [UInt8]
    package var limits: Limits

    package init(
        _ method: String, _ origin: Origin, path: String = "/", query: String = "", headers: [Header] = [],
        body: [UInt8] = [], limits: Limits = Limits()
    ) {
        self.method = method
        self.origin = origin
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self.limits = limits
    }

    package var url: String {
        origin.description + path + (query.isEmpty ? "" : "?" + query)
    }

    /// How long, how much, and by which way.
    package struct Limits: Equatable, Sendable {
        package var connect: Duration
        /// From start to last byte.
        package var total: Duration
        /// Bytes of a reply's body.
        package var body: Int
        /// Never through a proxy: link-local services would be asked for there in vain.
        package var bypassesProxy = false
        /// A connection of its own to the address that answered last, without asking DNS again.
        package var pinsLastAddress = false
        /// Never on a connection that earlier requests have left open.
        package var avoidsKeptConnection = false

        package init(connect: Duration = .seconds(10), total: Duration = .seconds(60), body: Int = 64 << 20) {
            self.connect = connect
            self.total = total
            self.body = body
        }
    }
}

/// Scheme, host and port (RFC 6454).
package struct Origin: Hashable, Sendable, CustomStringConvertible {
    package let scheme: String
    package let host: String
    /// Nil for the scheme's own port.
    package let port: Int?

    package init(scheme: String, host: String, port: Int?) {
        self.scheme = scheme
        self.host = host
        self.port = port == (scheme == "https" ? 443 : 80) ? nil : port
    }

    /// `https://host[:port]` and what stands behind it as a path without trailing "/". Nil when it is no http(s) URL.
    package static func parse(_ url: String) -> (origin: Origin, path: String)? {
        let scheme = url.prefix { $0 != ":" }.lowercased()
        guard scheme == "http" || scheme == "https", url.dropFirst(scheme.count).hasPrefix("://") else { return nil }
        let rest = url.dropFirst(scheme.count + 3)
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        var path = String(rest.dropFirst(authority.count))
        while path.last == "/" { path.removeLast() }
        guard !authority.contains("@"), !path.contains("?"), !path.contains("#"),
            let (host, port) = hostAndPort(String(authority))
        else { return nil }
        return (Origin(scheme: scheme, host: host, port: port), path)
    }

    private static func hostAndPort(_ authority: String) -> (String, Int?)? {
        let bracket = authority.lastIndex(of: "]")
        let colon = authority[(bracket ?? authority.startIndex)...].lastIndex(of: ":")
        let host = colon.map { String(authority[..<$0]) } ?? authority
        let isLegal = host.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }
        guard !host.isEmpty, isLegal, bracket == nil || host.first == "[" else { return nil }
        guard let colon else { return (host, nil) }
        guard let port = Int(authority[authority.index(after: colon)...]), (1...65535).contains(port) else { return nil }
        return (host, port)
    }

    /// The same place with `prefix` before the host's name; addresses and localhost have no such neighbours.
    package func prefixed(_ prefix: String) -> Origin {
        let isName = host.contains { $0.isLetter } && host != "localhost" && host.first != "["
        return isName ? Origin(scheme: scheme, host: prefix + host, port: port) : self
    }

    /// The `Host` header: the port only when it is not the scheme's own.
    package var hostHeader: String { port.map { "\(host):\($0)" } ?? host }
    package var description: String { "\(scheme)://\(hostHeader)" }
    var effectivePort: Int { port ?? (scheme == "https" ? 443 : 80) }
}
