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
