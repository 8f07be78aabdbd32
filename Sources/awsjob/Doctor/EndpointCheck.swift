import AWS
import Effects
import HTTP
import Supervision

/// Whether AWS answers at a service's endpoint: a request without a signature, which AWS refuses in its own words.
struct EndpointCheck {
    private let service: Service
    /// Any that AWS has there.
    private let operation: String
    private let client: Program.Client
    private let clock: any Clock

    init(_ service: Service, _ operation: String, _ client: Program.Client, _ clock: any Clock) {
        (self.service, self.operation, self.client, self.clock) = (service, operation, client, clock)
    }

    /// `skew`: AWS's clock minus ours; nil when AWS has not answered.
    func result() -> (finding: Finding, skew: Duration?) {
        let subject = "endpoint \(service.name)"
        let endpoint: Endpoint
        do throws(SettingsError) {
            endpoint = try client.settings.endpoint(of: service)
        } catch {
            return (Finding(subject, .failed, error.reason, next: error.next), nil)
        }
        let sentAt = clock.now
        let id = client.transport.start(service.unsignedRequest(operation, to: endpoint))
        let deadline = clock.instant + .seconds(15)
        while clock.instant < deadline {
            for completion in client.transport.wait(until: deadline, watching: []) where completion.id == id {
                return (Self.finding(subject, endpoint, completion, client.authorities), skew(completion, sentAt))
            }
        }
        _ = client.transport.cancel(id)
        return (Finding(subject, .failed, "\(endpoint.origin) did not answer in 15 s", next: "check the network"), nil)
    }

    private func skew(_ completion: Completion, _ sentAt: Timestamp) -> Duration? {
        guard case .success(let response) = completion.result, response.isOfAWS else { return nil }
        return response.skew(sentAt: sentAt, receivedAt: clock.now)
    }

    private static func finding(_ subject: String, _ endpoint: Endpoint, _ completion: Completion, _ authorities: String?) -> Finding {
        let error: CallError
        switch completion.result {
        case .success(let response) where response.isOfAWS:
            let trust = endpoint.origin.scheme == "https" ? ", certificate trusted by \(authorities ?? "the system's authorities")" : ", without TLS"
            return Finding(subject, .ok, "\(endpoint.origin) answers after \(completion.elapsed.milliseconds) ms\(trust)")
        case .success(let response):
            error = .foreign(contentType: response.header("content-type"), status: response.status, origin: endpoint.origin)
        case .failure(let failure): error = .transport(failure, origin: endpoint.origin)
        }
        let words = Explanation(error)
        return Finding(subject, .failed, words.reason, next: words.next)
    }
}
