import AWS
import Effects
import Foundation
import HTTP
import JSON
import Testing
import TestSupport

/// The public SigV4 suites, read where they lie; every stage of every case is compared.
@Suite struct SigningVectorTests {
    @Test func awsSuiteInHeaders() throws {
        guard let folder = Repository.fixtures("sigv4/aws-c-auth/v4") else { return }
        let cases = try Self.cases(folder)
        #expect(cases.count == 38)
        for directory in cases {
            let vector = try Vector(directory)
            let signed = vector.signer.sign(vector.request, at: vector.time)
            try vector.compare(signed, prefix: "header")
            let authorization = try #require(signed.request.headers.first { $0.name == "Authorization" }?.value)
            #expect(try vector.text("header-signed-request.txt").contains("Authorization:" + authorization), "\(vector.name)")
        }
    }

    @Test func awsSuiteInTheQuery() throws {
        guard let folder = Repository.fixtures("sigv4/aws-c-auth/v4") else { return }
        for directory in try Self.cases(folder) {
            var vector = try Vector(directory)
            vector.signer.declaresPayloadHash = false
            let signed = vector.signer.presign(vector.request, at: vector.time, expires: vector.expires)
            try vector.compare(signed, prefix: "query")
            let line = try vector.text("query-signed-request.txt").split(separator: "\n")[0]
            #expect(line == "\(signed.request.method) \(signed.request.path)?\(signed.request.query) HTTP/1.1", "\(vector.name)")
        }
    }

    @Test func botocoreSuite() throws {
        guard let folder = Repository.fixtures("sigv4/botocore/aws4_testsuite") else { return }
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?.compactMap { $0 as? URL } ?? []
        var count = 0
        for file in files where file.pathExtension == "req" {
            func stage(_ name: String) throws -> String {
                try String(contentsOf: file.deletingPathExtension().appendingPathExtension(name), encoding: .utf8).replacing("\r\n", with: "\n")
            }
            var request = try Vector.parse(try stage("req"))
            var signer = Signer(credentials: Vector.credentials, region: "us-east-1", service: "service")
            signer.normalizesPath = file.path.contains("normalize-path")
            signer.declaresPayloadHash = request.headers.contains { $0.name.lowercased() == "x-amz-content-sha256" }
            request.headers.removeAll { $0.name.lowercased() == "x-amz-content-sha256" }
            if try stage("creq").contains("x-amz-security-token"), let token = Self.token(try stage("sreq")) {
                request.headers.removeAll { $0.name.lowercased() == "x-amz-security-token" }
                signer.credentials = Credentials(accessKeyID: Vector.credentials.accessKeyID, secretAccessKey: Vector.credentials.secretAccessKey, sessionToken: token, source: "test")
            }
            let signed = signer.sign(request, at: Timestamp(iso8601: "2015-08-30T12:36:00Z")!)
            #expect(signed.canonicalRequest.text == (try stage("creq")), "\(file.lastPathComponent)")
            #expect(signed.stringToSign.text == (try stage("sts")), "\(file.lastPathComponent)")
            // The signature in the file of this case is mangled upstream: its halves are swapped around.
            if file.lastPathComponent != "get-vanilla-with-session-token.req" {
                #expect(try stage("authz").contains("Signature=" + signed.signature), "\(file.lastPathComponent)")
            }
            count += 1
        }
        #expect(count == 34)
    }

    /// The token stands in the signed request in every case that signs one.
    private static func token(_ signedRequest: String) -> String? {
        signedRequest.split(separator: "\n").first { $0.hasPrefix("X-Amz-Security-Token:") }.map { String($0.dropFirst("X-Amz-Security-Token:".count)) }
    }

