/// What to do about a failure, from the quickest to the most careful.
package enum Action: String, CaseIterable, Sendable {
    case immediate, delayed, fallback, manual
    case verifyFirst = "verify_first"
}

package enum Confidence: String, CaseIterable, Comparable, Sendable {
    case low, medium, high

    package static func < (a: Self, b: Self) -> Bool { a.order < b.order }
    private var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    var lower: Self { self == .high ? .medium : .low }
}

/// Why a restart must never be immediate, whoever advises it.
package enum Veto: String, CaseIterable, Sendable { case memory, disk, permissions, credentials, commit }

/// One kind of failure as the catalogue tells it.
package struct FailureClass: Sendable {
    package let id: String
    package internal(set) var title: String
    /// How near to a root cause, 1 the nearest. Up to 5 a cause, above only what is left of one: an exit code, a stack trace, a wrapper.
    package internal(set) var rank = 3
    package internal(set) var action = Action.manual
    package internal(set) var veto: Veto?
    package internal(set) var cause = ""
    package internal(set) var fix = ""
    package internal(set) var impact = ""
    package internal(set) var steps: [String] = []
    /// Exit codes that prove it when nothing says more.
    package internal(set) var codes: Set<Int> = []
    /// Exit codes of a killed process with which it is a cause nevertheless.
    package internal(set) var compatibleCodes: Set<Int> = []
    /// Proven by what AWS says alone; log text cannot.
    package internal(set) var isOfAWS = true

    var isCause: Bool { rank <= 5 }
    /// The text only says that something failed: a stack trace, a container that exited.
    var isWrapper: Bool { rank >= 7 }
}

/// Who may prove it.
enum Channel: Sendable {
    /// Only a field that AWS filled in.
    case aws
    /// AWS or the log.
    case any
    /// As `any`, but more often what follows from another failure than a cause.
    case weak
}

struct BoundPattern: Sendable {
    let classIndex: Int
    let channel: Channel
    let pattern: Pattern
}
