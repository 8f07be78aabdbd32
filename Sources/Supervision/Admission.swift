import AWS
import Digest
import Effects
import Journal
import JSON
import Runs
import Workloads

/// What a start of this run comes down to, once the journal and AWS have been asked.
enum Admission {
    case start(name: String, attempt: Int)
    /// Work of this run that exists in AWS, running or ended, and how AWS described it; nil when it is not visible yet.
    case follow(Existing, Observation?)
    /// The end is in the journal.
    case known(Existing, Outcome)
    /// Work of an earlier try that failed, to be continued where it failed.
    case redrive(Existing)

    struct Existing {
        var name: String
        var id: WorkloadID
        var attempt: Int
        /// Redrives that belong to it; for a redrive about to be sent, that one counted in.
        var redrives: Int
    }
}

/// Why a run goes no further.
enum Halt: Error {
    case signal
    case ended(code: Int32, OperatorMessage)
    /// Another host has done something for this run meanwhile: what was decided is decided anew.
    case overtaken
}

/// Promise 1: never the same work twice. Decided under the run's gate.
extension Supervisor {
    func admit() throws(Halt) -> Admission {
        guard case .launch(let givenName, _) = plan.work else { return try admitAttached() }
        guard let identity = plan.identity else { return try admitOnTerminal(name: givenName ?? "") }
        let journal = log.read()
        let attempt = identity.attempt ?? journal.countedAttempt
        if let own = journal.work(ofAttempt: attempt) { return try admitOwn(own, attempt: attempt) }
        let other = journal.work(ofOtherThan: attempt)
        // Tries that this journal has not seen ran on another host, or with another state directory.
        let seen = other?.attempts.max() ?? 0
        if identity.attempt != nil, givenName == nil, let found = try admitAfterUnknownTries(since: seen, attempt, identity) { return found }
        if let other { return try admitAfter(other, attempt: attempt, identity) }
        return try admitFromElsewhere(attempt: attempt, identity)
    }

    /// Nothing is known here of this try. Where AWS takes any name twice, work of the name is looked for: another host, or a
    /// state directory that is lost, may have started it.
    private func admitFromElsewhere(attempt: Int, _ identity: RunIdentity) throws(Halt) -> Admission {
        let start = Admission.start(name: name(attempt: attempt, identity), attempt: attempt)
        guard Service.hasMadeUpIDs, !isNameGiven, let found = try lookElsewhere(name: name(attempt: attempt, identity)) else { return start }
        try requireSameInput(found, nil)
        return .follow(.init(name: found.name, id: found.id, attempt: attempt, redrives: 0), found)
    }

    /// More than is promised, so that it is no reason not to start.
    private func lookElsewhere(name: String) throws(Halt) -> Observation? {
        // Long enough for a second question when the first is never answered.
        let deadline = min(startDeadline, loop.clock.instant + .seconds(60))
        do throws(Loop.NoAnswer) {
            return try loop.search(Service.self, name: name, target: target, owner: nil, since: nil, until: deadline)
        } catch {
            guard case .failed(let failure, _) = error else { throw .signal }
            switch failure {
            case .service where Service.isMissing(failure): break  // what would run it does not exist; the start will say so
            case .service, .unreadable, .foreign:
                let words = Explanation(failure)
                loop.console.warn("could not look for work that another host started as \(name): \(words.reason)", next: words.next)
            case .transport, .credentials, .settings: break  // nothing will be started either
            }
            return nil
        }
    }

    private func name(attempt: Int, _ identity: RunIdentity) -> String {
        if case .launch(let name?, _) = plan.work { return name }
        return RunName.derived(identity, attempt: attempt, limit: Service.nameLimit)
    }

    private var target: String {
        if case .launch(_, let launch) = plan.work { launch.target } else { "" }
    }

    /// A name that is taken belongs to somebody else: here nothing tells that it was us.
    private func admitOnTerminal(name: String) throws(Halt) -> Admission {
        if Service.hasMadeUpIDs { return .start(name: name, attempt: 1) }
        if let known = log.read().work(named: name), known.id != nil { throw nameTaken(name, by: "another run") }
        if let id = Service.expectedID(target: target, name: name), try observe(id) != nil { throw nameTaken(name, by: "another run") }
        return .start(name: name, attempt: 1)
    }

