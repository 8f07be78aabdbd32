import AWS
import Digest
import Effects
import Journal
import JSON
import Runs
import Workloads

extension Supervisor {
    /// Work that there is now, and what is known of it.
    struct Entered {
        var existing: Admission.Existing
        var started: Timestamp?
        /// Its end, where the journal or AWS has told it already.
        var known: Outcome?
        /// AWS cannot be asked for more than what is known.
        var isInvisible = false
    }

    /// Carries out what was decided: intent before the call, id after it, guardian and journal in step.
    func enter(_ admission: Admission) throws(Halt) -> Entered {
        switch admission {
        case .start(let name, let attempt): return try launch(name: name, attempt: attempt)
        case .follow(let existing, let seen):
            // Found in AWS alone: who started it may have said so meanwhile.
            if isOwnRun, log.read().work(named: existing.name) == nil, try catchUp() { throw .overtaken }
            return adopt(existing, seen)
        case .known(let existing, let outcome): return report(existing, outcome)
        case .redrive(let existing): return try redrive(existing)
        }
    }

    private func launch(name: String, attempt: Int) throws(Halt) -> Entered {
        guard case .launch(let givenName, let asked) = plan.work else { throw .ended(code: ExitCodes.usage, OperatorMessage("nothing to start")) }
        guard !loop.checkSignals() else { throw .signal }
        // AWS answers a start under the name of work that runs with that work. It must not be another run's.
        if !Service.hasMadeUpIDs, givenName != nil, plan.identity != nil, plan.isNameOfAnotherRun(name) { throw nameTaken(name, by: "another run") }
        let launch = try inspected(asked)
        if let unseen = launch.unseen {
            loop.console.warn(unseen.caution)
            loop.console.print(RunEvent("starting", at: nil, "starting \(Service.name) \(Service.noun) \(name), its end comes with AWS's answer"))
        }
        let since = current?.name == name ? log.read().work(named: name)?.intendedAt ?? loop.clock.now : loop.clock.now
        try claim(.intent(intent(name: name, attempt: attempt, target: launch.target)))
        let expected = launch.unseen != nil ? nil : Service.expectedID(target: launch.target, name: name)
        (handover.target, handover.name, handover.id) = (launch.target, name, expected?.text)
        tellGuardian()
        // An earlier runner of this try may have sent the same request.
        let mayExist = current?.name == name
        if let expected { current = .init(name: name, id: expected, attempt: attempt, redrives: 0) }
        pendingStart = expected == nil ? .init(name: name, target: launch.target, owner: handover.owner, lastWord: launch.unseen?.lastWord) : nil

        let launched: Launched
        do throws(Loop.NoAnswer) {
            let mark = LaunchMark(name: name, identity: plan.identity, owner: handover.owner)
            launched = try loop.perform(Service.launch(launch, mark), until: startDeadline, onRetry: warnUnreachable)
        } catch {
            switch error {
            case .signal(let mayHaveBeenProcessed):
                if !mayHaveBeenProcessed, !mayExist { forget(name, attempt, reason: "killed before it was sent") }
                throw .signal
            case .failed(let failure, let mayHaveBeenProcessed):
                return try takeRefusal(
                    failure, name: name, attempt: attempt, since: since, mayExist: mayExist || mayHaveBeenProcessed)
            }
        }
        return take(launched, name: name, attempt: attempt)
    }

    private func claim(_ intent: JournalRecord) throws(Halt) {
        let isOurs: Bool
        do throws(FleetError) { isOurs = try log.claim(givenUp + [intent]) } catch { throw halt(error) }
        guard isOurs else { throw .overtaken }
        log.syncFolder()
    }

    /// What AWS has to be asked before a start. Where it does not tell, the start itself will.
    private func inspected(_ launch: Launch) throws(Halt) -> Launch {
        guard let call = Service.inspect(launch) else { return launch }
        do throws(Loop.NoAnswer) {
            return try loop.perform(call, until: min(startDeadline, loop.clock.instant + .seconds(5)))
        } catch {
            if case .signal = error { throw .signal }
            return launch
        }
    }

    private func intent(name: String, attempt: Int, target: String) -> JournalRecord.Intent {
        .init(
            attempt: attempt, service: Service.name, target: target, name: name, inputDigest: inputDigest, owner: handover.owner,
            identity: plan.identity, place: plan.place, isOneSubmission: Service.hasMadeUpIDs)
    }

    private func take(_ launched: Launched, name: String, attempt: Int) -> Entered {
        let existing = Admission.Existing(name: name, id: launched.id, attempt: attempt, redrives: 0)
        (current, pendingStart) = (existing, nil)
        // The others' ids follow from the name, which is on disk: no sync, which costs more than all the notes of a run.
        log.record([.started(name: name, id: launched.id.text)], isDurable: Service.hasMadeUpIDs)
        recordDetached(existing)
        handover.id = launched.id.text
        tellGuardian()
        loop.console.print(
            RunEvent(
                "started", at: launched.started ?? loop.clock.now, "started \(Service.name) \(Service.noun) \(launched.id.text)", fields: fields(existing)))
        return Entered(existing: existing, started: launched.started, known: launched.outcome, isInvisible: launched.outcome != nil)
    }

