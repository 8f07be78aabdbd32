import CCurl
package import Effects
import Glibc

/// libcurl's multi interface: one connection cache and one wait for sockets, timers and watched descriptors.
package final class CurlTransport: Transport {
    private let clock: any Clock
    private let certificateAuthorities: String?
    private let proxies: ProxySettings
    private let multi: OpaquePointer?
    private var transfers: [TransferID: CurlTransfer] = [:]
    private var idle: [CurlTransfer] = []
    private var lastAddress: [Origin: String] = [:]
    private var count = 0

    /// `certificateAuthorities`: a PEM file instead of the system's (AWS_CA_BUNDLE).
    package init(clock: any Clock, certificateAuthorities: String?, proxies: ProxySettings) {
        self.clock = clock
        self.certificateAuthorities = certificateAuthorities
        self.proxies = proxies
        curl_global_init(Int(CURL_GLOBAL_DEFAULT))
        multi = curl_multi_init().map { OpaquePointer($0) }
    }

    deinit {
        transfers.values.forEach(remove)
        if let multi { curl_multi_cleanup(UnsafeMutableRawPointer(multi)) }
    }

    package func start(_ request: Request) -> TransferID {
        count += 1
        let id = TransferID(number: count)
        let transfer = idle.popLast() ?? CurlTransfer()
        let proxy = request.limits.bypassesProxy ? nil : proxies.proxy(for: request.origin)
        let pinned = request.limits.pinsLastAddress && proxy == nil ? lastAddress[request.origin] : nil
        transfer.prepare(request, authorities: certificateAuthorities, address: pinned, proxy: proxy, now: clock.instant)
        transfers[id] = transfer
        if let multi, let easy = transfer.easy {
            curl_multi_add_handle(UnsafeMutableRawPointer(multi), easy)
            var running: Int32 = 0
            curl_multi_perform(UnsafeMutableRawPointer(multi), &running)
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
        guard let multi else { return [] }
        let handle = UnsafeMutableRawPointer(multi)
        var running: Int32 = 0
        curl_multi_perform(handle, &running)
        let finished = collect(handle)
        if !finished.isEmpty { return finished }
        var extra = watching.map {
            curl_waitfd(fd: $0.descriptor, events: Int16($0.event == .readable ? CURL_WAIT_POLLIN : CURL_WAIT_POLLOUT), revents: 0)
        }
        // Rounded up: a deadline must not turn into a busy loop of waits of 0 ms.
        let pause = max(0, (deadline - clock.instant).milliseconds + 1)
        curl_multi_poll(handle, &extra, UInt32(extra.count), Int32(clamping: min(pause, 3_600_000)), nil)
        curl_multi_perform(handle, &running)
        return collect(handle)
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
        if let multi, let easy = transfer.easy { curl_multi_remove_handle(UnsafeMutableRawPointer(multi), easy) }
    }
}
