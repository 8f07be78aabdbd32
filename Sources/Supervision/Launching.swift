import AWS
import Effects
import JSON
import Journal
import Runs
import Workloads

extension Supervisor {
    enum Entered {
        case watching(Admission.Existing, started: Timestamp?, redriven: Bool)
        /// Ended, and AWS cannot be asked any more.
        case over(Admission.Existing, Outcome)
    }

    /// Carries out what was decided: intent before the call, id after it, guardian and journal in step.
    func enter(_ admission: Admission) throws(Halt) -> Entered {
        switch admission {
        case .start(let name, let attempt): return try launch(name: name, attempt: attempt)
        case .follow(let existing): return try adopt(existing)
        case .known(let existing, let outcome): return report(existing, outcome)
        case .redrive(let existing): return try redrive(existing)
        }
    }

    private func launch(name: String, attempt: Int) throws(Halt) -> Entered {
        guard case .launch(let givenName, let make) = plan.work else { throw .ended(code: ExitCode.usage, OperatorMessage("nothing to start")) }
        let launch = make(name)
        let digest = SHA256.hash(Array(launch.input.utf8)).hex
        guard !loop.checkSignals() else { throw .signal }
        log.record(
            .intent(
                .init(
                    attempt: attempt, service: Service.name, target: launch.target, name: name, inputDigest: digest, owner: handover.owner,
                    identity: plan.identity, place: plan.place)))
        log.syncFolder()
        let expected = Service.expectedID(target: launch.target, name: name)
        (handover.target, handover.name, handover.id) = (launch.target, name, expected?.text)
        tellGuardian()
        // An earlier runner of this try may have sent the same request.
        let mayExist = current?.name == name
        if let expected { current = .init(name: name, id: expected, attempt: attempt) }

        let launched: Launched
        do throws(Loop.NoAnswer) {
            launched = try loop.perform(Service.launch(launch), until: startDeadline, onRetry: warnUnreachable)
        } catch {
            switch error {
            case .signal(let mayHaveBeenProcessed):
                if !mayHaveBeenProcessed, !mayExist { _ = forgetting(name, .ended(code: ExitCode.notStarted, OperatorMessage("killed before it was sent"))) }
                throw .signal
            case .failed(let failure, let mayHaveBeenProcessed):
                return try takeRefusal(failure, name: name, attempt: attempt, isNameGiven: givenName != nil, mayHaveBeenProcessed: mayHaveBeenProcessed)
            }
        }
        let existing = Admission.Existing(name: name, id: launched.id, attempt: attempt)
        current = existing
        log.record(.started(name: name, id: launched.id.text))
        handover.id = launched.id.text
        tellGuardian()
        loop.console.print(
            RunEvent(
                "started", at: launched.started ?? loop.clock.now, "started \(Service.name) \(Service.noun) \(launched.id.text)", fields: fields(existing)))
        return .watching(existing, started: launched.started, redriven: false)
    }

    /// The name exists, AWS refuses, or nobody answered.
    private func takeRefusal(
        _ error: CallError, name: String, attempt: Int, isNameGiven: Bool, mayHaveBeenProcessed: Bool
    ) throws(Halt) -> Entered {
        if Service.isNameTaken(error) || mayHaveBeenProcessed, plan.identity != nil || mayHaveBeenProcessed, let existing = current,
            let found = try? observe(existing.id)
        {
            do throws(Halt) { try requireSameInput(found, nil) } catch { throw forgetting(name, error) }
            // A name that a person chose may be yesterday's: its end says nothing about this run.
            if isNameGiven, found.outcome != nil, !mayHaveBeenProcessed { throw forgetting(name, nameTaken(name, by: "an \(Service.noun) that has ended (\(found.status))")) }
            return try adopt(existing)
        }
        if Service.isNameTaken(error) { throw forgetting(name, nameTaken(name, by: "another run")) }
        let halt = halt(error, action: "start", mayHaveBeenProcessed: mayHaveBeenProcessed)
        if case .ended(ExitCode.unknown, _) = halt {
            log.record(.returned(name: name, attempt: attempt, code: ExitCode.unknown))
            throw halt
        }
        throw forgetting(name, halt)
    }

