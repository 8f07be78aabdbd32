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
        /// The same for every attempt.
        let invocationID: String
        let maxAttempts: Int
        var attempt = 0
        /// Of the quota, for the last retry.
        var spent: Int?
        /// That the last attempt was signed with.
        var skew: Duration = .zero
        var mayHaveBeenProcessed = false
        var accessKeyID = ""
        var keys: KeyOrigin?
        /// What was signed, kept for `trace` alone.
        var signatureTrace: [String] = []
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
    private let retries: Result<RetrySettings, SettingsError>
    private let clock: any Clock
    private let random: Randomness
    private let trace: ((String) -> Void)?
    private var running: [CallID: Running] = [:]
    private var finished: [Finished] = []
    private var count = 0
    /// Every attempt of every call.
    package private(set) var requestsSent = 0
    private var serverClock = ServerClock()
    private var signingKeys = SigningKeys()
    /// By service (endpoint prefix), as an SDK has one for each client.
    private var quotas: [String: RetryQuota] = [:]

    /// `trace`: told of every attempt (`-v`).
    package init(
        transport: any Transport, settings: ClientSettings, credentials: CredentialCache, clock: any Clock, random: Randomness,
        trace: ((String) -> Void)?
    ) {
        self.transport = transport
        self.settings = settings
        retries = Result { () throws(SettingsError) in try settings.retries() }
        self.credentials = credentials
        self.clock = clock
        self.random = random
        self.trace = trace
    }

    /// What must not be seen of the keys in use.
    package var secrets: [String] { credentials.secrets }

    /// The time as AWS has it.
    package var serverTime: Timestamp { clock.now + serverClock.skew }

    package func start(_ call: APICall) -> CallID {
        count += 1
        let id = CallID(number: count)
        let allowed = (try? retries.get().maxAttempts) ?? 1
        attempt(id, Running(call: call, invocationID: random.uuid(), maxAttempts: min(call.attempts, allowed)))
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
            requestsSent += 1
            running[id] = call
        } catch {
            end(id, call, .failure(error))
        }
    }

    private func signed(_ call: inout Running) throws(CallError) -> Request {
        let endpoint: Endpoint
        do throws(SettingsError) {
            _ = try retries.get()
            endpoint = try settings.endpoint(of: call.call)
        } catch { throw .settings(error) }
        let keys: Credentials
        do { keys = try credentials.credentials(urgent: call.call.isUrgent) } catch { throw .credentials(error) }
        call.accessKeyID = keys.accessKeyID
        call.keys = KeyOrigin(keys)
        call.secrets = [keys.secretAccessKey] + (keys.sessionToken.map { [$0] } ?? [])
        let (path, contentType, target) = call.call.service.addressing(call.call.operation)
        var request = Request("POST", endpoint.origin, path: endpoint.path + path, body: call.call.body)
        request.headers = [Header("Content-Type", contentType), Header("User-Agent", "awsjob")] + (target.map { [Header("X-Amz-Target", $0)] } ?? [])
        request.limits.total = call.call.timeout
        request.limits.pinsLastAddress = call.call.usesFreshConnection
        // libcurl repeats a request by itself when a kept connection turns out to be closed.
        request.limits.avoidsKeptConnection = !call.call.isRepeatable
        call.skew = serverClock.skew
        request.headers += retryHeaders(call)
        let signer = Signer(credentials: keys, region: endpoint.signingRegion, service: call.call.service.signingName)
        let signed = signer.sign(request, at: serverTime, keys: &signingKeys)
        if trace != nil { call.signatureTrace = signed.canonicalRequest.trace(hiding: keys.sessionToken) }
        return signed.request
    }

    /// So that AWS can tell a retry from another call; `ttl`: when nobody waits for the answer any more.
    private func retryHeaders(_ call: Running) -> [Header] {
        let ttl = serverClock.isKnown ? "ttl=\((serverTime + call.call.timeout).amzDate); " : ""
        return [Header("amz-sdk-invocation-id", call.invocationID), Header("amz-sdk-request", "\(ttl)attempt=\(call.attempt); max=\(call.maxAttempts)")]
    }

    private func take(_ completion: Completion, _ id: CallID, _ call: Running) {
        let origin = (try? settings.endpoint(of: call.call))?.origin
        let result = read(completion, call, origin: origin)
        trace?(Self.line(call.call.action, origin, completion, attempt: call.attempt))
        var call = call
        guard case .failure(let error) = result else {
            quotas[call.call.service.endpointPrefix]?.refund(call.spent ?? RetryQuota.success)
            return end(id, call, result, body: call.call.wantsBody ? completion.body : [])
        }
        call.mayHaveBeenProcessed = call.mayHaveBeenProcessed || error.mayHaveBeenProcessed
        if let code = error.code, RetryPolicy.signatureCodes.contains(code), let trace { call.signatureTrace.forEach(trace) }
        if let code = error.code, RetryPolicy.expiredKeyCodes.contains(code) { credentials.discard(accessKeyID: call.accessKeyID) }
        guard let pause = retry(&call, after: error) else { return end(id, call, result) }
        (call.transfer, call.lastError) = (nil, error)
        call.due = clock.instant + pause
        running[id] = call
    }

    /// The pause before the next attempt, paid for; nil when there is to be none.
    private func retry(_ call: inout Running, after error: CallError) -> Duration? {
        let wasSkewed = error.code.map(RetryPolicy.skewCodes.contains) == true && abs((serverClock.skew - call.skew).inSeconds) > ServerClock.tolerance.inSeconds
        let mayRepeat = call.call.isRepeatable || !call.mayHaveBeenProcessed
        guard let cost = wasSkewed ? RetryQuota.retry : RetryPolicy.cost(of: error, from: call.call.service), mayRepeat, !call.call.isUrgent,
            call.attempt < call.maxAttempts
        else { return nil }
        if (try? retries.get().mode) != .legacy {
            guard quotas[call.call.service.endpointPrefix, default: RetryQuota()].spend(cost) else { return nil }
            call.spent = cost
        }
        return wasSkewed ? .zero : RetryPolicy.pause(beforeRetry: call.attempt - 1, random: random)
    }

    private func read(_ completion: Completion, _ call: Running, origin: Origin?) -> Result<JSONValue, CallError> {
        let response: Response
        switch completion.result {
        case .failure(let error): return .failure(.transport(error, origin: origin))
        case .success(let success): response = success
        }
        serverClock.note(response, sentAt: call.sentAt, receivedAt: clock.now)
        guard response.status == 200 else {
            guard let error = response.serviceError() else {
                return .failure(.foreign(contentType: response.header("content-type"), status: response.status, origin: origin))
            }
            return .failure(.service(error.hiding(call.secrets).signed(with: call.keys), action: call.call.action))
        }
        if call.call.wantsBody, response.body.first == UInt8(ascii: "{"), response.body.last == UInt8(ascii: "}") { return .success(.null) }
        if case .query = call.call.service.wire, let result = response.queryResult(call.call.operation) { return .success(result) }
        guard let reply = try? JSONValue(parsing: response.body), reply.members != nil else {
            let detail = response.body.isEmpty ? "an empty body" : "no JSON (\(response.header("content-type") ?? "no content type"))"
            return .failure(.unreadable(detail: detail, status: 200, requestID: response.requestID, origin: origin))
        }
        return .success(reply)
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
