package import AWS
package import Effects
import HTTP
package import JSON
package import Workloads

/// Calls that nobody waits for, made one at a time while somebody waits for something else.
package protocol SideCalls: AnyObject {
    /// What to send now, if anything.
    func due(at now: Instant) -> APICall?
    /// When `due` has to be asked; nil while its call is under way.
    var nextDue: Instant? { get }
    func take(_ result: Result<JSONValue, CallError>, at now: Instant)
}

/// The one wait of the program: calls, signals, readers of our output and the clock, on one thread.
package final class Loop {
    package let clock: any Clock
    package let caller: Caller
    package let console: Console
    private let signals: SignalDescriptor?
    /// The first signal that arrived; later ones change nothing.
    package private(set) var signal: ReceivedSignal?
    package weak var side: (any SideCalls)?
    private var sideCall: CallID?

    package init(clock: any Clock, caller: Caller, console: Console, signals: SignalDescriptor?) {
        self.clock = clock
        self.caller = caller
        self.console = console
        self.signals = signals
    }

    /// AWS's clock minus that of this host.
    var skew: Duration { caller.serverTime - clock.now }

    /// Sleeps until a call ends, also one of `side`, the first signal arrives, readers have caught up, or the time has come.
    package func wait(until deadline: Instant) -> [Caller.Finished] {
        let wasSignalled = signal != nil
        let wasFull = console.isFull
        while true {
            console.flush()
            var watched = console.watched
            if let signals { watched.append(WatchedDescriptor(signals.descriptor, .readable)) }
            if let call = side?.due(at: clock.instant) { sideCall = caller.start(call) }
            let wake = [deadline, side?.nextDue, console.showsStatus ? clock.instant + .seconds(1) : nil].compactMap { $0 }.min() ?? deadline
            var finished = caller.wait(until: wake, watching: watched)
            let hasSideEnded = takeSide(&finished)
            takeSignals()
            console.flush()
            let isRelieved = wasFull && !console.isFull
            if !finished.isEmpty || hasSideEnded || isRelieved || signal != nil && !wasSignalled || clock.instant >= deadline { return finished }
            console.refreshStatus()
        }
    }

    private func takeSide(_ finished: inout [Caller.Finished]) -> Bool {
        guard let index = finished.firstIndex(where: { $0.id == sideCall }) else { return false }
        sideCall = nil
        side?.take(finished.remove(at: index).result, at: clock.instant)
        return true
    }

    /// Sleeps until a reader of our output has taken some, a signal arrives, or the time has come.
    package func waitForReaders(until deadline: Instant) {
        var watched = console.watched
        if let signals { watched.append(WatchedDescriptor(signals.descriptor, .readable)) }
        var finished = caller.wait(until: deadline, watching: watched)
        _ = takeSide(&finished)
        takeSignals()
        console.flush()
    }

    private func takeSignals() {
        while let next = signals?.next() { signal = signal ?? next }
    }

    /// Picks up a signal that has already arrived, without sleeping.
    package func checkSignals() -> Bool {
        takeSignals()
        return signal != nil
    }

    package enum NoAnswer: Error {
        case signal(mayHaveBeenProcessed: Bool)
        /// `mayHaveBeenProcessed`: some attempt may have been acted upon.
        case failed(CallError, mayHaveBeenProcessed: Bool)
    }

    /// One call to its end. Transient failures are repeated, with growing pauses, until `deadline`.
    package func perform<Reply>(_ call: Call<Reply>, until deadline: Instant, onRetry: (CallError) -> Void = { _ in }) throws(NoAnswer) -> Reply {
        var mayHaveBeenProcessed = false
        var pause = Duration.seconds(1)
        while true {
            if checkSignals() { throw .signal(mayHaveBeenProcessed: mayHaveBeenProcessed) }
            // What must not be sent twice is waited for as long as it may take.
            let patience = call.request.isRepeatable ? deadline : max(deadline, clock.instant + call.request.timeout)
            let finished = try finish(caller.start(call.request), until: patience, mayHaveBeenProcessed)
            mayHaveBeenProcessed = mayHaveBeenProcessed || finished.mayHaveBeenProcessed
            let error: CallError
            switch call.outcome(finished.result) {
            case .success(let reply): return reply
            case .failure(let failure): error = failure
            }
            if case .success = finished.result { mayHaveBeenProcessed = true }
            if case .credentials(let failure) = error, failure.wasInterrupted { throw .signal(mayHaveBeenProcessed: mayHaveBeenProcessed) }
            let mayRepeat = call.request.isRepeatable || !mayHaveBeenProcessed
            guard error.isTransient, mayRepeat, clock.instant + pause < deadline else {
                throw .failed(error, mayHaveBeenProcessed: mayHaveBeenProcessed)
            }
            onRetry(error)
            guard sleep(pause) else { throw .signal(mayHaveBeenProcessed: mayHaveBeenProcessed) }
            pause = min(.seconds(pause.inSeconds * 2), .seconds(30))
        }
    }

    private func finish(_ id: CallID, until deadline: Instant, _ mayHaveBeenProcessed: Bool) throws(NoAnswer) -> Caller.Finished {
        while true {
            for finished in wait(until: deadline) where finished.id == id { return finished }
            guard signal != nil || clock.instant >= deadline else { continue }
            let abandoned = caller.abandon(id)
            let wasProcessed = mayHaveBeenProcessed || abandoned.mayHaveBeenProcessed
            if signal == nil, let error = abandoned.error { throw .failed(error, mayHaveBeenProcessed: wasProcessed) }
            throw .signal(mayHaveBeenProcessed: wasProcessed)
        }
    }

    /// False when a signal has ended the pause.
    package func sleep(_ pause: Duration) -> Bool {
        let end = clock.instant + pause
        while clock.instant < end, signal == nil { _ = wait(until: end) }
        return signal == nil
    }
}
