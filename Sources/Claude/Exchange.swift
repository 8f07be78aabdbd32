import AWS
import Effects
import HTTP

/// Requests to one route until a deadline, with the retries of Anthropic's SDKs.
struct Exchange {
    private let route: Route
    private let io: Consultation.IO
    private let deadline: Instant

    init(_ route: Route, _ io: Consultation.IO, deadline: Instant) {
        (self.route, self.io, self.deadline) = (route, io, deadline)
    }

    func message(_ body: [UInt8]) throws(ClaudeFailure) -> Reply {
        try Reply.read(response { (time) throws(ClaudeFailure) in try route.messageRequest(body, at: time) }).get()
    }

    /// The last response, or why there is none. `make`: builds and signs the request for a time.
    func response(_ make: (Timestamp) throws(ClaudeFailure) -> Request) throws(ClaudeFailure) -> Response {
        var retries = 0
        // AWS's clock minus ours, where AWS has refused a signature for it.
        var skew = Duration.zero
        var hasSignedAgain = false
        while true {
            let result = try attempt(make(io.clock.now + skew), number: retries + 1)
            if case .success(let response) = result, !hasSignedAgain, let correction = correction(response) {
                (hasSignedAgain, skew) = (true, correction)
                continue
            }
            let pause = RetryRules.pause(after: result, beforeRetry: retries, at: io.clock.now, io.random)
            guard let pause, io.clock.instant + pause < deadline else { return try Self.unwrapped(result, route.origin) }
            retries += 1
            try sleep(pause)
        }
    }

    private static func unwrapped(_ result: Result<Response, TransportError>, _ origin: Origin) throws(ClaudeFailure) -> Response {
        switch result {
        case .success(let response): return response
        case .failure(let error): throw .transport(error, origin: origin)
        }
    }

    private func attempt(_ made: Request, number: Int) throws(ClaudeFailure) -> Result<Response, TransportError> {
        var request = made
        request.limits.total = deadline - io.clock.instant
        guard request.limits.total > .milliseconds(1) else { throw .outOfTime }
        let id = io.transport.start(request)
        while io.clock.instant < deadline {
            for completion in io.transport.wait(until: deadline, watching: watched) where completion.id == id {
                io.trace?(Self.line(request, completion, number))
                if case .failure(let error) = completion.result, error.kind == .timeout, io.clock.instant + .milliseconds(100) >= deadline { throw .outOfTime }
                return completion.result
            }
            guard !isInterrupted else { break }
        }
        _ = io.transport.cancel(id)
        throw isInterrupted ? .interrupted : .outOfTime
    }

    /// How far AWS's clock is off, zero for new keys; nil where another signature would not help.
    private func correction(_ response: Response) -> Duration? {
        guard case .failure(.refused(let error)) = Reply.read(response) else { return nil }
        if error.isOfExpiredKeys { return route.discardCredentials() ? .zero : nil }
        guard error.isOfSignature, let date = response.header("date").flatMap(Timestamp.init(httpDate:)) else { return nil }
        let skew = date - io.clock.now
        return abs(skew.inSeconds) > 60 ? skew : nil
    }

    private func sleep(_ pause: Duration) throws(ClaudeFailure) {
        let end = io.clock.instant + pause
        while io.clock.instant < end {
            _ = io.transport.wait(until: end, watching: watched)
            if isInterrupted { throw .interrupted }
        }
    }

    private var watched: [WatchedDescriptor] { io.interrupt.map { [WatchedDescriptor($0, .readable)] } ?? [] }
    private var isInterrupted: Bool { io.interrupt.map { isReadable($0) } ?? false }

    private static func line(_ request: Request, _ completion: Completion, _ number: Int) -> String {
        let outcome =
            switch completion.result {
            case .success(let response): "HTTP \(response.status)\((response.header("request-id") ?? response.header("x-amzn-requestid")).map { ", request \($0)" } ?? "")"
            case .failure(let error): error.detail
            }
        return "\(request.method) \(request.origin)\(request.path) attempt \(number): \(outcome) after \(completion.elapsed.milliseconds) ms, \(request.body.count) bytes sent"
    }
}
