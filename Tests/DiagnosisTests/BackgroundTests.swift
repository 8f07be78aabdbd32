import Diagnosis
import JSON
import Testing

/// What earlier runs and the site's words add to the notes: counts of ours, and never another action.
@Suite struct BackgroundTests {
    private let catalogue: Catalogue
    init() throws { catalogue = try Catalogue() }

    private func failure(_ run: Int, _ failureClass: String = "DISK_FULL", decision: String? = nil, helped: Bool? = nil) -> Precedents.Failure {
        .init(run: "\(run)/1", time: "2026-11-20T01:00:00.000Z", failureClass: failureClass, decision: decision, retryHelped: helped)
    }

    private func notes(_ precedents: Precedents?, _ dependencies: Dependencies? = nil, log: String = "ERROR No space left on device\n") -> Notes {
        var scan = LogScan(catalogue, mask: Unmasked())
        scan.read(Array(log.utf8))
        var evidence = Evidence(log: scan.finish())
        (evidence.precedents, evidence.dependencies) = (precedents, dependencies)
        return Notes(evidence, catalogue)
    }

    @Test func theReasonTellsWhatRestartsDidBefore() {
        let four = [failure(9, helped: true), failure(8, decision: "approved", helped: true), failure(7, helped: false), failure(6, "NET_TIMEOUT"), failure(5, decision: "rejected", helped: true)]
        let cases: [(Precedents, String)] = [
            (Precedents(runs: 30, failures: four), "Failed 4 of the last 30 runs with this class; a retry helped 3 of 4."),
            (Precedents(runs: 1, failures: [failure(9)]), "Failed 1 of the last 1 run with this class; none was tried again."),
            (Precedents(runs: 12, failures: [failure(6, "NET_TIMEOUT")]), "None of the last 12 runs failed with this class."),
        ]
        for (precedents, sentence) in cases {
            #expect(notes(precedents).json["restart_reason"]?.string?.hasSuffix(sentence) == true)
            #expect(notes(precedents).lines { $0 }.contains { $0.hasPrefix("restart:") && $0.hasSuffix(sentence) })
        }
        #expect(notes(Precedents(runs: 0, failures: [])).json["restart_reason"] == notes(nil).json["restart_reason"])
        let history = notes(cases[0].0).json["history"]
        #expect(history?["runs"]?.int == 30 && history?["failed"]?.int == 4 && history?["retried"]?.int == 4 && history?["retry_helped"]?.int == 3 && history?["approved"]?.int == 1 && history?["rejected"]?.int == 1)
        #expect(notes(cases[0].0).lines { $0 }.contains("earlier:    9/1 at 2026-11-20T01:00:00.000Z: a retry helped"))
        #expect(notes(cases[0].0).lines { $0 }.contains("            8/1 at 2026-11-20T01:00:00.000Z: approved, a retry helped"))
    }

    /// However well retries went: the action is the rules'.
    @Test func noHistoryChangesAnAction() {
        let fine = Precedents(runs: 30, failures: (1...30).map { failure($0, decision: "approved", helped: true) })
        for log in ["ERROR No space left on device\n", "ERROR frobnicator out of phase\n", "botocore.exceptions.ClientError: An error occurred (AccessDenied) when calling the PutObject operation: Access Denied\n"] {
            #expect(notes(fine, log: log).verdict.action == notes(nil, log: log).verdict.action)
            #expect(notes(fine, log: log).json["action"]?.string == "manual")
        }
    }

    @Test func impactSaysWhatHangsOnTheJob() {
        func impact(_ criticality: String?, _ downstream: [String]) -> String { notes(nil, .init(criticality: criticality, downstream: downstream, upstream: [])).json["impact"]?.string ?? "" }
        let bare = notes(nil).json["impact"]?.string ?? ""
        #expect(impact("high", ["risk"]) == "\(bare) Criticality high. Waiting for it: risk.")
        #expect(impact(nil, ["risk", "ledger"]) == "\(bare) Waiting for it: risk, ledger.")
        #expect(impact("low", ["a", "b", "c", "d"]) == "\(bare) Criticality low. Waiting for it: a, b, c and 1 more.")
        #expect(impact(nil, []) == bare)
        let upstream = Dependencies(criticality: nil, downstream: [], upstream: [.init(job: "fx", outcome: "failed", ended: "2026-11-20T01:00:00.000Z"), .init(job: "pos", outcome: nil, ended: nil)])
        #expect(notes(nil, upstream).lines { $0 }.contains("before it:  fx failed at 2026-11-20T01:00:00.000Z; pos has no recorded run"))
        #expect(notes(nil, upstream).json["dependencies"]?["upstream"]?.array?.count == 2)
    }
}
