import Digest
import HTTP

/// The first stage of SigV4: the request in the one form that both sides compute.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#create-canonical-request
package struct CanonicalRequest: Equatable, Sendable {
    let bytes: [UInt8]
    private let namesStart: Int
    private let namesEnd: Int
    package var text: String { String(decoding: bytes, as: UTF8.self) }
    /// Names in lower case, sorted, joined by ";".
    var signedHeaders: ArraySlice<UInt8> { bytes[namesStart..<namesEnd] }

    /// `payload`: of the body. `normalizesPath`: resolve "." and ".." and join "//"; every service but S3 wants it.
    /// `text` is empty, and holds the canonical request in the end.
    init(_ request: borrowing Request, payload: SHA256.Digest, normalizesPath: Bool, in text: inout ByteWriter) {
        let lineFeed = UInt8(ascii: "\n")
        text.append(request.method)
        text.append(lineFeed)
        Self.writePath(request.path, normalizes: normalizesPath, to: &text)
        text.append(lineFeed)
        if !request.query.isEmpty { text.append(Self.canonicalQuery(request.query)) }
        text.append(lineFeed)
        let headers = CanonicalHeaders(request)
        headers.writeLines(to: &text)
        text.append(lineFeed)
        namesStart = text.count
        headers.writeNames(to: &text)
        namesEnd = text.count
        text.append(lineFeed)
        text.append(payload)
        bytes = Array(text.written)
    }

    /// The path on the wire, percent-encoded once more: a service reads it decoded and encodes it itself.
    private static func writePath(_ path: String, normalizes: Bool, to text: inout ByteWriter) {
        // Most services have but this one.
        if path.isEmpty || path == "/" { return text.append(UInt8(ascii: "/")) }
        let normalized = normalizes ? withoutDotSegments(path) : path
        text.append(PercentEncoding.encode(normalized.utf8, keepingSlash: true))
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

    private static func canonicalQuery(_ query: String) -> [UInt8] {
        let pairs = query.split(separator: "&").map { pair -> (name: [UInt8], value: [UInt8]) in
            let parts = pair.utf8.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            let encoded = parts.map { PercentEncoding.encode(PercentEncoding.decode($0)) }
            return (encoded[0], encoded.count > 1 ? encoded[1] : [])
        }
        let sorted = pairs.sorted { a, b in
            a.name == b.name ? a.value.lexicographicallyPrecedes(b.value) : a.name.lexicographicallyPrecedes(b.name)
        }
        return Array(sorted.map { $0.name + [UInt8(ascii: "=")] + $0.value }.joined(separator: [UInt8(ascii: "&")]))
    }
}
