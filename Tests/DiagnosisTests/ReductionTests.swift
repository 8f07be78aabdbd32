import Diagnosis
import Testing

@Suite struct ReductionTests {
    private func excerpt(_ text: String, baseline: String? = nil, budget: Int = 2000, piece: Int = 4096) throws -> [ExcerptLine] {
        var usual = Baseline()
        if let baseline { usual.add(Array(baseline.utf8)) }
        var reduction = LogReduction(try Catalogue(), baseline: usual)
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            reduction.read(Array(rest.prefix(piece)))
            rest = rest.dropFirst(piece)
        }
        return reduction.finish(budget: budget)
    }

    private let log = (1...500).map { "2026-11-20 INFO loaded file \($0) of 500\n" }.joined()
        + "2026-11-20 ERROR cannot open ledger 77\n" + (501...900).map { "2026-11-20 INFO loaded file \($0) of 500\n" }.joined()

    @Test func anErrorStaysWithWhatStandsAroundIt() throws {
        let lines = try excerpt(log)
        #expect(lines.map(\.line.number).contains(501))
        #expect(lines.filter { $0.line.number != 501 }.allSatisfy { $0.kindred == 900 })
        #expect(lines.count <= 8)
    }

    @Test func linesAreVerbatimAndNumberedByUs() throws {
        let all = log.split(separator: "\n").map { Array($0.utf8) }
        for line in try excerpt(log, piece: 13) { #expect(line.line.bytes == all[line.line.number - 1]) }
    }

    @Test func whatGoodRunsLogIsLeftOut() throws {
        let steps = (1...50).map { "INFO step \($0) done\n" }.joined()
        let text = steps + "WARN error cache cold 12\n" + steps + "odd new line\n" + steps
        #expect(try excerpt(text).map(\.line.number).contains(51))
        let lines = try excerpt(text, baseline: "WARN error cache cold 99\nINFO step 7 done\n")
        #expect(!lines.contains { (48...54).contains($0.line.number) } && lines.contains { $0.line.number == 102 }, "\(lines.map(\.line.number))")
    }

    @Test func theBudgetHolds() throws {
        let noisy = (1...2000).map { "ERROR kind \(String(repeating: String("abcdefghij".dropFirst($0 % 7)), count: $0 % 9 + 1)) failed\n" }.joined()
        for budget in [0, 100, 1000, 20_000] {
            let lines = try excerpt(noisy, budget: budget)
            #expect(lines.map { $0.line.bytes.count + 1 }.reduce(0, +) <= budget)
        }
    }
}
