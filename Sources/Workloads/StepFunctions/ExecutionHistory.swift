import Effects
import JSON
import Runs

/// The history of one execution as far as it has been read: every event once, in order, and what failed where.
struct ExecutionHistory {
    private(set) var lastID = 0
    private(set) var end: HistoryEvent?
    /// The state entered last and not left since.
    private(set) var current: String?
    private var previous: [Int] = [0]
    /// Entries, exits, failures: what a walk back along `previous` has to know.
    private var landmarks: [Int: HistoryEvent] = [:]
    private var retries: [Int: Int] = [:]
    /// The ids of ExecutionRedriven events, ascending.
    private var redrives: [Int] = []

    /// Takes events in any order; returns those that are new, with ascending ids.
    mutating func append(_ events: [HistoryEvent]) -> [HistoryEvent] {
        var fresh: [HistoryEvent] = []
        for event in events.sorted(by: { $0.id < $1.id }) where event.id > lastID {
            while previous.count < event.id { previous.append(0) }
            previous.append(event.previous < event.id ? event.previous : 0)
            lastID = event.id
            if event.isEntry || event.isExit || event.isFailure || event.isWrapper || event.isScheduled { landmarks[event.id] = event }
            if event.isEnd { end = event }
            if event.isRedrive {
                end = nil
                redrives.append(event.id)
            }
            if event.isEntry { current = event.name }
            if event.isExit, event.name == current { current = nil }
            fresh.append(event)
        }
        return fresh
    }

    func redriveCount(upTo id: Int) -> Int { redrives.count { $0 <= id } }

    /// What a person is told of an event; nil for those that say nothing new.
    mutating func describe(_ event: HistoryEvent) -> RunEvent? {
        if event.isEntry { return line(event, event.name, "entered") }
        if event.isExit { return line(event, event.name, "exited") }
        if event.isFailure { return line(event, state(of: event), event.type.hasPrefix("MapIteration") ? "iteration failed" : "failed") }
        if event.isRedrive { return RunEvent("redriven", at: event.time, "execution redriven", fields: [.init("event_id", JSONValue(event.id))]) }
        if event.isBeginning, landmarks[event.previous]?.isFailure == true {
            let entry = entryID(of: event)
            retries[entry, default: 0] += 1
            return line(event, landmarks[entry]?.name, "retried (retry \(retries[entry] ?? 1))")
        }
        return nil
    }

    private func line(_ event: HistoryEvent, _ state: String?, _ verb: String) -> RunEvent {
        let reason = [event.error, event.cause].compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: ": ")
        var fields: [JSONValue.Member] = [.init("event_id", JSONValue(event.id)), .init("event", JSONValue(event.type))]
        if let state { fields.append(.init("state", JSONValue(state))) }
        if let error = event.error { fields.append(.init("error", JSONValue(error))) }
        if let cause = event.cause { fields.append(.init("cause", JSONValue(cause))) }
        return RunEvent("state", at: event.time, "state \(state ?? "?") \(verb)" + (reason.isEmpty ? "" : ": \(reason)"), fields: fields)
    }

    /// The ids from an event back to the first one. `previous` always points to a smaller id, so it ends.
    private func chain(from id: Int) -> some Sequence<Int> {
        sequence(first: id) { [previous] id in previous.indices.contains(id) && previous[id] > 0 ? previous[id] : nil }
    }

    private func entryID(of event: HistoryEvent) -> Int {
        var skipped = 0
        for id in chain(from: event.previous) {
            guard let landmark = landmarks[id] else { continue }
            if landmark.isExit { skipped += 1 }
            if landmark.isEntry {
                if skipped == 0 { return id }
                skipped -= 1
            }
        }
        return 0
    }

    /// The event with which the task of an event was scheduled.
    func scheduled(of event: HistoryEvent) -> HistoryEvent? {
        for id in chain(from: event.previous) {
            guard let landmark = landmarks[id] else { continue }
            if landmark.isScheduled { return landmark }
            if landmark.isEntry { return nil }
        }
        return nil
    }

    /// The state that an event belongs to. The failure of a Parallel or Map state stands behind that of its branch, so
    /// the entry is the one of the same kind that no inner failure has used up.
    func state(of event: HistoryEvent) -> String? {
        if let name = event.name { return name }
        let kind = event.type.hasPrefix("Parallel") ? "Parallel" : event.type.hasPrefix("Map") ? "Map" : nil
        guard let kind, event.type.hasSuffix("StateFailed") || event.type.hasSuffix("RunFailed") else { return landmarks[entryID(of: event)]?.name }
        var inner = 0
        for id in chain(from: event.previous) {
            guard let landmark = landmarks[id], landmark.type.hasPrefix(kind) else { continue }
            if landmark.type.hasSuffix("StateFailed") || landmark.isExit { inner += 1 }
            if landmark.isEntry {
                if inner == 0 { return landmark.name }
                inner -= 1
            }
        }
        return nil
    }

    /// Where the execution failed: the states from the outermost to the deepest, and the deepest error.
    func failure() -> (states: [String], error: String?, cause: String?) {
        guard let end, end.type != "ExecutionSucceeded" else { return ([], nil, nil) }
        var states: [String] = []
        var deepest: HistoryEvent?
        var skipped = 0
        // An abort or a timeout from outside has no predecessor: what ran last is where it was.
        let start = end.previous > 0 ? end.previous : end.id - 1
        for id in chain(from: start) {
            guard let landmark = landmarks[id] else { continue }
            if landmark.isExit { skipped += 1 }
            if landmark.isFailure, states.isEmpty, skipped == 0, deepest == nil || deepest?.isWrapper == true { deepest = landmark }
            if landmark.isEntry {
                // A redriven state is entered twice.
                if skipped > 0 { skipped -= 1 } else if let name = landmark.name, !states.contains(name) { states.insert(name, at: 0) }
            }
        }
        return (states, deepest?.error ?? end.error, deepest?.cause ?? end.cause)
    }
}
