package import Effects

/// Why no whole reply came back.
package struct TransportError: Error, Equatable, Sendable {
    package enum Kind: Equatable, Sendable {
        /// `proxy`: there is none of that name, or it lets nobody through.
        case resolve, connect, proxy, tls, untrustedCertificate, timeout, interrupted, brokenConnection, bodyTooLarge, invalidRequest
    }

    package let kind: Kind
    /// In the transport's words, without line feeds.
    package let detail: String
    /// False only when it is certain that the server has not seen the request.
    package let mayHaveBeenSent: Bool

    package init(_ kind: Kind, _ detail: String, mayHaveBeenSent: Bool) {
        self.kind = kind
        self.detail = detail
        self.mayHaveBeenSent = mayHaveBeenSent
    }
}

package struct TransferID: Hashable, Sendable {
    package let number: Int

    package init(number: Int) {
        self.number = number
    }
}

/// One transfer that ended, and how long it took.
package struct Completion: Sendable {
    package let id: TransferID
    package let result: Result<Response, TransportError>
    package let elapsed: Duration

    /// Of the reply; empty when there is none.
    package var body: [UInt8] {
        if case .success(let response) = result { response.body } else { [] }
    }

    package init(id: TransferID, result: Result<Response, TransportError>, elapsed: Duration) {
        self.id = id
        self.result = result
        self.elapsed = elapsed
    }
}

/// A descriptor that is waited for together with the network.
package struct WatchedDescriptor: Equatable, Sendable {
    package enum Event: Sendable { case readable, writable }

    package let descriptor: Int32
    package let event: Event

    package init(_ descriptor: Int32, _ event: Event) {
        self.descriptor = descriptor
        self.event = event
    }
}

/// Many transfers side by side on one thread, and the only place where the program sleeps.
package protocol Transport: AnyObject {
    func start(_ request: Request) -> TransferID
    /// Forgets a transfer; it does not complete. True when the server may have seen the request.
    func cancel(_ id: TransferID) -> Bool
    /// Sleeps until a transfer ends, a watched descriptor is ready, or the time has come. May return early with nothing.
    func wait(until deadline: Instant, watching: [WatchedDescriptor]) -> [Completion]
}