    @Test func doubleEncoding() throws {
        guard let folder = Repository.fixtures("sigv4/smithy-rs/v4") else { return }
        for name in ["double-url-encode", "double-encode-path"] {
            let directory = folder.appending(path: name)
            func text(_ file: String) throws -> String { try String(contentsOf: directory.appending(path: file), encoding: .utf8).trimmingCharacters(in: .newlines) }
            let request = try Vector.parse(try text("request.txt"))
            var signer = Signer(credentials: Vector.credentials, region: "us-east-2", service: "lambda")
            signer.normalizesPath = true
            let signed = signer.sign(request, at: Timestamp(iso8601: "2021-05-11T15:40:45Z")!)
            #expect(signed.canonicalRequest.text == (try text("header-canonical-request.txt")))
            guard name == "double-url-encode" else { continue }
            #expect(signed.stringToSign.text == (try text("header-string-to-sign.txt")))
            #expect(signed.signature == "4b93abbcc68be32bd64c18e2c71150660ab4c29bbd6c32a383a7517a88fc1804")
        }
    }

    private static func cases(_ folder: URL) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil).sorted { $0.path < $1.path }
    }
}

/// One case directory of the aws-c-auth suite.
private struct Vector {
    static let credentials = Credentials(accessKeyID: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", source: "test")

    let directory: URL
    let request: Request
    let time: Timestamp
    let expires: Duration
    var signer: Signer
    var name: String { directory.lastPathComponent }

    init(_ directory: URL) throws {
        self.directory = directory
        let context = try JSONValue(parsing: String(contentsOf: directory.appending(path: "context.json"), encoding: .utf8))
        request = try Self.parse(try String(contentsOf: directory.appending(path: "request.txt"), encoding: .utf8))
        time = try #require(context["timestamp"]?.string.flatMap(Timestamp.init(iso8601:)))
        expires = .seconds(try #require(context["expiration_in_seconds"]?.int))
        let keys = try #require(context["credentials"])
        let credentials = Credentials(
            accessKeyID: try #require(keys["access_key_id"]?.string), secretAccessKey: try #require(keys["secret_access_key"]?.string),
            sessionToken: keys["token"]?.string, source: "test")
        signer = Signer(credentials: credentials, region: try #require(context["region"]?.string), service: try #require(context["service"]?.string))
        signer.normalizesPath = context["normalize"]?.bool == true
        signer.declaresPayloadHash = context["sign_body"]?.bool == true
        signer.signsSessionToken = context["omit_session_token"]?.bool != true
    }

    func text(_ file: String) throws -> String {
        try String(contentsOf: directory.appending(path: file), encoding: .utf8)
    }

    func compare(_ signed: Signer.Signed, prefix: String) throws {
        #expect(signed.canonicalRequest.text == (try text("\(prefix)-canonical-request.txt")), "\(name) canonical request, \(prefix)")
        #expect(signed.stringToSign.text == (try text("\(prefix)-string-to-sign.txt")), "\(name) string to sign, \(prefix)")
        #expect(signed.signature == (try text("\(prefix)-signature.txt")), "\(name) signature, \(prefix)")
    }

    /// An HTTP request as text; folded header lines stay one value.
    static func parse(_ text: String) throws -> Request {
        let parts = text.replacing("\r\n", with: "\n").split(separator: "\n\n", maxSplits: 1, omittingEmptySubsequences: false)
        var lines: [String] = []
        for line in parts[0].split(separator: "\n").map(String.init) {
            if line.first?.isWhitespace == true, !lines.isEmpty { lines[lines.count - 1] += "\n" + line } else { lines.append(line) }
        }
        let first = lines.removeFirst()
        let method = String(first.prefix { $0 != " " })
        let target = String(first.dropFirst(method.count + 1)).replacing(" HTTP/1.1", with: "")
        let question = target.firstIndex(of: "?") ?? target.endIndex
        let headers = try lines.map { line in
            let colon = try #require(line.firstIndex(of: ":"))
            return Header(String(line[..<colon]), String(line[line.index(after: colon)...]))
        }
        let host = headers.first { $0.name.lowercased() == "host" }?.value.trimmingCharacters(in: .whitespaces) ?? ""
        return Request(
            method, Origin(scheme: "https", host: host, port: nil), path: String(target[..<question]),
            query: question < target.endIndex ? String(target[target.index(after: question)...]) : "", headers: headers,
            body: parts.count > 1 ? Array(parts[1].utf8) : [])
    }
}
