import AWS
import Effects
import Journal
import Runs
import Workloads

extension Supervisor {
    /// The job is being killed: stop the work first, then say so, then record, then die of that signal. The agent may send
    /// SIGKILL five seconds after the first signal.
    func endBySignal() -> Ending {
        guard let signal = loop.signal else { return .code(ExitCodes.unknown) }
        defer { loop.console.drain(patience: .milliseconds(200)) }
        if current == nil, let pendingStart { return endPendingStart(pendingStart, signal) }
        guard let current else {
            guardian?.dismiss()
            loop.console.say(OperatorMessage("killed by \(signal.name) from \(signal.sender()) before anything was started"))
            return .signal(signal.number)
        }
        if plan.onSignal == .detach {
            recordDetached(current)
            loop.console.say(
                OperatorMessage("killed by \(signal.name) from \(signal.sender()); \(current.id.text) runs on (--on-signal detach)", next: "awsjob attach \(idText(current))"))
            return .signal(signal.number)
        }
        let reason = "\(plan.runText): killed by \(signal.name) from \(signal.sender())"
        if !Service.isStoppable(current.id) {
            guardian?.dismiss()
            loop.console.say(OperatorMessage("\(reason); AWS lets nobody stop \(current.id.text), it ends by itself"))
            return .signal(signal.number)
        }
        let failure = stopNow(current.id, reason: reason, until: loop.clock.instant + Self.stopPatience)
        if let failure {
            let hope = guardian == nil ? "" : "; the guardian goes on trying"
            loop.console.say(
                OperatorMessage(
                    "\(reason); AWS has not confirmed the stop of \(current.id.text): \(failure)\(hope)",
                    next: "awsjob \(guardian == nil ? "stop" : "status") \(idText(current))"))
        } else {
            log.record([.stopped(name: current.name, by: "signal")] + returned(current, 128 + signal.number))
            guardian?.dismiss()
            loop.console.print(RunEvent("stopped", at: loop.clock.now, "stopped \(Service.name) \(Service.noun) \(current.id.text)", fields: fields(current)))
            loop.console.say(OperatorMessage("\(reason); \(current.id.text) was stopped"))
        }
        return .signal(signal.number)
    }

    /// The start may be on its way; what it made is looked for and stopped, for at most four seconds.
    private func endPendingStart(_ pending: PendingStart, _ signal: ReceivedSignal) -> Ending {
        let killed = "\(plan.runText): killed by \(signal.name) from \(signal.sender())"
        if let lastWord = pending.lastWord {
            guardian?.dismiss()
            loop.console.say(OperatorMessage("\(killed); \(pending.name): \(lastWord)"))
            return .signal(signal.number)
        }
        let deadline = loop.clock.instant + Self.stopPatience
        let id = plan.onSignal == .stop ? look(for: pending, until: deadline + .seconds(-1)) : nil
        if let id { log.record(.started(name: pending.name, id: id.text)) }
        let work = id.map(\.text) ?? pending.name
        if let id, stopNow(id, reason: killed, until: deadline) == nil {
            log.record(.stopped(name: pending.name, by: "signal"))
            guardian?.dismiss()
            loop.console.say(OperatorMessage("\(killed); \(work) was stopped"))
        } else {
            let hope = guardian == nil ? "" : "; the guardian goes on trying"
            let state = id == nil ? "whether \(work) was started is unknown" : "AWS has not confirmed the stop of \(work)"
            loop.console.say(OperatorMessage("\(killed); \(state)\(hope)", next: "look for it in \(pending.target)"))
        }
        return .signal(signal.number)
    }

    /// The agent sends SIGKILL five seconds after the first signal.
    private static var stopPatience: Duration { .seconds(4) }

    private func look(for pending: PendingStart, until deadline: Instant) -> WorkloadID? {
        while loop.clock.instant < deadline {
            var page: String?
            repeat {
                guard let find = Service.find(name: pending.name, target: pending.target, page: page), let found = urgent(find, until: deadline) else { break }
                for id in found.ids.prefix(10) {
                    if let answer = urgent(Service.observe(id), until: deadline), let seen = answer, seen.owner == pending.owner { return id }
                }
                page = found.next
            } while page != nil && loop.clock.instant < deadline
            _ = loop.wait(until: min(deadline, loop.clock.instant + .milliseconds(300)))
        }
        return nil
    }

    /// One call although a signal has arrived; nil for no answer.
    private func urgent<Reply>(_ call: Call<Reply>, until deadline: Instant) -> Reply? {
        var request = call.request
        request.isUrgent = true
        let id = loop.caller.start(request)
        while loop.clock.instant < deadline {
            for finished in loop.wait(until: deadline) where finished.id == id { return try? call.outcome(finished.result).get() }
        }
        return nil
    }

    /// Some services refuse to stop what has ended; a refusal alone does not say that it has.
    private func isOver(_ id: WorkloadID, refusal: CallError, until deadline: Instant) -> Bool {
        guard case .service = refusal, !refusal.isTransient, !Service.isMissing(refusal) else { return false }
        guard let answer = urgent(Service.observe(id), until: deadline), let seen = answer else { return false }
        return seen.outcome != nil
    }

    /// Sends stops until AWS acknowledges one. They go out side by side: first on a connection of
    /// its own to the last good address, since a shared connection, a proxy or DNS may be what hangs. Nil when acknowledged.
    private func stopNow(_ id: WorkloadID, reason: String, until deadline: Instant) -> String? {
        let stop = Service.stop(id, reason: reason)
        var nextSend = loop.clock.instant
        var sent = 0
        var pending: Set<CallID> = []
        var failure = "no reply"
        while loop.clock.instant < deadline {
            if loop.clock.instant >= nextSend {
                var call = stop.request
                call.isUrgent = true
                call.usesFreshConnection = sent.isMultiple(of: 2)
                pending.insert(loop.caller.start(call))
                sent += 1
                nextSend = loop.clock.instant + .milliseconds(700)
            }
            for finished in loop.wait(until: min(deadline, nextSend)) where pending.remove(finished.id) != nil {
                switch stop.outcome(finished.result) {
                case .success: return nil
                case .failure(let error):
                    failure = Explanation(error).reason
                    if isOver(id, refusal: error, until: deadline) { return nil }
                    // Known to AWS a moment ago or about to be: ask again soon. Anything else waits for its turn.
                    if Service.isMissing(error) { nextSend = min(nextSend, loop.clock.instant + .milliseconds(200)) }
                }
            }
        }
        return failure
    }
}
