import Diagnosis
import JSON
import Testing

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
}