    /// The name exists, AWS refuses, or nobody answered. `mayExist`: this or an earlier request, none before `since`, may
    /// have been acted upon.
    private func takeRefusal(_ error: CallError, name: String, attempt: Int, since: Timestamp, mayExist: Bool) throws(Halt) -> Entered {
        if let pending = pendingStart { return try takeLostReply(error, pending, attempt: attempt, since: since, wasSent: mayExist) }
        let isTaken = Service.isNameTaken(error)
        let isOurs = isTaken && plan.identity != nil
        if isOurs || mayExist, let existing = current, let found = try isOurs ? lookAtTaken(existing.id) : lookAgain(existing.id) {
            // AWS cannot have started ours beside it.
            do throws(Halt) { try requireSameInput(found, nil) } catch { throw forgetting(name, attempt, error) }
            if isForeign(found, since: since) || isNameGiven && found.outcome != nil && !mayExist {
                throw forgetting(name, attempt, nameTaken(name, by: "another \(Service.noun) (\(found.status))"))
            }
            return adopt(existing, found)
        }
        if isTaken, !mayExist { throw forgetting(name, attempt, nameTaken(name, by: "another run")) }
        guard mayExist else { throw forgetting(name, attempt, halt(error, action: "start", mayHaveBeenProcessed: false)) }
        guard let current else { throw halt(error, action: "start", mayHaveBeenProcessed: true) }
        throw unknownStart(error, current.name, attempt: attempt, next: "run the same try again, it starts nothing twice")
    }

    /// AWS made up an id, if anything, and nobody told us: the work is looked for, and never sent again.
    private func takeLostReply(_ error: CallError, _ pending: PendingStart, attempt: Int, since: Timestamp, wasSent: Bool) throws(Halt) -> Entered {
        guard wasSent else { throw forgetting(pending.name, attempt, halt(error, action: "start", mayHaveBeenProcessed: false)) }
        if pending.lastWord != nil { throw unknownStart(error, pending.name, attempt: attempt, next: "look for it in AWS; the same try again starts it once more") }
        loop.console.warn("no answer to the start of \(pending.name): \(Explanation(error).reason); looking for it")
        let found: Observation?
        do throws(Halt) {
            found = try searchPatiently(intent(name: pending.name, attempt: attempt, target: pending.target), intendedAt: since)
        } catch {
            if case .ended(_, let message) = error { loop.console.warn(message.what, next: message.next) } else { throw error }
            found = nil
        }
        guard let found else { throw unknownStart(error, pending.name, attempt: attempt, next: "run the same try again, it starts nothing twice") }
        pendingStart = nil
        log.record(.started(name: pending.name, id: found.id.text))
        return adopt(.init(name: pending.name, id: found.id, attempt: attempt, redrives: 0), found)
    }

    private func unknownStart(_ error: CallError, _ name: String, attempt: Int, next: String) -> Halt {
        if isOwnRun { log.record(.returned(name: name, attempt: attempt, code: ExitCodes.unknown)) }
        return .ended(
            code: ExitCodes.unknown,
            OperatorMessage("whether \(current?.id.text ?? name) was started is unknown, it may run: \(Explanation(error).reason)", next: next))
    }

    /// Work that has the name exists: without an answer nobody can say whose it is.
    private func lookAtTaken(_ id: WorkloadID) throws(Halt) -> Observation? {
        try observe(id, until: max(startDeadline, loop.clock.instant + .seconds(15)))
    }

    /// Nil when AWS knows nothing of it or does not answer; a kill is no answer.
    private func lookAgain(_ id: WorkloadID) throws(Halt) -> Observation? {
        do throws(Halt) {
            return try observe(id, until: loop.clock.instant + .seconds(15))
        } catch {
            if case .signal = error { throw error }
            return nil
        }
    }

    /// Nothing of ours was started under the name.
    private func forgetting(_ name: String, _ attempt: Int, _ halt: Halt) -> Halt {
        if case .ended(_, let message) = halt { forget(name, attempt, reason: message.what) }
        return halt
    }

    private func forget(_ name: String, _ attempt: Int, reason: String) {
        (current, pendingStart) = (nil, nil)
        log.record(.refused(name: name, attempt: attempt, reason: reason))
    }

