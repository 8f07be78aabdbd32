package import HTTP

/// The first stage of SigV4: the request in the one form that both sides compute.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#create-canonical-request
package struct CanonicalRequest: Equatable, Sendable {
    /// Names in lower case, sorted, joined by ";".
    package let signedHeaders: String
    let bytes: [UInt8]
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// `payloadHash`: lower-case hexadecimal SHA-256 of the body. `normalizesPath`: resolve "." and ".." and join "//";
    /// every service but S3 wants it.
    package init(_ request: Request, payloadHash: String, normalizesPath: Bool = true) {
        let lineFeed = UInt8(ascii: "\n")
        var bytes: [UInt8] = []
        bytes.reserveCapacity(1024)
        bytes += request.method.utf8
        bytes.append(lineFeed)
        Self.appendPath(request.path, normalizes: normalizesPath, to: &bytes)
        bytes.append(lineFeed)
        if !request.query.isEmpty { Self.appendQuery(request.query, to: &bytes) }
        bytes.append(lineFeed)
        let names = CanonicalHeaders(request).append(to: &bytes)
        bytes.append(lineFeed)
        bytes += names
        bytes.append(lineFeed)
        bytes += payloadHash.utf8
        signedHeaders = String(decoding: names, as: UTF8.self)
        self.bytes = bytes
    }

    /// The path on the wire, percent-encoded once more: a service reads it decoded and encodes it itself.
    private static func appendPath(_ path: String, normalizes: Bool, to bytes: inout [UInt8]) {
        // Most services have but this one.
        if path.isEmpty || path == "/" { return bytes.append(UInt8(ascii: "/")) }
        let normalized = normalizes ? withoutDotSegments(path) : path
        PercentEncoding.append(normalized.utf8, keepingSlash: true, to: &bytes)
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

    private static func appendQuery(_ query: String, to bytes: inout [UInt8]) {
        let pairs = query.split(separator: "&").map { pair -> (name: [UInt8], value: [UInt8]) in
            let parts = pair.utf8.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            let encoded = parts.map { PercentEncoding.encode(PercentEncoding.decode($0)) }
            return (encoded[0], encoded.count > 1 ? encoded[1] : [])
        }
        let sorted = pairs.sorted { a, b in
            a.name == b.name ? a.value.lexicographicallyPrecedes(b.value) : a.name.lexicographicallyPrecedes(b.name)
        }
        bytes += sorted.map { $0.name + [UInt8(ascii: "=")] + $0.value }.joined(separator: [UInt8(ascii: "&")])
    }
}
