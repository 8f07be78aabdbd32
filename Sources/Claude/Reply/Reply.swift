import HTTP
import JSON

/// A message of the model.
struct Reply {
    /// Blocks as they came; thinking may come before the text.
    let content: [JSONValue]
    let stop: String
    /// Of a refusal.
    let category: String?
    let tokens: Tokens

    struct Tokens: Equatable {
        /// Read and written cache included.
        let input: Int
        let output: Int
    }

    static func read(_ response: Response) -> Result<Reply, ClaudeFailure> {
        let json = try? JSONValue(parsing: response.body)
        guard response.status == 200 else { return .failure(json.flatMap { APIError(response, $0) }.map { .refused($0) } ?? unreadable(response)) }
        // An unknown route of AWS answers 200 with an error inside.
        guard let json, json["type"]?.string == "message", let content = json["content"]?.array, let stop = json["stop_reason"]?.string else {
            return .failure(json.flatMap { APIError(response, $0) }.map { .refused($0) } ?? unreadable(response))
        }
        let usage = json["usage"]
        let input = ["input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens"].compactMap { usage?[$0]?.count }.reduce(0, +)
        return .success(Reply(
            content: content, stop: stop, category: json["stop_details"]?["category"]?.string,
            tokens: Tokens(input: input, output: usage?["output_tokens"]?.count ?? 0)))
    }

    private static func unreadable(_ response: Response) -> ClaudeFailure {
        let kind = response.header("content-type").map { String($0.prefix(60)) } ?? "no content type"
        return .unreadable(status: response.status, detail: response.body.isEmpty ? "an empty body" : "something that is no message (\(kind))")
    }

    /// Why there is no whole answer in it; nil where there may be one.
    var failure: ClaudeFailure? {
        switch stop {
        case "end_turn", "stop_sequence", "tool_use": nil
        case "refusal": .refusal(category: category)
        default: .stopped(stop)
        }
    }

    /// The answer: what the tool was called with, else all text. Nil when there is none.
    var answer: JSONValue? {
        if let call = content.first(where: { $0["type"]?.string == "tool_use" }) { return call["input"] }
        let text = content.filter { $0["type"]?.string == "text" }.compactMap { $0["text"]?.string }.joined()
        // In a fence of Markdown, or between words.
        guard let start = text.firstIndex(of: "{"), let end = text.lastIndex(of: "}"), start < end else { return nil }
        return try? JSONValue(parsing: String(text[start...end]))
    }

    /// The blocks to send back for a repair: without the thinking, which counts only beside a tool's call.
    var repeatable: [JSONValue] {
        if content.contains(where: { $0["type"]?.string == "tool_use" }) { return content }
        let texts = content.filter { $0["type"]?.string == "text" && $0["text"]?.string?.trimmed.isEmpty == false }
        return texts.isEmpty ? [["type": "text", "text": "(no text)"]] : texts.map { ["type": "text", "text": $0["text"] ?? ""] }
    }
}

extension APIError {
    /// Of Anthropic (`error` in the body) or of AWS (a header, or `__type`). Nil when neither wrote it.
    init?(_ response: Response, _ json: JSONValue) {
        let error = json["error"]
        let ofAWS = response.header("x-amzn-errortype") ?? json["__type"]?.string ?? json["Output"]?["__type"]?.string
        guard let type = error?["type"]?.string ?? ofAWS.map(Self.bare) else { return nil }
        self.init(
            status: response.status, type: type, code: error?["details"]?["error_code"]?.string,
            message: error?["message"]?.string ?? json["message"]?.string ?? json["Message"]?.string ?? "",
            requestID: response.header("request-id") ?? response.header("x-amzn-requestid") ?? json["request_id"]?.string)
    }

    /// `com.amazon.coral.service#UnknownOperationException:http://…` is UnknownOperationException.
    private static func bare(_ code: String) -> String {
        let withoutURL = code.prefix { $0 != ":" }
        return String(withoutURL.split(separator: "#").last ?? withoutURL)
    }
}
