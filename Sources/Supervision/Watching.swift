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
        var follower = Service.follow(existing.id, FollowOptions(pace: plan.pace, redrives: existing.redrives, logs: plan.logs != nil, since: loop.caller.serverTime))
        var printer = plan.logs.map { LogPrinter(LogTail(region: plan.place.region, pace: plan.pace, random: .system, policy: Service.name), $0, loop) }
        var contact = Contact(giveUpAfter: plan.giveUpAfter)
        // What has ended cannot run too long.
        var limit = RuntimeLimit(entered.known == nil ? plan.maxRuntime : nil, elapsed: entered.started.map { loop.caller.serverTime - $0 } ?? .zero, now: loop.clock.instant)
        var pending: [CallID: PendingCall] = [:]
        var stop: CallID?
        let began = loop.clock.instant
        loop.console.setStatus { [loop] in "\(existing.name)  running \((loop.clock.instant - began).text)" }
        defer { loop.console.setStatus(nil) }

        while !isOver(follower, &printer) {
            let now = loop.clock.instant
            if loop.signal != nil || contact.isLost(at: now), let known = follower.reported ?? entered.known {
                // AWS has told the end before; only details of it are missing.
                return known
            }
            guard loop.signal == nil else { throw .signal }
            for call in follower.due(at: now) {
                if call.isAboutTheWork { contact.asked(at: now) }
                pending[loop.caller.start(call.request)] = call
            }
            printer?.read(at: now)
            if limit.isOver(at: now), stop == nil, follower.reported == nil { stop = sendStop(existing, &limit) }
            let wake = [follower.nextDue, stop == nil ? limit.next : nil, contact.next, printer?.nextDue].compactMap { $0 }.min()
            for finished in loop.wait(until: wake ?? now + .seconds(60)) {
                if printer?.take(finished) == true { continue }
                if finished.id == stop {
                    stop = nil
                    takeStopReply(limitStop(existing).outcome(finished.result), existing, &limit)
                } else if let call = pending.removeValue(forKey: finished.id) {
                    let news = follower.take(finished.result, tag: call.tag, at: loop.clock.instant)
                    if call.isAboutTheWork { note(finished.result, news, &contact) }
                    for item in news { tell(item, &printer) }
                    let activity = follower.activity
                    loop.console.setStatus { [loop] in "\(existing.name)  \(activity)  \((loop.clock.instant - began).text)" }
                }
            }
            if let obstacle = follower.obstacle { throw unfollowable(existing, obstacle) }
            try checkContact(&contact, existing, known: follower.reported ?? entered.known)
        }
        guard let outcome = follower.outcome else { throw .signal }
        for item in follower.shortfall { tell(item, &printer) }
        printer?.tellShortfall(idText(existing))
        wasStoppedByLimit = wasStoppedByLimit || limit.stopSent.map { sent in (outcome.kind == .stopped || outcome.hasStoppedParts) && (outcome.ended ?? sent) >= sent } ?? false
        return outcome
    }

    /// The end is known, and its log has been read.
    private func isOver(_ follower: any Follower, _ printer: inout LogPrinter?) -> Bool {
        guard let outcome = follower.outcome else { return false }
        guard printer != nil else { return true }
        if !hasToldOfDrain {
            hasToldOfDrain = true
            loop.console.setStatus { "the work has ended; waiting for late lines of its log" }
        }
        return printer?.finish(endedAt: outcome.ended) ?? true
    }

    private func tell(_ news: News, _ printer: inout LogPrinter?) {
        switch news {
        case .event(let event): loop.console.print(event)
        case .warning(let what, let next): loop.console.warn(what, next: next)
        case .logs(let source): printer?.open(source)
        case .logsEnded(let source, let time): printer?.end(source, at: time)
        case .notShown: break
        }
    }

    private func unfollowable(_ existing: Admission.Existing, _ obstacle: Obstacle) -> Halt {
        log.record(returned(existing, ExitCodes.unknown))
        return .ended(
            code: ExitCodes.unknown, OperatorMessage("\(existing.name) cannot be followed, its outcome is unknown: \(obstacle.reason)", next: obstacle.next))
    }

    private func note(_ reply: Result<JSONValue, CallError>, _ news: [News], _ contact: inout Contact) {
        switch reply {
        case .success:
            for case .notShown(let reason) in news { return contact.failed(reason) }
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
        return loop.caller.start(limitStop(existing).request)
    }

    private func limitStop(_ existing: Admission.Existing) -> Call<Void> {
        Service.stop(existing.id, reason: "\(plan.runText): stopped by awsjob, --max-runtime \((plan.maxRuntime ?? .zero).text) reached")
    }

    private func takeStopReply(_ reply: Result<Void, CallError>, _ existing: Admission.Existing, _ limit: inout RuntimeLimit) {
        switch reply {
        case .success:
            limit.stopped()
        case .failure(let error):
            if !limit.wasTried { loop.console.warn("could not stop \(existing.name): \(Explanation(error).reason); trying again") }
            limit.retry(at: loop.clock.instant + .seconds(5))
        }
    }
}
