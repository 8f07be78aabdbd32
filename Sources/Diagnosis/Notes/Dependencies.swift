import JSON

/// What hangs on the job, as its site has written it down, and how the jobs that it waits for ended last.
package struct Dependencies: Equatable, Sendable {
    package struct Upstream: Equatable, Sendable {
        let job: String
        /// In the history's word, `failed`; nil where it knows no run.
        let outcome: String?
        /// RFC 3339.
        let ended: String?

        package init(job: String, outcome: String?, ended: String?) {
            (self.job, self.outcome, self.ended) = (job, outcome, ended)
        }
    }

    private let criticality: String?
    private let downstream: [String]
    private let upstream: [Upstream]

    package init(criticality: String?, downstream: [String], upstream: [Upstream]) {
        (self.criticality, self.downstream, self.upstream) = (criticality, downstream, upstream)
    }

    private static let named = 3

    /// "Criticality high. Waiting for it: risk_report, ledger, fx and 2 more." Nil when there is nothing to say.
    var sentence: String? {
        let more = downstream.count > Self.named ? " and \(downstream.count - Self.named) more" : ""
        let waiting = downstream.isEmpty ? nil : "Waiting for it: \(downstream.prefix(Self.named).joined(separator: ", "))\(more)."
        let sentences = [criticality.map { "Criticality \($0)." }, waiting].compactMap { $0 }
        return sentences.isEmpty ? nil : sentences.joined(separator: " ")
    }

    var json: JSONValue {
        [
            "criticality": JSONValue(criticality), "downstream": .array(downstream.map { JSONValue($0) }),
            "upstream": .array(upstream.map { ["job": JSONValue($0.job), "outcome": JSONValue($0.outcome), "ended": JSONValue($0.ended)] }),
        ]
    }
}
