import JSON
package import Runs

/// Text without its secrets.
package typealias Mask = (String) -> String

// What others have written is masked before it is kept: AWS's and the work's words, and values of tags. Names and ids stay as
// they are, since work is found again by them.

extension JournalRecord {
    package func masked(_ mask: Mask) -> JournalRecord {
        switch self {
        case .refused(let name, let attempt, let reason): .refused(name: name, attempt: attempt, reason: mask(reason))
        case .ended(let name, let outcome): .ended(name: name, outcome: outcome.masked(mask))
        case .intent, .started, .adopted, .stopped, .returned, .detached, .redriven, .redriveRefused: self
        }
    }
}

extension RunnerNote {
    package func masked(_ mask: Mask) -> RunnerNote {
        switch self {
        case .began(var runner):
            runner.tags = runner.tags.map { tag in .init(tag.name, tag.value.string.map { JSONValue(Self.value($0, of: tag.name, mask)) } ?? tag.value) }
            return .began(runner)
        case .event(let owner, let event): return .event(owner: owner, event.masked(mask))
        case .finished(let owner, var end):
            (end.reason, end.outcome) = (end.reason.map(mask), end.outcome?.masked(mask))
            return .finished(owner: owner, end)
        }
    }

    /// A value's name may be what tells that it is secret.
    private static func value(_ value: String, of name: String, _ mask: Mask) -> String {
        let masked = mask("\(name)=\(value)")
        return masked.hasPrefix(name + "=") ? String(masked.dropFirst(name.count + 1)) : mask(value)
    }
}

extension RunEvent {
    package func masked(_ mask: Mask) -> RunEvent {
        var masked = self
        (masked.source, masked.message) = (source.map(mask), mask(message))
        return masked
    }
}
