import Diagnosis
import Testing

/// What good runs of the job log as well proves nothing.
@Suite struct BaselineTests {
    private let catalogue: Catalogue
    init() throws { catalogue = try Catalogue() }

    private func notes(_ log: String, good: String = "") -> Notes {
        var usual = Baseline()
        usual.add(Array(good.utf8))
        var scan = LogScan(catalogue, mask: Unmasked())
        scan.read(Array(log.utf8))
        var evidence = Evidence(log: scan.finish())
        evidence.exitCode = 1
        // As it comes back from its file.
        evidence.log.leaveOut(Baseline(text: usual.text[...]))
        return Notes(evidence, catalogue)
    }

    private let noise = "2026-11-20 01:00:03 ERROR ORA-00942: table or view does not exist: stg.tmp_17\n"

    @Test func anErrorThatGoodRunsLogIsNotTheCause() {
        let log = "INFO start\n" + noise + "INFO loading\nERROR No space left on device\n"
        #expect(notes(log).verdict.failure?.id == "DB_OBJECT")
        let told = notes(log, good: "INFO start\n" + noise.replacing("01:00:03", with: "02:14:59").replacing("tmp_17", with: "tmp_18") + "INFO done\n")
        #expect(told.verdict.failure?.id == "DISK_FULL" && told.verdict.lines.map(\.number) == [4])
    }

    @Test func unknownErrorsThatGoodRunsLogAreNoEvidence() {
        let log = "ERROR frobnicator out of phase 3\nERROR lattice is torn\n"
        #expect(notes(log).verdict.lines.map(\.number) == [1, 2])
        #expect(notes(log, good: "ERROR frobnicator out of phase 77\n").verdict.lines.map(\.number) == [2])
    }

    /// Codes, and words between quotes, are more than values.
    @Test(arguments: [
        ("ERROR ORA-00001: see above", "ERROR ORA-00942: see above"), ("step load ended with exit code 0", "step load ended with exit code 137"), ("ERROR status=404 for feed", "ERROR status=503 for feed"),
        (#"ERROR "GET /v1 HTTP/1.1" 200 12"#, #"ERROR "GET /v1 HTTP/1.1" 500 12"#), ("KeyError: 'CACHE_DIR'", "KeyError: 'DB_HOST'"), ("ERROR IGN4021 found", "ERROR IGN4022 found"),
        ("ERROR SQLSTATE 23505", "ERROR SQLSTATE 40001"), ("ERROR errno 2", "ERROR errno 28"),
    ])
    func whatOnlyLooksAlikeIsNotUsual(_ usual: String, _ other: String) {
        var baseline = Baseline()
        baseline.add(Array(usual.utf8))
        #expect(baseline.knows(Array(usual.utf8)) && baseline.knows(Array((usual + "\r").utf8)) && !baseline.knows(Array(other.utf8)))
    }

    @Test func itsTextIsBounded() {
        var baseline = Baseline()
        for number in 0..<5000 { baseline.add(Array("kind \(String(repeating: "x", count: number % 70))\(String(repeating: "y", count: number / 70))\n".utf8)) }
        #expect(baseline.text.utf8.count <= 8500)
        #expect(Baseline(text: baseline.text[...]) == baseline)
        #expect(Baseline(text: "no hash zz 12").text == "12")
    }
}
