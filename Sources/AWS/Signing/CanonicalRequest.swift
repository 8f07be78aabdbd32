package import HTTP

/// The first stage of SigV4: the request in the one form that both sides compute.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#create-canonical-request
package struct CanonicalRequest: Equatable, Sendable {
    /// Names in lower case, sorted, joined by ";".
    package let signedHeaders: String
    package let text: String

    /// `payloadHash`: lower-case hexadecimal SHA-256 of the body. `normalizesPath`: resolve "." and ".." and join "//";
    /// every service but S3 wants it.
    package init(_ request: Request, payloadHash: String, normalizesPath: Bool = true) {
        let headers = Self.headers(request)
        signedHeaders = headers.map(\.name).joined(separator: ";")
        text =
            request.method + "\n" + Self.path(request.path, normalizes: normalizesPath) + "\n" + Self.query(request.query) + "\n"
            + headers.map { "\($0.name):\($0.value)\n" }.joined() + "\n" + signedHeaders + "\n" + payloadHash
    }

    /// The path on the wire, percent-encoded once more: a service reads it decoded and encodes it itself.
    private static func path(_ path: String, normalizes: Bool) -> String {
        let wire = path.isEmpty ? "/" : path
        let normalized = normalizes ? withoutDotSegments(wire) : wire
        return String(decoding: PercentEncoding.encode(normalized.utf8, keepingSlash: true), as: UTF8.self)
    }

    private static func withoutDotSegments(_ path: String) -> String {
        var segments: [Substring] = []
        for segment in path.split(separator: "/") {
            switch segment {
            case ".": continue
            case "..": _ = segments.popLast()
            default: segments.append(segment)
            }
        }
        let endsInFolder = path.hasSuffix("/") || path.hasSuffix("/.") || path.hasSuffix("/..")
        return "/" + segments.joined(separator: "/") + (endsInFolder && !segments.isEmpty ? "/" : "")
    }

    private static func query(_ query: String) -> String {
        let pairs = query.split(separator: "&").map { pair -> (name: [UInt8], value: [UInt8]) in
            let parts = pair.utf8.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            let encoded = parts.map { PercentEncoding.encode(PercentEncoding.decode($0)) }
            return (encoded[0], encoded.count > 1 ? encoded[1] : [])
        }
        let sorted = pairs.sorted { a, b in
            a.name == b.name ? a.value.lexicographicallyPrecedes(b.value) : a.name.lexicographicallyPrecedes(b.name)
        }
        return sorted.map { String(decoding: $0.name + [UInt8(ascii: "=")] + $0.value, as: UTF8.self) }.joined(separator: "&")
    }

    /// Headers that proxies and clients change on the way; botocore leaves them unsigned too (auth.py).
    private static let unsigned: Set<String> = [
        "connection", "expect", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer", "transfer-encoding",
        "upgrade", "user-agent", "x-amzn-trace-id",
    ]

    /// Host included; values of one name joined by "," in their order, names sorted.
    private static func headers(_ request: Request) -> [Header] {
        var values: [String: [String]] = [:]
        for header in request.headers {
            let name = header.name.lowercased()
            if !unsigned.contains(name) { values[name, default: []].append(collapsed(header.value)) }
        }
        if values["host"] == nil { values["host"] = [request.origin.hostHeader] }
        return values.map { Header($0.key, $0.value.joined(separator: ",")) }.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    /// Outer white space gone, inner runs (folded lines too) one space.
    private static func collapsed(_ value: String) -> String {
        value.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