    var isNameGiven: Bool {
        if case .launch(let name, _) = plan.work { name != nil } else { false }
    }

    /// Ended work under a name that a person chose and that began before this run first asked for it: yesterday's, or another
    /// run's. Names that are made of the run's identity are its own.
    func isForeign(_ found: Observation, since: Timestamp?) -> Bool {
        guard isNameGiven, found.outcome != nil, let started = found.started, let since else { return false }
        return started < since + loop.skew + .seconds(-5)
    }

    private func admitAttached() throws(Halt) -> Admission {
        guard case .attach(let id) = plan.work else { throw .ended(code: ExitCodes.usage, OperatorMessage("nothing to follow")) }
        guard let found = try observe(id) else {
            throw .ended(code: ExitCodes.refused, OperatorMessage("\(Service.name) \(Service.noun) \(id.text) does not exist", next: "check the id and the region"))
        }
        return .follow(.init(name: found.name, id: id, attempt: log.read().works.flatMap(\.attempts).max() ?? 1, redrives: 0), found)
    }

    // MARK: The same try again

    private func admitOwn(_ work: RunJournal.Work, attempt: Int) throws(Halt) -> Admission {
        let existing = try existing(work, attempt: attempt)
        wasStoppedByLimit = work.stoppedBy == "max-runtime"
        if let outcome = work.outcome, let existing {
            guard hasSameInput(work) else { throw nameTaken(work.intent.name, by: "this run with other input") }
            return .known(existing, outcome)
        }
        guard let existing else {
            if Service.hasMadeUpIDs, plan.newTry != .start { throw unseenStart(work, attempt: attempt) }
            try giveUp(work)
            return .start(name: work.intent.name, attempt: attempt)
        }
        guardAgainstKill(existing, work)
        if let found = try observe(existing.id) {
            try requireSameInput(found, work)
            if work.id == nil, isForeign(found, since: work.intendedAt) {
                current = nil
                throw nameTaken(work.intent.name, by: "another \(Service.noun) (\(found.status))")
            }
            // A redrive that was about to be sent, and never was.
            if found.outcome != nil, found.redrives < work.redrives { return .redrive(existing) }
            return .follow(existing, found)
        }
        // Without an id the start may never have reached AWS: the same request under the same name cannot start twice.
        return work.id == nil ? .start(name: work.intent.name, attempt: attempt) : .follow(existing, nil)
    }

    // MARK: A new try

    private func admitAfter(_ work: RunJournal.Work, attempt: Int, _ identity: RunIdentity) throws(Halt) -> Admission {
        let start = Admission.start(name: name(attempt: attempt, identity), attempt: attempt)
        guard let existing = try existing(work, attempt: attempt) else {
            if Service.hasMadeUpIDs, plan.newTry != .start {
                throw refusal(doubt: "whether try \(work.intent.attempt) (\(work.intent.name)) was started is unknown, AWS shows no such \(Service.noun)", next: "--new-try start")
            }
            try giveUp(work)
            return start
        }
        let wasReturned = work.returned.values.contains { $0 != ExitCodes.unknown }
        if let outcome = work.outcome {
            guard let decision = decide(outcome, existing, wasReturned: wasReturned || work.stoppedBy != nil, redrives: work.redrives) else {
                return .known(existing, outcome)
            }
            // Before anything starts anew: somebody may have redriven it, on another host or by hand.
            guard let found = try observe(existing.id), !found.isOpaque else { return decision }
            if found.outcome == nil { return .follow(existing, found) }
            return decide(outcome, existing, wasReturned: true, redrives: found.redrives) ?? decision
        }
        guardAgainstKill(existing, work)
        if let found = try observe(existing.id, settling: work) {
            guard let outcome = found.outcome else {
                try requireSameInput(found, work)
                return .follow(existing, found)
            }
            return decide(outcome, existing, wasReturned: wasReturned, redrives: found.redrives) ?? .follow(existing, found)
        }
        if work.id == nil { return start }
        return try choose(existing, start, doubt: "the work of try \(work.intent.attempt) (\(existing.id.text)) is no longer known to AWS")
    }

    /// Nil when the end has to be reported: it was a success, or no runner has returned the failure yet.
    private func decide(_ outcome: Outcome, _ existing: Admission.Existing, wasReturned: Bool, redrives: Int) -> Admission? {
        let isOver = outcome.kind == .stopped || outcome.kind != .succeeded && wasReturned
        guard isOver, let identity = plan.identity else { return nil }
        return plan.newTry == .redrive ? .redrive(nextRedrive(of: existing, after: redrives)) : .start(name: name(attempt: existing.attempt, identity), attempt: existing.attempt)
    }

