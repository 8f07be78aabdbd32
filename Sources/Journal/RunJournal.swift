package import Effects
import JSON
package import Runs

/// What the journal tells of a run: the pieces of work of its tries, in the order of their intents.
package struct RunJournal: Equatable, Sendable {
    package private(set) var works: [Work] = []

    package init() {}

    /// Lines of a journal without its notes, each the bytes of one; torn ones are passed over.
    package init(lines: [some Sequence<UInt8>]) {
        for line in lines {
            if let json = try? JSONValue(parsing: Array(line)), let record = JournalRecord(json) { apply(record, at: JournalRecord.time(json)) }
        }
    }

    package struct Work: Equatable, Sendable {
        package let intent: JournalRecord.Intent
        package let intendedAt: Timestamp?
        package fileprivate(set) var id: String?
        /// The tries that this is the work of.
        package fileprivate(set) var attempts: [Int]
        package fileprivate(set) var owner: String {
            didSet { owners.insert(owner) }
        }
        /// Every runner that has followed it.
        package fileprivate(set) var owners: Set<String>
        package fileprivate(set) var wasRefused = false
        /// Who stopped it, once AWS acknowledged that.
        package fileprivate(set) var stoppedBy: String?
        package fileprivate(set) var outcome: Outcome?
        /// The exit code that each try was given.
        package fileprivate(set) var returned: [Int: Int32] = [:]
        package fileprivate(set) var isDetached = false
        /// How many redrives AWS has to show before an end is this work's end.
        package fileprivate(set) var redrives = 0
        fileprivate var outcomeBeforeRedrive: Outcome?

        /// It may still run in AWS.
        package var isOpen: Bool { !wasRefused && outcome == nil && stoppedBy == nil }
    }

    mutating func apply(_ record: JournalRecord, at time: Timestamp?) {
        switch record {
        case .intent(let intent):
            // The same name again: a restart that sends the same request once more.
            if let index = index(of: intent.name), !intent.isOneSubmission {
                works[index].owner = intent.owner
                works[index].wasRefused = false
                if !works[index].attempts.contains(intent.attempt) { works[index].attempts.append(intent.attempt) }
            } else {
                works.append(Work(intent: intent, intendedAt: time, attempts: [intent.attempt], owner: intent.owner, owners: [intent.owner]))
            }
        case .started(let name, let id): update(name) { $0.id = id }
        case .adopted(let name, let id, let attempt, let owner):
            update(name) { work in
                (work.id, work.owner, work.isDetached) = (id, owner, false)
                if !work.attempts.contains(attempt) { work.attempts.append(attempt) }
            }
        case .refused(let name, let attempt, _):
            update(name) { work in
                // The name may be that of another try's work, which stays what it is.
                if work.attempts == [attempt] { work.wasRefused = true } else { work.attempts.removeAll { $0 == attempt } }
            }
        case .stopped(let name, let by): update(name) { $0.stoppedBy = by }
        case .ended(let name, let outcome): update(name) { $0.outcome = outcome }
        case .returned(let name, let attempt, let code): update(name) { $0.returned[attempt] = code }
        case .detached(let name): update(name) { $0.isDetached = true }
        case .redriven(let name, let attempt, let owner, let redrives):
            update(name) { work in
                work.outcomeBeforeRedrive = work.outcome ?? work.outcomeBeforeRedrive
                (work.outcome, work.stoppedBy, work.owner, work.redrives) = (nil, nil, owner, redrives)
                if !work.attempts.contains(attempt) { work.attempts.append(attempt) }
            }
        case .redriveRefused(let name, let attempt):
            update(name) { work in
                (work.outcome, work.redrives) = (work.outcomeBeforeRedrive, work.redrives - 1)
                work.attempts.removeAll { $0 == attempt }
            }
        }
    }

    private func index(of name: String) -> Int? { works.lastIndex { $0.intent.name == name } }

    private mutating func update(_ name: String, _ change: (inout Work) -> Void) {
        if let index = index(of: name) { change(&works[index]) }
    }

    /// The work of a try; refused work is none.
    package func work(ofAttempt attempt: Int) -> Work? {
        works.last { $0.attempts.contains(attempt) && !$0.wasRefused }
    }

    /// The newest work of the other tries; tries can arrive out of order.
    package func work(ofOtherThan attempt: Int) -> Work? {
        works.last { !$0.wasRefused && !$0.attempts.contains(attempt) }
    }

    package func work(named name: String) -> Work? {
        works.last { $0.intent.name == name }
    }

    /// The try that a start without one is: the last one, or the next once an outcome was returned for it.
    package var countedAttempt: Int {
        guard let last = works.flatMap(\.attempts).max() else { return 1 }
        let code = work(ofAttempt: last)?.returned[last]
        return code == nil || code == ExitCodes.unknown ? last : last + 1
    }
}
