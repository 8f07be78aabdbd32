import HTTP
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

    /// The text of the first XML element of that name.
    private func xml(_ element: String) -> String? {
        let bytes = body[...]
        guard let start = bytes.firstRange(of: Array("<\(element)>".utf8)),
            let end = bytes[start.upperBound...].firstRange(of: Array("</\(element)>".utf8))
        else { return nil }
        return String(decoding: bytes[start.upperBound..<end.lowerBound], as: UTF8.self)
    }
}

extension ArraySlice<UInt8> {
    /// Where `pattern` stands first.
    fileprivate func firstRange(of pattern: [UInt8]) -> Range<Int>? {
        guard pattern.count <= count else { return nil }
        for start in startIndex...(endIndex - pattern.count) where self[start..<(start + pattern.count)].elementsEqual(pattern) {
            return start..<(start + pattern.count)
        }
        return nil
    }
}
