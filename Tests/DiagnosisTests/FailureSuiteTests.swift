import Diagnosis
import JSON
import Testing
import TestSupport

/// Labelled failures, a file a case: `tune` was looked at while the catalogue was written, `once` not.
@Suite struct FailureSuiteTests {
    let catalogue: Catalogue

    init() throws { catalogue = try Catalogue() }

    private func wrong(_ part: String) throws -> [String] {
        let cases = try FailureCase.all(part)
        return cases.compactMap { failure in
            let verdict = failure.notes(catalogue).verdict
            let found = verdict.failure?.id ?? Notes.unknownClass
            if found != failure.expected { return "\(failure.name): \(found) [\(verdict.lines.map { "\($0.number)" }.joined(separator: " "))], expected \(failure.expected)" }
            if let action = failure.action, action != verdict.action.rawValue { return "\(failure.name): \(verdict.action.rawValue), expected \(action)" }
            let numbers = verdict.lines.map(\.number)
            return failure.evidence.allSatisfy(numbers.contains) ? nil : "\(failure.name): lines \(numbers), expected \(failure.evidence)"
        }
    }

    @Test func everyFailureOfTheFirstPartIsRecognised() throws {
        let wrong = try wrong("tune")
        #expect(wrong.isEmpty, "\(wrong.joined(separator: "\n"))")
    }

    /// The other part is measured, not fitted: the issue asks for 90 % of the classes and 80 % of the unknown.
    @Test func mostOfTheOtherPartIsRecognised() throws {
        let cases = try FailureCase.all("once")
        for (part, share) in [(cases.filter { $0.expected != Notes.unknownClass }, 0.9), (cases.filter { $0.expected == Notes.unknownClass }, 0.8)] {
            let right = part.count { ($0.notes(catalogue).verdict.failure?.id ?? Notes.unknownClass) == $0.expected }
            #expect(part.count >= 20 && Double(right) >= share * Double(part.count), "\(right) of \(part.count)")
        }
    }

    /// Quotes are the given line, byte for byte.
    @Test func everyQuoteIsVerbatim() throws {
        for failure in try FailureCase.all("tune") + FailureCase.all("once") {
            for line in failure.notes(catalogue).verdict.lines { #expect(line.bytes == failure.lines[line.number - 1], "\(failure.name)") }
        }
    }

    /// What must hold whatever the class: no restart at once of what the label calls unsafe, and none on a log's word.
    @Test func noRestartIsUnsafe() throws {
        for failure in try FailureCase.all("tune") + FailureCase.all("once") {
            let action = failure.notes(catalogue).verdict.action
            let expected = catalogue[failure.expected]
            #expect(action != .immediate || expected?.action == .immediate && failure.reason != nil, "\(failure.name)")
            if expected == nil { #expect(action == .manual || action == .verifyFirst, "\(failure.name)") }
        }
    }
}
