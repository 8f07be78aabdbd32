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
        let failure = stopNow(current.id, reason: reason)
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
        if pending.isSynchronous {
            guardian?.dismiss()
            loop.console.say(OperatorMessage("\(killed); \(pending.name) cannot be stopped, an Express execution ends by itself within 5 minutes"))
            return .signal(signal.number)
        }
        if plan.onSignal == .stop, let id = lookBriefly(pending), stopNow(id, reason: killed) == nil {
            log.record([.started(name: pending.name, id: id.text), .stopped(name: pending.name, by: "signal")])
            guardian?.dismiss()
            loop.console.say(OperatorMessage("\(killed); \(id.text) was stopped"))
        } else {
            let hope = guardian == nil ? "" : "; the guardian goes on looking"
            loop.console.say(
                OperatorMessage("\(killed); whether \(pending.name) was started is unknown\(hope)", next: "look for it in \(pending.target)"))
        }
        return .signal(signal.number)
    }

    private func lookBriefly(_ pending: PendingStart) -> WorkloadID? {
        guard let find = Service.find(name: pending.name, target: pending.target) else { return nil }
        let deadline = loop.clock.instant + .seconds(3)
        while loop.clock.instant < deadline {
            for id in (try? urgent(find, until: deadline)) ?? [] {
                if let answer = try? urgent(Service.observe(id), until: deadline), let seen = answer, seen.owner == pending.owner { return id }
            }
            _ = loop.wait(until: loop.clock.instant + .milliseconds(300))
        }
        return nil
    }

    /// One call although a signal has arrived; nil for no answer.
    private func urgent<Reply>(_ call: Call<Reply>, until deadline: Instant) throws(UnexpectedReply) -> Reply? {
        var request = call.request
        request.isUrgent = true
        let id = loop.caller.start(request)
        while loop.clock.instant < deadline {
            for finished in loop.wait(until: deadline) where finished.id == id { return try (try? finished.result.get()).map(call.read) }
        }
        return nil
    }

    /// Sends stops until AWS acknowledges one, for at most four seconds. They go out side by side: first on a connection of
    /// its own to the last good address, since a shared connection, a proxy or DNS may be what hangs. Nil when acknowledged.
    private func stopNow(_ id: WorkloadID, reason: String) -> String? {
        let deadline = loop.clock.instant + .seconds(4)
        var nextSend = loop.clock.instant
        var sent = 0
        var pending: Set<CallID> = []
        var failure = "no reply"
        while loop.clock.instant < deadline {
            if loop.clock.instant >= nextSend {
                var call = Service.stop(id, reason: reason).request
                call.isUrgent = true
                call.usesFreshConnection = sent.isMultiple(of: 2)
                pending.insert(loop.caller.start(call))
                sent += 1
                nextSend = loop.clock.instant + .milliseconds(700)
            }
            for finished in loop.wait(until: min(deadline, nextSend)) where pending.remove(finished.id) != nil {
                switch finished.result {
                case .success: return nil
                case .failure(let error):
                    failure = Explanation(error).reason
                    // Known to AWS a moment ago or about to be: ask again soon. Anything else waits for its turn.
                    if Service.isMissing(error) { nextSend = min(nextSend, loop.clock.instant + .milliseconds(200)) }
                }
            }
        }
        return failure
    }
}
