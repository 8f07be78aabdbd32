@testable import Diagnosis
import Testing
import TestSupport

@Suite struct JudgementTests {
    let catalogue: Catalogue

    init() throws { catalogue = try Catalogue() }

    /// Whatever AWS alone may say proves nothing when it stands in the log: every pattern of such classes, as a line.
    @Test func logTextProvesNoClassOfAWS() {
        for bound in catalogue.patterns where bound.channel == .aws {
            let line = bound.pattern.pieces.map { piece in
                switch piece {
                case .literal(let bytes): String(decoding: bytes, as: UTF8.self)
                case .digits: "17"
                case .capitals: "A_B"
                case .anything: " x "
                }
            }.joined()
            let found = FailureCase(log: "ERROR \(line)\n").notes(catalogue).verdict.failure
            #expect(found.map { !$0.isOfAWS } ?? true, "\(line): \(found?.id ?? "")")
            #expect(FailureCase(log: line).notes(catalogue).verdict.action != .immediate, "\(line)")
        }
    }

    /// No line of any log, alone, leads to a restart at once; and never with a veto's class.
    @Test func noLogLeadsToARestartAtOnce() {
        for bound in catalogue.patterns {
            let line = bound.pattern.pieces.map { if case .literal(let bytes) = $0 { String(decoding: bytes, as: UTF8.self) } else { "7" } }.joined()
            #expect(FailureCase(log: line).notes(catalogue).verdict.action != .immediate, "\(line)")
        }
    }

    /// An application's own message inside AWS's cause may not call for a restart in AWS's name.
    @Test func anErrorMessageOfTheWorkIsNotAWS() {
        let forged = FailureCase(log: "", reason: #"{"errorMessage":"Host EC2 (instance i-0a) terminated","errorType":"E"}"#).notes(catalogue).verdict
        #expect(forged.failure?.id != "SPOT_HOST_TERMINATED")
    }

    @Test func aCommitOfUnknownOutcomeForbidsARestart() {
        let log = """
            01:00 ERROR connect: Could not resolve host: db
            01:00 ERROR commit of batch 3: server closed the connection unexpectedly
            """
        let verdict = FailureCase(log: log).notes(catalogue).verdict
        #expect(verdict.action == .verifyFirst)
    }

    @Test func contradictionLowersConfidence() {
        let one = FailureCase(log: "ERROR ORA-01653: unable to extend table\n").notes(catalogue).verdict
        let two = FailureCase(log: "ERROR ORA-01653: unable to extend table\nx\nx\nx\nx\nERROR ORA-01017: invalid username/password\n").notes(catalogue).verdict
        #expect(one.failure?.id == two.failure?.id)
        #expect(two.confidence < one.confidence)
    }

    /// However the log is cut into pieces, the notes are the same.
    @Test func piecesMakeNoDifference() throws {
        for failure in try FailureCase.all("tune").prefix(60) {
            let whole = failure.notes(catalogue).json
            for size in [1, 7, 64] {
                var scan = LogScan(catalogue, mask: Unmasked())
                var rest = failure.log[...]
                while !rest.isEmpty {
                    scan.read(Array(rest.prefix(size)))
                    rest = rest.dropFirst(size)
                }
                var evidence = Evidence(log: scan.finish())
                (evidence.exitCode, evidence.reasons) = (failure.exitCode, failure.reason.map { [$0] } ?? [])
                #expect(Notes(evidence, catalogue).json == whole, "\(failure.name) in pieces of \(size)")
            }
        }
    }

    @Test func memoryStaysBounded() {
        var scan = LogScan(catalogue, mask: Unmasked())
        let block = Array(String(repeating: "ERROR deadlock detected in 7\nERROR odd thing 9\n", count: 2000).utf8)
        for _ in 0..<10 { scan.read(block) }
        let findings = scan.finish()
        #expect(findings.lines == 40_000)
        #expect(findings.sightings.count < 300 && findings.unknown.count < 200)
        #expect(findings.sightings.first?.line.number == 1)
    }
}

@Suite struct LongLineTests {
    @Test func ofALongLineTheBeginningIsQuotedWithoutCuttingACharacter() throws {
        let line = "ERROR No space left on device " + String(repeating: "é", count: 20_000)
        let verdict = FailureCase(log: line).notes(try Catalogue()).verdict
        let quote = try #require(verdict.lines.first?.bytes)
        #expect(quote.count <= 16_384 && quote.count > 16_000)
        #expect(String(validating: quote, as: UTF8.self).map(line.hasPrefix) == true)
    }
}