    /// Nothing of ours was started under the name.
    private func forgetting(_ name: String, _ halt: Halt) -> Halt {
        current = nil
        if case .ended(_, let message) = halt { log.record(.refused(name: name, reason: message.what)) }
        return halt
    }

    private func adopt(_ existing: Admission.Existing) throws(Halt) -> Entered {
        current = existing
        (handover.name, handover.id) = (existing.name, existing.id.text)
        tellGuardian()
        let found = try observe(existing.id)
        if log.read().work(named: existing.name) == nil { recordForeign(existing, found) }
        log.record(.adopted(name: existing.name, id: existing.id.text, attempt: existing.attempt, owner: handover.owner))
        loop.console.print(
            RunEvent(
                "following", at: loop.clock.now,
                "following \(Service.name) \(Service.noun) \(existing.id.text), \(found?.status ?? "not visible yet")\(found?.started.map { ", started \($0.rfc3339)" } ?? "")",
                fields: fields(existing)))
        return .watching(existing, started: found?.started, redriven: false)
    }

    /// Work that this state directory has not seen: attached, or started on another host.
    private func recordForeign(_ existing: Admission.Existing, _ found: Observation?) {
        log.record(
            .intent(
                .init(
                    attempt: existing.attempt, service: Service.name, target: handover.target ?? "", name: existing.name,
                    inputDigest: found?.input.map { SHA256.hash(Array($0.text.utf8)).hex } ?? "", owner: handover.owner, identity: plan.identity,
                    place: plan.place)))
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
            isVisible = try loop.perform(Service.observe(existing.id), until: loop.clock.instant + .seconds(10)).outcome != nil
        } catch {}
        log.record(.adopted(name: existing.name, id: existing.id.text, attempt: existing.attempt, owner: handover.owner))
        return isVisible ? .watching(existing, started: outcome.started, redriven: false) : .over(existing, outcome)
    }

    private func redrive(_ existing: Admission.Existing) throws(Halt) -> Entered {
        // The token makes a repeated call one redrive; it is the same for the same try of the same work.
        let token = SHA256.hash(Array("\(existing.name)\0\(existing.attempt)".utf8)).hex
        guard let call = Service.redrive(existing.id, token: String(token.prefix(64))) else {
            throw .ended(code: ExitCode.usage, OperatorMessage("\(Service.name) cannot continue failed work", next: "run with --new-try start"))
        }
        current = existing
        (handover.name, handover.id) = (existing.name, existing.id.text)
        tellGuardian()
        log.record(.redriven(name: existing.name, attempt: existing.attempt, owner: handover.owner))
        do throws(Loop.NoAnswer) {
            try loop.perform(call, until: startDeadline, onRetry: warnUnreachable)
        } catch {
            switch error {
            case .signal: throw .signal
            case .failed(let failure, let mayHaveBeenProcessed): throw halt(failure, action: "redrive", mayHaveBeenProcessed: mayHaveBeenProcessed)
            }
        }
        loop.console.print(
            RunEvent("started", at: loop.clock.now, "redriven \(Service.name) \(Service.noun) \(existing.id.text)", fields: fields(existing)))
        return .watching(existing, started: nil, redriven: true)
    }

    func fields(_ existing: Admission.Existing) -> [JSONValue.Member] {
        [.init("service", JSONValue(Service.name)), .init("id", JSONValue(existing.id.text)), .init("name", JSONValue(existing.name))]
            + (plan.identity.map { [.init("job", JSONValue($0.job)), .init("run", JSONValue($0.text(attempt: existing.attempt)))] } ?? [])
    }
}