    private func adopt(_ existing: Admission.Existing, _ found: Observation?) -> Entered {
        current = existing
        (handover.name, handover.id) = (existing.name, existing.id.text)
        tellGuardian()
        // What nobody can stop is nobody's orphan.
        if log.read().work(named: existing.name) == nil, Service.isStoppable(existing.id) { recordForeign(existing) }
        let isCurrent = (found?.redrives ?? 0) >= existing.redrives
        if isOwnRun || plan.onSignal == .stop {
            log.record(.adopted(name: existing.name, id: existing.id.text, attempt: existing.attempt, owner: handover.owner))
        }
        recordDetached(existing)
        loop.console.print(
            RunEvent(
                "following", at: loop.clock.now,
                "following \(Service.name) \(Service.noun) \(existing.id.text), \(found?.status ?? "not visible yet")\(found?.started.map { ", started \($0.rfc3339)" } ?? "")",
                fields: fields(existing)))
        return Entered(existing: existing, started: found?.started, known: isCurrent ? found?.outcome : nil)
    }

    /// Only the run itself may leave its work running; somebody who attached has no say in what a kill of the job does.
    func recordDetached(_ existing: Admission.Existing) {
        if plan.onSignal == .detach, isOwnRun { log.record(.detached(name: existing.name)) }
    }

    /// What the scheduler was given; somebody who attached is not the scheduler.
    func returned(_ existing: Admission.Existing, _ code: Int32) -> [JournalRecord] {
        isOwnRun ? [.returned(name: existing.name, attempt: existing.attempt, code: code)] : []
    }

    var isOwnRun: Bool {
        if case .launch = plan.work { true } else { false }
    }

    /// Work that this state directory has not seen: attached, or started on another host.
    private func recordForeign(_ existing: Admission.Existing) {
        log.record(.intent(intent(name: existing.name, attempt: existing.attempt, target: handover.target ?? "")))
        log.record(.started(name: existing.name, id: existing.id.text))
        log.syncFolder()
    }

    /// The journal knows the end; AWS is asked once more for what it does not keep, the output and the history.
    private func report(_ existing: Admission.Existing, _ outcome: Outcome) -> Entered {
        loop.console.print(
            RunEvent(
                "reported", at: loop.clock.now,
                "this run has ended before: \(outcome.status); nothing is started, its outcome is reported", fields: fields(existing)))
        var isVisible = false
        do throws(Loop.NoAnswer) {
            isVisible = try loop.perform(Service.observe(existing.id), until: loop.clock.instant + .seconds(10))?.outcome != nil
        } catch {}
        log.record(.adopted(name: existing.name, id: existing.id.text, attempt: existing.attempt, owner: handover.owner))
        return Entered(existing: existing, started: outcome.started, known: outcome, isInvisible: !isVisible)
    }

    private func redrive(_ existing: Admission.Existing) throws(Halt) -> Entered {
        // The token makes a repeated call one redrive; it is the same for the same redrive of the same work.
        let token = SHA256.hash(Array("\(existing.name)\0\(existing.redrives)".utf8)).hex
        guard let call = Service.redrive(existing.id, token: token) else {
            throw .ended(code: ExitCodes.usage, OperatorMessage("\(Service.name) cannot continue failed work", next: "run with --new-try start"))
        }
        current = existing
        (handover.name, handover.id) = (existing.name, existing.id.text)
        tellGuardian()
        if log.read().work(named: existing.name) == nil { recordForeign(existing) }
        log.record(.redriven(name: existing.name, attempt: existing.attempt, owner: handover.owner, redrives: existing.redrives))
        do throws(Loop.NoAnswer) {
            try loop.perform(call, until: startDeadline, onRetry: warnUnreachable)
        } catch {
            switch error {
            case .signal: throw .signal
            case .failed(let failure, let mayHaveBeenProcessed):
                if mayHaveBeenProcessed {
                    let found = try lookAgain(existing.id)
                    if let found, found.redrives >= existing.redrives { return adopt(existing, found) }
                    // A request that nobody has answered may still be carried out.
                    if found == nil || failure.isTransient { throw unknownStart(failure, existing.name, attempt: existing.attempt, next: "run the same try again, it starts nothing twice") }
                }
                current = nil
                log.record(.redriveRefused(name: existing.name, attempt: existing.attempt))
                throw halt(failure, action: "redrive", mayHaveBeenProcessed: false)
            }
        }
        loop.console.print(
            RunEvent("started", at: loop.clock.now, "redriven \(Service.name) \(Service.noun) \(existing.id.text)", fields: fields(existing)))
        return Entered(existing: existing)
    }

    func fields(_ existing: Admission.Existing) -> [JSONValue.Member] {
        [.init("service", JSONValue(Service.name)), .init("id", JSONValue(existing.id.text)), .init("name", JSONValue(existing.name))]
            + (plan.identity.map { [.init("job", JSONValue($0.job)), .init("run", JSONValue($0.text(attempt: existing.attempt)))] } ?? [])
    }
}