    /// A new state directory, or another host: earlier tries are looked for in AWS under the names they would have.
    private func admitAfterUnknownTries(since seen: Int, _ attempt: Int, _ identity: RunIdentity) throws(Halt) -> Admission? {
        for earlier in stride(from: attempt - 1, through: max(seen + 1, attempt - 20), by: -1) {
            let name = RunName.derived(identity.withAttempt(earlier), attempt: earlier, limit: Service.nameLimit)
            guard let found = try lookFor(name: name) else { continue }
            let existing = Admission.Existing(name: name, id: found.id, attempt: attempt, redrives: found.redrives)
            let start = Admission.start(name: self.name(attempt: attempt, identity), attempt: attempt)
            switch found.outcome?.kind {
            case nil, .succeeded:
                try requireSameInput(found, nil)
                return .follow(existing, found)
            case .stopped: return start
            case .failed, .timedOut:
                return try choose(existing, start, doubt: "try \(earlier) ended \(found.status) in AWS, and nothing here tells whether that was returned to AutoSys")
            }
        }
        return nil
    }

    private func nextRedrive(of existing: Admission.Existing, after redrives: Int) -> Admission.Existing {
        var next = existing
        next.redrives = redrives + 1
        return next
    }

    private func choose(_ existing: Admission.Existing, _ start: Admission, doubt: String) throws(Halt) -> Admission {
        switch plan.newTry {
        case .start: return start
        case .adopt: return .follow(existing, nil)
        case .redrive: return .redrive(nextRedrive(of: existing, after: existing.redrives))
        case nil:
            throw refusal(doubt: doubt, next: "--new-try start, adopt or redrive")
        }
    }

    private func refusal(doubt: String, next: String) -> Halt {
        .ended(code: ExitCodes.nameTaken, OperatorMessage("nothing started: \(doubt)", next: "look at it, then run with \(next)"))
    }

    /// Work of this run without a runner may be running: a kill from here on has to stop it.
    private func guardAgainstKill(_ existing: Admission.Existing, _ work: RunJournal.Work) {
        if work.isOpen, !work.isDetached { current = existing }
    }

    // MARK: What AWS knows

    /// Nil when the id of the work is not known and AWS shows none that could be its.
    private func existing(_ work: RunJournal.Work, attempt: Int) throws(Halt) -> Admission.Existing? {
        if let id = Service.id(of: work) { return .init(name: work.intent.name, id: id, attempt: attempt, redrives: work.redrives) }
        pendingStart = .init(name: work.intent.name, target: work.intent.target, owner: work.intent.owner)
        guard let found = try searchPatiently(work.intent, intendedAt: work.intendedAt) else { return nil }
        pendingStart = nil
        log.record(.started(name: work.intent.name, id: found.id.text))
        return .init(name: work.intent.name, id: found.id, attempt: attempt, redrives: 0)
    }

    /// By the name alone; one look.
    private func lookFor(name: String) throws(Halt) -> Observation? {
        if let id = Service.expectedID(target: target, name: name) { return try observe(id) }
        return try search(name: name, target: target, owner: nil, since: nil, until: startDeadline)
    }

    private func search(name: String, target: String, owner: String?, since: Timestamp?, until deadline: Instant) throws(Halt) -> Observation? {
        do throws(Loop.NoAnswer) {
            return try loop.search(Service.self, name: name, target: target, owner: owner, since: since, until: deadline, onRetry: warnUnreachable)
        } catch {
            switch error {
            case .signal: throw .signal
            case .failed(let failure, _): throw halt(failure, action: "look for", mayHaveBeenProcessed: pendingStart != nil)
            }
        }
    }

