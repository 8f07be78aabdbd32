package import Effects
package import HTTP
import JSON

extension Response {
    var requestID: String? { header("x-amzn-requestid") ?? header("x-amz-request-id") }

    /// The error in a reply, from header, JSON or XML. Nil when nothing shows that AWS wrote it.
    func serviceError() -> ServiceError? {
        let json = try? JSONValue(parsing: body)
        let code = header("x-amzn-errortype") ?? json?["__type"]?.string ?? json?["code"]?.string ?? json?["Code"]?.string ?? xml("Code")
        let message = json?["message"]?.string ?? json?["Message"]?.string ?? xml("Message") ?? ""
        guard code != nil || requestID != nil else { return nil }
        return ServiceError(code: Self.bare(code ?? "HTTP \(status)"), message: message, status: status, requestID: requestID ?? xml("RequestId"))
    }

    /// `com.amazonaws.states#InvalidArn:http://…` is InvalidArn.
    private static func bare(_ code: String) -> String {
        let withoutURL = code.prefix { $0 != ":" }
        return String(withoutURL.split(separator: "#").last ?? withoutURL)
    }

    /// The text of the first XML element of that name; enough for replies whose element names are unique.
    func xml(_ element: String) -> String? {
        guard let start = body.firstRange(of: Array("<\(element)>".utf8)),
            let end = body[start.upperBound...].firstRange(of: Array("</\(element)>".utf8))
        else { return nil }
        return Self.unescaped(String(decoding: body[start.upperBound..<end.lowerBound], as: UTF8.self))
    }

    private static func unescaped(_ text: String) -> String {
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")].reduce(text) { $0.replacing($1.0, with: $1.1) }
    }

    /// What a Query service answered: the elements that hold text alone, by name. Nil when it is no such answer.
    func queryResult(_ operation: String) -> JSONValue? {
        let text = String(decoding: body, as: UTF8.self)
        guard let start = text.firstRange(of: "<\(operation)Result>"), let end = text[start.upperBound...].firstRange(of: "</\(operation)Result>") else { return nil }
        var rest = text[start.upperBound..<end.lowerBound]
        var members: [JSONValue.Member] = []
        while let open = rest.firstRange(of: "<"), let close = rest[open.upperBound...].firstIndex(of: ">") {
            let name = rest[open.upperBound..<close]
            rest = rest[rest.index(after: close)...]
            guard let next = rest.firstIndex(of: "<"), rest[next...].hasPrefix("</\(name)>") else { continue }
            members.append(.init(String(name), .string(Self.unescaped(String(rest[..<next])))))
        }
        return .object(members)
    }
}

extension Response {
    /// A service of AWS wrote it, and not a proxy or a portal on the way.
    package var isOfAWS: Bool { requestID != nil || serviceError() != nil }

    /// AWS's clock minus ours, as this reply tells; nil when it does not.
    package func skew(sentAt: Timestamp, receivedAt: Timestamp) -> Duration? {
        var clock = ServerClock()
        clock.note(self, sentAt: sentAt, receivedAt: receivedAt)
        return clock.isKnown ? clock.skew : nil
    }
}

extension Service {
    /// What AWS refuses because nobody has signed it.
    package func unsignedRequest(_ operation: String, to endpoint: Endpoint) -> Request {
        let (path, contentType, target) = addressing(operation)
        var request = Request("POST", endpoint.origin, path: endpoint.path + path, body: body(operation, .object([])))
        request.headers = [Header("Content-Type", contentType), Header("User-Agent", "awsjob")] + (target.map { [Header("X-Amz-Target", $0)] } ?? [])
        request.limits.total = .seconds(10)
        return request
    }
}
