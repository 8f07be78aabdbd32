import AWS
import Effects
import HTTP
import JSON

/// What the service knows of the model, for `doctor`: a question without any evidence.
package struct ModelCheck {
    package enum Standing: Equatable, Sendable {
        /// `retires`: RFC 3339, where a date is set.
        case known(lifecycle: String, retires: String?)
        /// Bedrock has no page of models.
        case notTold
    }

    private let route: Route
    private let io: Consultation.IO

    package init(_ route: Route, _ io: Consultation.IO) {
        (self.route, self.io) = (route, io)
    }

    package func standing() throws(ClaudeFailure) -> Standing {
        guard route.provider != .bedrock else { return .notTold }
        let exchange = Exchange(route, io, deadline: io.clock.instant + .seconds(15))
        let response = try exchange.response { (time) throws(ClaudeFailure) in try route.modelRequest(at: time) }
        let json = try? JSONValue(parsing: response.body)
        guard response.status == 200, let json, json["type"]?.string == "model" else {
            throw json.flatMap { APIError(response, $0) }.map { .refused($0) } ?? .unreadable(status: response.status, detail: "no model")
        }
        return .known(lifecycle: json["lifecycle"]?.string ?? "active", retires: json["retires_at"]?.string)
    }
}
