package import JSON

/// What is known of the job beside this failure, as it stands in the notes of the rules and of Claude alike.
package struct Background: Sendable {
    private let precedents: Precedents?
    private let known: Dependencies?

    package init(_ evidence: Evidence) {
        (precedents, known) = (evidence.precedents, evidence.dependencies)
    }

    package func impact(_ words: String) -> String { known?.sentence.map { "\(words) \($0)" } ?? words }

    /// Why the restart is advised so, with what restarts did before.
    package func reason(_ words: String, _ failureClass: String) -> String { precedents?.sentence(on: failureClass).map { "\(words) \($0)" } ?? words }

    package func history(_ failureClass: String) -> JSONValue { precedents?.json(on: failureClass) ?? .null }
    package var dependencies: JSONValue { known?.json ?? .null }

    /// For a reader who has to find the class yet.
    package var facts: [JSONValue.Member] {
        [("history", precedents?.facts), ("dependencies", known?.json)].compactMap { name, value in value.map { .init(name, $0) } }
    }
}
