import AWS
import Effects
import Journal
import JSON
import Runs
import Workloads

extension Supervisor {
    /// Follows the work until AWS has reported its end. Failing reads never end a run; only silence for `giveUpAfter` does.
    func watch(_ entered: Entered) throws(Halt) -> Outcome {
        let existing = entered.existing
        var follower = Service.follow(existing.id, pace: plan.pace, redrives: existing.redrives)
        var contact = Contact(giveUpAfter: plan.giveUpAfter)
        // What has ended cannot run too long.
        var limit = RuntimeLimit(entered.known == nil ? plan.maxRuntime : nil, elapsed: entered.started.map { loop.caller.serverTime - $0 } ?? .zero, now: loop.clock.instant)
        var pending: [CallID: Int] = [:]
        var stop: CallID?
        let began = loop.clock.instant
        loop.console.setStatus { [loop] in "\(existing.name)  running \((loop.clock.instant - began).text)" }
        defer { loop.console.setStatus(nil) }

        while follower.outcome == nil {
            let now = loop.clock.instant
            if loop.signal != nil || contact.isLost(at: now), let known = follower.reported ?? entered.known {
                // AWS has told the end before; only details of it are missing.
                return known
            }
            guard loop.signal == nil else { throw .signal }
            for call in follower.due(at: now) {
                contact.asked(at: now)
                pending[loop.caller.start(call.request)] = call.tag
            }
            if limit.isOver(at: now), stop == nil { stop = sendStop(existing, &limit) }
            let wake = [pending.isEmpty ? follower.nextDue : nil, stop == nil ? limit.next : nil, contact.next].compactMap { $0 }.min()
            for finished in loop.wait(until: wake ?? now + .seconds(60)) {
                if finished.id == stop {
                    stop = nil
                    takeStopReply(finished.result, existing, &limit)
                } else if let tag = pending.removeValue(forKey: finished.id) {
                    note(finished.result, &contact, existing)
                    for event in follower.take(finished.result, tag: tag, at: loop.clock.instant) { loop.console.print(event) }
                    let activity = follower.activity
                    loop.console.setStatus { [loop] in "\(existing.name)  \(activity)  \((loop.clock.instant - began).text)" }
                }
            }
            try checkContact(&contact, existing, known: follower.reported ?? entered.known)
        }
        guard let outcome = follower.outcome else { throw .signal }
        wasStoppedByLimit = wasStoppedByLimit || limit.stopSent.map { outcome.kind == .stopped && (outcome.ended ?? $0) >= $0 } ?? false
        return outcome
    }

    private func note(_ reply: Result<JSONValue, CallError>, _ contact: inout Contact, _ existing: Admission.Existing) {
        switch reply {
        case .success:
            if let gap = contact.answered(at: loop.clock.instant) { loop.console.warn("contact with AWS again after \(gap.text)") }
        case .failure(let error):
            if case .credentials(let failure) = error, failure.wasInterrupted { return }
            contact.failed(Explanation(error).reason)
        }
    }

    private func checkContact(_ contact: inout Contact, _ existing: Admission.Existing, known: Outcome?) throws(Halt) {
        let now = loop.clock.instant
        if let silence = contact.dueWarning(at: now) {
            loop.console.warn("no word from AWS about \(existing.name) for \(silence.text): \(contact.reason); still trying, for \(plan.giveUpAfter.text) in all")
        }
        guard contact.isLost(at: now), known == nil else { return }
        log.record(returned(existing, ExitCodes.unknown))
        throw .ended(
            code: ExitCodes.unknown,
            OperatorMessage(
                "outcome of \(Service.name) \(existing.id.text) unknown, it may still run; no word from AWS for \(plan.giveUpAfter.text): \(contact.reason)",
                next: "awsjob status \(idText(existing))"))
    }

    // MARK: --max-runtime

    private func sendStop(_ existing: Admission.Existing, _ limit: inout RuntimeLimit) -> CallID {
        if !limit.wasTried {
            // AWS gives the end in milliseconds of its own clock, which we know to a second or two.
            limit.stopSent = loop.caller.serverTime + .seconds(-2)
            loop.console.print(
                RunEvent("stopping", at: loop.clock.now, "--max-runtime \((plan.maxRuntime ?? .zero).text) reached, stopping \(existing.name)", fields: fields(existing)))
        }
        return loop.caller.start(Service.stop(existing.id, reason: "\(plan.runText): stopped by awsjob, --max-runtime \((plan.maxRuntime ?? .zero).text) reached").request)
    }

    private func takeStopReply(_ reply: Result<JSONValue, CallError>, _ existing: Admission.Existing, _ limit: inout RuntimeLimit) {
        switch reply {
        case .success:
            limit.stopped()
        case .failure(let error):
            if !limit.wasTried { loop.console.warn("could not stop \(existing.name): \(Explanation(error).reason); trying again") }
            limit.retry(at: loop.clock.instant + .seconds(5))
        }
    }
}
