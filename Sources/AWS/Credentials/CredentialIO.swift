package import Effects
package import HTTP

/// What the links of the chain reach the world through. Waits are bounded, and end early when `interrupt` becomes readable.
package final class CredentialIO {
    package let environment: Environment
    package let files: any FileReader
    package let clock: any Clock
    package let random: Randomness
    private let makeTransport: () -> any Transport
    /// Apart from the transport of AWS calls, so that a wait here takes nothing from them. Most chains never need it.
    private lazy var transport = makeTransport()
    private let interrupt: Int32?
    let trace: ((String) -> Void)?
    /// Keys shared with other processes; nil when nothing is shared.
    let shelf: CredentialShelf?
    let replaceFile: (String, [UInt8]) throws(FileError) -> Void

    /// `replaceFile`: puts a whole file in the place of another. `trace`: told of every request (`-v`), and of no secret.
    package init(
        environment: Environment, files: any FileReader, clock: any Clock, random: Randomness, interrupt: Int32?, shelf: CredentialShelf? = nil,
        replaceFile: @escaping (String, [UInt8]) throws(FileError) -> Void = CredentialIO.replaceFile,
        trace: ((String) -> Void)? = nil, makeTransport: @escaping () -> any Transport
    ) {
        self.environment = environment
        self.files = files
        self.clock = clock
        self.random = random
        self.interrupt = interrupt
        self.shelf = shelf
        self.replaceFile = replaceFile
        self.trace = trace
        self.makeTransport = makeTransport
    }

    /// No wait goes beyond this; nil for the bounds that each wait has of its own.
    package var limit: Instant?
    /// A stop waits for the keys.
    var isUrgent = false
    /// Keys that AWS has called expired: not to be taken from anywhere again.
    var rejectedAccessKeyID: String?

    package static func replaceFile(_ path: String, _ bytes: [UInt8]) throws(FileError) {
        var file = try AtomicFile(path)
        try file.commit(bytes)
    }

    private var watched: [WatchedDescriptor] { interrupt.map { [WatchedDescriptor($0, .readable)] } ?? [] }

    /// One request, no retry. `attempt`: counted from 1, for the trace alone.
    func fetch(_ request: Request, attempt: Int) throws(CredentialsError) -> Result<Response, TransportError> {
        let start = clock.instant
        let result = try reply(to: request)
        if let trace {
            let outcome =
                switch result {
                case .success(let response): "\(response.status) request \(response.requestID ?? "without id")"
                case .failure(let error): error.detail
                }
            // The origin alone: paths of container endpoints are secrets.
            trace("credentials \(request.method) \(request.origin) \(outcome), \((clock.instant - start).milliseconds) ms, attempt \(attempt)")
        }
        return result
    }

    private func reply(to request: Request) throws(CredentialsError) -> Result<Response, TransportError> {
        let id = transport.start(request)
        let deadline = min(limit ?? clock.instant + .seconds(3600), clock.instant + request.limits.total + .seconds(1))
        while true {
            for completion in transport.wait(until: deadline, watching: watched) where completion.id == id {
                return completion.result
            }
            if isInterrupted {
                _ = transport.cancel(id)
                throw .interrupted
            }
            if clock.instant >= deadline {
                _ = transport.cancel(id)
                return .failure(TransportError(.timeout, "no reply", mayHaveBeenSent: true))
            }
        }
    }

    func pause(_ duration: Duration) throws(CredentialsError) {
        let deadline = min(limit ?? clock.instant + duration, clock.instant + duration)
        while clock.instant < deadline {
            _ = transport.wait(until: deadline, watching: watched)
            if isInterrupted { throw .interrupted }
        }
    }

    /// Runs a program without a shell and returns what it printed. Killed after `limit`.
    func run(_ arguments: [String], limit: Duration) throws(CredentialsError) -> (status: ChildProcess.Status, output: [UInt8]) {
        let child: ChildProcess
        do {
            child = try ChildProcess(arguments)
        } catch {
            throw .failed("could not run \(arguments.first ?? ""): \(error.reason)")
        }
        let deadline = min(self.limit ?? clock.instant + limit, clock.instant + limit)
        while true {
            child.readAvailable()
            if let status = child.statusIfEnded() { return (status, child.output) }
            if isInterrupted {
                child.kill()
                throw .interrupted
            }
            guard clock.instant < deadline else {
                child.kill()
                throw .failed("\(arguments.first ?? "") did not end within \(limit.text)")
            }
            // A child may close its output long before it ends, so the end itself is looked for as well.
            let next = min(deadline, clock.instant + .milliseconds(20))
            _ = transport.wait(until: next, watching: watched + child.openDescriptors.map { WatchedDescriptor($0, .readable) })
        }
    }

    private var isInterrupted: Bool { interrupt.map { isReadable($0) } ?? false }
}