    /// A submission shows in lists seconds after it was made. Looked for until it is a minute old, three times at least; one
    /// that a live runner of another host may be sending, as long as that runner may take.
    func searchPatiently(_ intent: JournalRecord.Intent, intendedAt: Timestamp?) throws(Halt) -> Observation? {
        // The age of another host's is not known: clocks differ.
        let isOurs = log.sender(intent.owner) == .here
        let age = isOurs ? intendedAt.map { min(max(loop.clock.now - $0, .zero), .seconds(60)) } ?? .seconds(60) : .zero
        let end = min(loop.clock.instant + (.seconds(60) - age), startDeadline)
        var pause = Duration.milliseconds(500)
        for look in 1... {
            // Clocks differ by a minute at most.
            let since = intendedAt.map { $0 + .seconds(-60) }
            if let found = try search(name: intent.name, target: intent.target, owner: intent.owner, since: since, until: max(startDeadline, loop.clock.instant + .seconds(5))) {
                return found
            }
            var isBeingSent = look < 3
            if case .elsewhere(_, isLive: true) = log.sender(intent.owner) { isBeingSent = true }
            guard loop.clock.instant < end || isBeingSent && loop.clock.instant < startDeadline else { return nil }
            guard loop.sleep(pause) else { throw .signal }
            if try catchUp() { throw .overtaken }
            pause = min(.seconds(pause.inSeconds * 1.5), .seconds(5))
        }
        return nil
    }

    /// A person has decided that it never was started: it is nobody's orphan any more, once something is started instead.
    private func giveUp(_ work: RunJournal.Work) throws(Halt) {
        pendingStart = nil
        guard Service.hasMadeUpIDs else { return }
        if case .elsewhere(let host, isLive: true) = log.sender(work.intent.owner) {
            throw refusal(doubt: "a runner on \(host) showed life a few minutes ago and may be starting \(work.intent.name)", next: "--new-try start once it is gone")
        }
        givenUp = work.attempts.map { .refused(name: work.intent.name, attempt: $0, reason: "given up by --new-try start") }
    }

    /// It is never sent again: it may be running all the same.
    private func unseenStart(_ work: RunJournal.Work, attempt: Int) -> Halt {
        if isOwnRun { log.record(.returned(name: work.intent.name, attempt: attempt, code: ExitCodes.unknown)) }
        return .ended(
            code: ExitCodes.unknown,
            OperatorMessage(
                "whether \(work.intent.name) was started is unknown, it may run: AWS shows no such \(Service.noun) in \(work.intent.target); it is not sent again",
                next: "look there; if it never was, run with --new-try start"))
    }

    /// Nil when AWS knows no such work.
    func observe(_ id: WorkloadID, until deadline: Instant? = nil) throws(Halt) -> Observation? {
        do throws(Loop.NoAnswer) {
            return try loop.perform(Service.observe(id), until: deadline ?? startDeadline, onRetry: warnUnreachable)
        } catch {
            switch error {
            case .signal: throw .signal
            case .failed(let failure, _):
                if Service.isMissing(failure) { return nil }
                throw halt(failure, action: "look for", mayHaveBeenProcessed: current != nil)
            }
        }
    }

    /// Work of another try. One that was sent a moment ago may not be visible yet, and one read that finds nothing may be
    /// old: only several say that there is nothing.
    private func observe(_ id: WorkloadID, settling work: RunJournal.Work) throws(Halt) -> Observation? {
        for look in 1... {
            if let found = try observe(id) { return found }
            let age = work.intendedAt.map { loop.clock.now - $0 } ?? .seconds(3600)
            let isFresh = age >= .zero && age < .seconds(30)
            guard isFresh || look < 3, loop.clock.instant < startDeadline else { return nil }
            guard loop.sleep(.seconds(isFresh ? 2 : 1)) else { throw .signal }
        }
        return nil
    }

    /// Of the text as it goes on the wire; empty for work that was attached.
    var inputDigest: String {
        if case .launch(_, let launch) = plan.work { launch.inputDigest } else { "" }
    }

    private func hasSameInput(_ work: RunJournal.Work) -> Bool {
        if case .attach = plan.work { return true }
        return inputDigest == work.intent.inputDigest
    }

    func requireSameInput(_ found: Observation, _ work: RunJournal.Work?) throws(Halt) {
        guard case .launch(_, let launch) = plan.work, !(work.map(hasSameInput) ?? false), found.hasInput(of: launch) == false else { return }
        throw nameTaken(found.name, by: "a run with other input")
    }

    func nameTaken(_ name: String, by whom: String) -> Halt {
        .ended(code: ExitCodes.nameTaken, OperatorMessage("nothing started: the name \(name) is taken by \(whom)", next: "give the input it was started with, or another name"))
    }
}
