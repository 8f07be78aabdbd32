import Effects
import HTTP

/// A clock that moves only when somebody waits.
final class FakeClock: Clock {
    var elapsed = Duration.zero
    let start: Timestamp

    init(start: Timestamp = Timestamp(iso8601: "2026-11-21T01:00:00Z")!) { self.start = start }

    var now: Timestamp { start + elapsed }
    var instant: Instant { Instant(sinceStart: elapsed) }
}

/// Answers requests from a function, each after a pause of the fake clock.
final class FakeTransport: Transport {
    typealias Answer = (Request) -> Result<Response, TransportError>

    let clock: FakeClock
    private let answer: Answer
    private(set) var requests: [Request] = []
    private var pending: [(TransferID, Result<Response, TransportError>)] = []

    init(clock: FakeClock, answer: @escaping Answer) {
        self.clock = clock
        self.answer = answer
    }

    func start(_ request: Request) -> TransferID {
        requests.append(request)
        let id = TransferID(number: requests.count)
        pending.append((id, answer(request)))
        return id
    }

    func cancel(_ id: TransferID) -> Bool {
        pending.removeAll { $0.0 == id }
        return true
    }

    func wait(until deadline: Instant, watching: [WatchedDescriptor]) -> [Completion] {
        if pending.isEmpty { clock.elapsed = max(clock.elapsed, deadline.sinceStart) } else { clock.elapsed += .milliseconds(10) }
        defer { pending = [] }
        return pending.map { Completion(id: $0.0, result: $0.1, elapsed: .milliseconds(10)) }
    }
}

/// Files as a dictionary.
struct FakeFiles: FileReader {
    var contents: [String: String] = [:]

    func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
        guard let text = contents[path] else { throw FileError(action: "open", path: path, code: 2) }
        return Array(text.utf8)
    }
}
