package import Effects
package import HTTP
package import JSON

package struct CallID: Hashable, Sendable {
    let number: Int
}

/// Performs calls side by side: endpoint, keys, signature, retries with their pauses. Everything waits in `wait`.
package final class Caller {
    package struct Finished {
        package let id: CallID
        /// Null for a call that wants the body.
        package let result: Result<JSONValue, CallError>
        /// Of a call that wants it and went well.
        package let body: [UInt8]
        /// Some attempt may have been acted upon by AWS, also when the last one failed.
        package let mayHaveBeenProcessed: Bool
    }

    private struct Running {
        let call: APICall
        var attempt = 0
        var mayHaveBeenProcessed = false
        var accessKeyID = ""
        /// Keys that must not come back in a message of AWS, which may quote what it was sent.
        var secrets: [String] = []
        var transfer: TransferID?
        var sentAt = Timestamp(millisecondsSinceEpoch: 0)
        /// While it waits for its next attempt.
        var due = Instant(sinceStart: .zero)
        var lastError: CallError?
    }

    private let transport: any Transport
    private let settings: ClientSettings
    private let credentials: CredentialCache
    private let clock: any Clock
    private let random: Randomness
    private let trace: ((String) -> Void)?
    private var running: [CallID: Running] = [:]
    private var finished: [Finished] = []
    private var count = 0
    /// The clock of AWS minus ours, from the `Date` of the last reply.
    private var skew: Duration = .zero

    /// `trace`: told of every attempt (`-v`).
    package init(
        transport: any Transport, settings: ClientSettings, credentials: CredentialCache, clock: any Clock, random: Randomness,
        trace: ((String) -> Void)?
    ) {
        self.transport = transport
        self.settings = settings
        self.credentials = credentials
        self.clock = clock
        self.random = random
        self.trace = trace
    }

    /// The time as AWS has it.
    package var serverTime: Timestamp { clock.now + skew }

    package func start(_ call: APICall) -> CallID {
        count += 1
        let id = CallID(number: count)
        attempt(id, Running(call: call))
        return id
    }

    /// Forgets a call: why it has no answer yet, and whether AWS may have acted on it all the same.
    package func abandon(_ id: CallID) -> (error: CallError?, mayHaveBeenProcessed: Bool) {
        guard let call = running.removeValue(forKey: id) else { return (nil, false) }
        let wasSent = call.transfer.map(transport.cancel) ?? false
        let origin = (try? settings.endpoint(of: call.call))?.origin
        let silence = CallError.transport(TransportError(.timeout, "no reply", mayHaveBeenSent: wasSent), origin: origin)
        return (call.lastError ?? silence, call.mayHaveBeenProcessed || wasSent)
    }

    /// Sleeps until a call ends, a watched descriptor is ready, or the time has come.
    package func wait(until deadline: Instant, watching: [WatchedDescriptor]) -> [Finished] {
        if finished.isEmpty {
            let nextRetry = running.values.filter { $0.transfer == nil }.map(\.due).min()
            for completion in transport.wait(until: min(deadline, nextRetry ?? deadline), watching: watching) {
                if let (id, call) = running.first(where: { $0.value.transfer == completion.id }) { take(completion, id, call) }
            }
            for (id, call) in running where call.transfer == nil && call.due <= clock.instant { attempt(id, call) }
        }
        defer { finished = [] }
        return finished
    }

    private func attempt(_ id: CallID, _ call: Running) {
        var call = call
        call.attempt += 1
        do throws(CallError) {
            let request = try signed(&call)
            call.sentAt = clock.now
            call.transfer = transport.start(request)
            running[id] = call
        } catch {
            end(id, call, .failure(error))
        }
    }

    private func signed(_ call: inout Running) throws(CallError) -> Request {
        let endpoint: Endpoint
        do { endpoint = try settings.endpoint(of: call.call) } catch { throw .settings(error) }
        let keys: Credentials
        do { keys = try credentials.credentials(urgent: call.call.isUrgent) } catch { throw .credentials(error) }
        call.accessKeyID = keys.accessKeyID
        call.secrets = [keys.secretAccessKey] + (keys.sessionToken.map { [$0] } ?? [])
        let (path, contentType, target) = call.call.service.addressing(call.call.operation)
        var request = Request("POST", endpoint.origin, path: endpoint.path + path, body: call.call.body)
        request.headers = [Header("Content-Type", contentType), Header("User-Agent", "awsjob")] + (target.map { [Header("X-Amz-Target", $0)] } ?? [])
        request.limits.total = call.call.timeout
        request.limits.pinsLastAddress = call.call.usesFreshConnection
        // libcurl repeats a request by itself when a kept connection turns out to be closed.
        request.limits.avoidsKeptConnection = !call.call.isRepeatable
        let signer = Signer(credentials: keys, region: endpoint.signingRegion, service: call.call.service.signingName)
        return signer.sign(request, at: clock.now + skew).request
    }

    private func take(_ completion: Completion, _ id: CallID, _ call: Running) {
        let origin = (try? settings.endpoint(of: call.call))?.origin
        let previousSkew = skew
        let result = read(completion, call, origin: origin)
        trace?(Self.line(call.call.action, origin, completion, attempt: call.attempt))
        guard case .failure(let error) = result else { return end(id, call, result, body: call.call.wantsBody ? completion.body : []) }
        var call = call
        call.mayHaveBeenProcessed = call.mayHaveBeenProcessed || error.mayHaveBeenProcessed
        if let code = error.code, RetryPolicy.expiredKeyCodes.contains(code) { credentials.discard(accessKeyID: call.accessKeyID) }
        let wasSkewed = error.code.map(RetryPolicy.skewCodes.contains) == true && abs((skew - previousSkew).inSeconds) > 240
        let mayRepeat = call.call.isRepeatable || !call.mayHaveBeenProcessed
        guard error.isTransient || wasSkewed, mayRepeat, !call.call.isUrgent, call.attempt < call.call.attempts else { return end(id, call, result) }
        (call.transfer, call.lastError) = (nil, error)
        call.due = clock.instant + (wasSkewed ? .zero : RetryPolicy.pause(beforeRetry: call.attempt - 1, random: random))
        running[id] = call
    }

    private func read(_ completion: Completion, _ call: Running, origin: Origin?) -> Result<JSONValue, CallError> {
        let response: Response
        switch completion.result {
        case .failure(let error): return .failure(.transport(error, origin: origin))
        case .success(let success): response = success
        }
        noteServerTime(response, sentAt: call.sentAt)
        guard response.status == 200 else {
            guard let error = response.serviceError() else {
                let detail = "a page that is not of AWS (\(response.header("content-type") ?? "no content type"))"
                return .failure(.unreadable(detail: detail, status: response.status, requestID: nil, origin: origin))
            }
            return .failure(.service(error.hiding(call.secrets), action: call.call.action))
        }
        if call.call.wantsBody, response.body.first == UInt8(ascii: "{"), response.body.last == UInt8(ascii: "}") { return .success(.null) }
        guard let reply = try? JSONValue(parsing: response.body), reply.members != nil else {
            let detail = response.body.isEmpty ? "an empty body" : "no JSON (\(response.header("content-type") ?? "no content type"))"
            return .failure(.unreadable(detail: detail, status: 200, requestID: response.requestID, origin: origin))
        }
        return .success(reply)
    }

    /// Skew is measured against the middle of the exchange; a cached reply (`Age`) or a slow one says nothing.
    private func noteServerTime(_ response: Response, sentAt: Timestamp) {
        let roundTrip = clock.now - sentAt
        guard response.header("age") == nil, roundTrip >= .zero, roundTrip < .seconds(900),
            let date = response.header("date").flatMap(Timestamp.init(httpDate:))
        else { return }
        let measured = date - (sentAt + .milliseconds(roundTrip.milliseconds / 2))
        // `Date` has whole seconds; a difference that small is no difference.
        skew = abs(measured.inSeconds) < 2 ? .zero : measured
    }

    private func end(_ id: CallID, _ call: Running, _ result: Result<JSONValue, CallError>, body: [UInt8] = []) {
        running[id] = nil
        finished.append(Finished(id: id, result: result, body: body, mayHaveBeenProcessed: call.mayHaveBeenProcessed))
    }

    private static func line(_ action: String, _ origin: Origin?, _ completion: Completion, attempt: Int) -> String {
        let outcome =
            switch completion.result {
            case .success(let response): "\(response.status) request \(response.requestID ?? "without id")"
            case .failure(let error): error.detail
            }
        return "\(action) POST \(origin?.description ?? "?") \(outcome), \(completion.elapsed.milliseconds) ms, attempt \(attempt)"
    }
}
