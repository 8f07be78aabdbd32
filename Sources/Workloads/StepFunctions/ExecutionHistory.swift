import Effects
import JSON
import Runs

/// The history of one execution as far as it has been read: every event once, in order, and what failed where.
struct ExecutionHistory {
    private(set) var lastID = 0
    private(set) var end: HistoryEvent?
    /// The state entered last and not left since.
    private(set) var current: String?
    /// By id: a history may have 25,000 events, and a runner few megabytes.
    private var previous: [Int32] = [0]
    private var landmarks = [Landmark.none]
    /// Failures and tasks that were scheduled, by id.
    private var details: [Int: HistoryEvent] = [:]
    /// Of states; there are few.
    private var names: [String] = []
    private var numbers: [String: Int32] = [:]
    private var retries: [Int: Int] = [:]
    /// The ids of ExecutionRedriven events, ascending.
    private var redrives: [Int] = []

    /// Takes events in any order; returns those that are new, with ascending ids.
    mutating func append(_ events: [HistoryEvent]) -> [HistoryEvent] {
        var fresh: [HistoryEvent] = []
        for event in events.sorted(by: { $0.id < $1.id }) where event.id > lastID {
            while previous.count < event.id {
                previous.append(0)
                landmarks.append(.none)
            }
            previous.append(event.previous < event.id ? Int32(clamping: event.previous) : 0)
            landmarks.append(Landmark(event, state: number(of: event.name)))
            lastID = event.id
            if event.isFailure || event.isScheduled { details[event.id] = event }
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

    private mutating func number(of name: String?) -> Int32 {
        guard let name else { return -1 }
        if let number = numbers[name] { return number }
        names.append(name)
        numbers[name] = Int32(names.count - 1)
        return Int32(names.count - 1)
    }

    private func landmark(_ id: Int) -> Landmark { landmarks.indices.contains(id) ? landmarks[id] : .none }

    private func state(at id: Int) -> String? {
        let number = Int(landmark(id).state)
        return names.indices.contains(number) ? names[number] : nil
    }

    func redriveCount(upTo id: Int) -> Int { redrives.count { $0 <= id } }

    /// What a person is told of an event; nil for those that say nothing new.
    mutating func describe(_ event: HistoryEvent) -> RunEvent? {
        if event.isEntry { return line(event, event.name, "entered") }
        if event.isExit { return line(event, event.name, "exited") }
        if event.isFailure { return line(event, state(of: event), event.type.hasPrefix("MapIteration") ? "iteration failed" : "failed") }
        if event.isRedrive { return RunEvent("redriven", at: event.time, "execution redriven", fields: [.init("event_id", JSONValue(event.id))]) }
        if event.isBeginning, landmark(event.previous).marks.contains(.failure) {
            let entry = entryID(of: event)
            retries[entry, default: 0] += 1
            return line(event, state(at: entry), "retried (retry \(retries[entry] ?? 1))")
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
        sequence(first: id) { [previous] id in previous.indices.contains(id) && previous[id] > 0 ? Int(previous[id]) : nil }
    }

    private func entryID(of event: HistoryEvent) -> Int {
        var skipped = 0
        for id in chain(from: event.previous) {
            let marks = landmark(id).marks
            if marks.contains(.exit) { skipped += 1 }
            if marks.contains(.entry) {
                if skipped == 0 { return id }
                skipped -= 1
            }
        }
        return 0
    }

    /// The event with which the task of an event was scheduled.
    func scheduled(of event: HistoryEvent) -> HistoryEvent? {
        for id in chain(from: event.previous) {
            let marks = landmark(id).marks
            if marks.contains(.scheduled) { return details[id] }
            if marks.contains(.entry) { return nil }
        }
        return nil
    }

    /// The state that an event belongs to. The failure of a Parallel or Map state stands behind that of its branch, so
    /// the entry is the one of the same kind that no inner failure has used up.
    func state(of event: HistoryEvent) -> String? {
        if let name = event.name { return name }
        let kind: Landmark.Marks? = event.type.hasPrefix("Parallel") ? .parallel : event.type.hasPrefix("Map") ? .map : nil
        guard let kind, event.type.hasSuffix("StateFailed") || event.type.hasSuffix("RunFailed") else { return state(at: entryID(of: event)) }
        var inner = 0
        for id in chain(from: event.previous) {
            let marks = landmark(id).marks
            guard marks.contains(kind) else { continue }
            if marks.contains(.stateFailed) || marks.contains(.exit) { inner += 1 }
            if marks.contains(.entry) {
                if inner == 0 { return state(at: id) }
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
            let marks = landmark(id).marks
            if marks.contains(.exit) { skipped += 1 }
            if marks.contains(.failure), states.isEmpty, skipped == 0, deepest == nil || deepest?.isWrapper == true { deepest = details[id] }
            if marks.contains(.entry) {
                // A redriven state is entered twice.
                if skipped > 0 { skipped -= 1 } else if let name = state(at: id), !states.contains(name) { states.insert(name, at: 0) }
            }
        }
        return (states, deepest?.error ?? end.error, deepest?.cause ?? end.cause)
    }
}

/// What a walk back through a history has to know of one event.
private struct Landmark {
    struct Marks: OptionSet {
        let rawValue: UInt8
        static let entry = Marks(rawValue: 1)
        static let exit = Marks(rawValue: 2)
        static let failure = Marks(rawValue: 4)
        static let stateFailed = Marks(rawValue: 8)
        static let scheduled = Marks(rawValue: 16)
        static let parallel = Marks(rawValue: 32)
        static let map = Marks(rawValue: 64)
    }

    let marks: Marks
    /// Number of the state that it names; -1 for none.
    let state: Int32

    static let none = Landmark(marks: [], state: -1)

    private init(marks: Marks, state: Int32) { (self.marks, self.state) = (marks, state) }

    init(_ event: HistoryEvent, state: Int32) {
        var marks: Marks = []
        if event.isEntry { marks.insert(.entry) }
        if event.isExit { marks.insert(.exit) }
        if event.isFailure { marks.insert(.failure) }
        if event.type.hasSuffix("StateFailed") { marks.insert(.stateFailed) }
        if event.isScheduled { marks.insert(.scheduled) }
        if event.type.hasPrefix("Parallel") { marks.insert(.parallel) }
        if event.type.hasPrefix("Map") { marks.insert(.map) }
        self.init(marks: marks, state: state)
    }
}
