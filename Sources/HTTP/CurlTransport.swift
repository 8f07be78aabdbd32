import CCurl
package import Effects
import Glibc

/// libcurl's multi interface: one connection cache and one wait for sockets, timers and watched descriptors.
package final class CurlTransport: Transport {
    private let clock: any Clock
    private let certificateAuthorities: String?
    private let proxies: ProxySettings
    private let multi: UnsafeMutableRawPointer?
    private var transfers: [TransferID: CurlTransfer] = [:]
    private var idle: [CurlTransfer] = []
    private var lastAddress: [Origin: String] = [:]
    private var count = 0
    /// Requests that there is no libcurl for.
    private var unsendable: [TransferID] = []

    /// Why there is no libcurl, in the dynamic loader's words; nil when it is loaded. Asking loads it.
    package static let failure: String? = awsjob_curl_load().map { String(cString: $0) }

    /// `certificateAuthorities`: a PEM file instead of the system's (AWS_CA_BUNDLE).
    package init(clock: any Clock, certificateAuthorities: String?, proxies: ProxySettings) {
        self.clock = clock
        self.certificateAuthorities = certificateAuthorities
        self.proxies = proxies
        multi = Self.failure == nil ? awsjob_multi_init() : nil
    }

    deinit {
        transfers.values.forEach(remove)
        if let multi { awsjob_multi_cleanup(multi) }
    }

    package func start(_ request: Request) -> TransferID {
        count += 1
        let id = TransferID(number: count)
        guard let multi else {
            unsendable.append(id)
            return id
        }
        let transfer = idle.popLast() ?? CurlTransfer()
        let proxy = request.limits.bypassesProxy ? nil : proxies.proxy(for: request.origin)
        let pinned = request.limits.pinsLastAddress && proxy == nil ? lastAddress[request.origin] : nil
        transfer.prepare(request, authorities: certificateAuthorities, address: pinned, proxy: proxy, now: clock.instant)
        transfers[id] = transfer
        if let easy = transfer.easy {
            awsjob_multi_add(multi, easy)
            awsjob_multi_perform(multi)
        }
        return id
    }

    package func cancel(_ id: TransferID) -> Bool {
        guard let transfer = transfers.removeValue(forKey: id) else { return false }
        defer { transfer.close() }
        remove(transfer)
        return transfer.mayHaveBeenSent
    }

    package func wait(until deadline: Instant, watching: [WatchedDescriptor]) -> [Completion] {
        guard let multi else { return refusals() }
        awsjob_multi_perform(multi)
        let finished = collect(multi)
        if !finished.isEmpty { return finished }
        var extra = watching.map {
            curl_waitfd(fd: $0.descriptor, events: Int16($0.event == .readable ? CURL_WAIT_POLLIN : CURL_WAIT_POLLOUT), revents: 0)
        }
        // Rounded up: a deadline must not turn into a busy loop of waits of 0 ms.
        let pause = max(0, (deadline - clock.instant).milliseconds + 1)
        awsjob_multi_poll(multi, &extra, UInt32(extra.count), Int32(clamping: min(pause, 3_600_000)))
        awsjob_multi_perform(multi)
        return collect(multi)
    }

    private func refusals() -> [Completion] {
        defer { unsendable = [] }
        let error = TransportError(.invalidRequest, "no libcurl: \(Self.failure ?? "no memory")", mayHaveBeenSent: false)
        return unsendable.map { Completion(id: $0, result: .failure(error), elapsed: .zero) }
    }

    private func collect(_ handle: UnsafeMutableRawPointer) -> [Completion] {
        var completions: [Completion] = []
        var code = CURLE_OK
        while let easy = awsjob_done(handle, &code) {
            guard let (id, transfer) = transfers.first(where: { $0.value.easy == easy }) else { continue }
            transfers[id] = nil
            remove(transfer)
            if let address = transfer.address, let origin = transfer.origin { lastAddress[origin] = address }
            completions.append(Completion(id: id, result: transfer.result(code), elapsed: clock.instant - transfer.started))
            if code == CURLE_OK { idle.append(transfer) } else { transfer.close() }
        }
        return completions
    }

    private func remove(_ transfer: CurlTransfer) {
        if let multi, let easy = transfer.easy { awsjob_multi_remove(multi, easy) }
    }
}
