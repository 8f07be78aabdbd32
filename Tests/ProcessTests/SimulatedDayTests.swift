import Foundation
import JSON
import Testing
import TestSupport

/// Days in simulated time: the real supervisor in a process of its own (Tests/SimulatedDay), so that its memory is all that is
/// measured.
@Suite struct SimulatedDayTests {
    private struct Day {
        let code: Int32
        /// Printed lines that are none of the log.
        let states: Int
        /// Those of the log, and how many of them were not the next one.
        let lines: Int
        let misplaced: Int
        let errors: [String]
        let report: JSONValue
    }

    /// A build for release that plays the whole day; the tests' own build plays two hours with a fifth of the lines.
    private static let release = ProcessInfo.processInfo.environment["AWSJOB_SIMULATED_DAY"]

    private func play(_ arguments: Int..., outage: Range<Int>? = nil) throws -> Day {
        let folder = try Scratch.folder()
        let words = arguments.map(String.init) + [folder.path] + (outage.map { [String($0.lowerBound), String($0.upperBound)] } ?? [])
        let script = """
            \(Self.release ?? Repository.built("simulated-day")) \(words.joined(separator: " ")) > \(folder.path)/out; code=$?
            awk '/ line [0-9]+$/ { if ($NF != lines) misplaced++; lines++; next } { states++ } END { print states+0, lines+0, misplaced+0 }' \(folder.path)/out
            exit $code
            """
        let run = try ChildRun(["/bin/sh", "-c", script], environment: ["PATH": "/usr/bin:/bin", "SWIFT_BACKTRACE": "enable=no"])
        guard case .exited(let code) = try run.wait(limit: 300) else { throw TestFailure(run.stderr) }
        let counts = run.stdoutLines.last?.split(separator: " ").compactMap { Int($0) } ?? []
        guard counts.count == 3, let last = run.stderrLines.last, let report = try? JSONValue(parsing: last) else { throw TestFailure("code \(code): \(run.stderr)") }
        return Day(code: code, states: counts[0], lines: counts[1], misplaced: counts[2], errors: run.stderrLines.dropLast(), report: report)
    }

    /// 20,000 events of the history, a million lines of the log: once what it remembers of them is full (131,072 lines, two
    /// minutes of them in any case), the run does not grow.
    @Test func memoryStaysFlat() throws {
        let lines = Self.release == nil ? 200_000 : 1_000_000
        let day = try play(Self.release == nil ? 7200 : 86_400, lines, 20_000)
        #expect(day.code == 0, "\(day.errors)")
        #expect(day.lines == lines)
        #expect(day.misplaced == 0)
        // Entered and exited, the start and the end.
        #expect(day.states >= 19_990)
        let resident = (day.report["kib"]?.array ?? []).compactMap(\.int)
        #expect(resident.count == 24)
        let (early, late) = (resident.prefix(18).max() ?? 0, resident.max() ?? 0)
        #expect(late - early < 2048, "KiB, 24 times: \(resident)")
        print("a day: \(day.lines) lines, \(day.states) others, \(day.report["calls"]?.int ?? 0) calls, resident KiB \(resident)")
    }

    /// Throttled from the tenth minute to the seventieth: said after half a minute and every five minutes, and then all goes on.
    @Test func anHourOfThrottling() throws {
        let day = try play(7200, 1000, 100, outage: 600..<4200)
        #expect(day.code == 0, "\(day.errors)")
        #expect(day.lines == 1000)
        let silences = day.errors.filter { $0.contains("no word from AWS about day-1-1-") && $0.contains("still trying, for 2h") }
        #expect((10...13).contains(silences.count), "\(day.errors)")
        #expect(day.errors.contains { $0.contains("contact with AWS again after 1h") || $0.contains("contact with AWS again after 59m") || $0.contains("contact with AWS again after 58m") }, "\(day.errors)")
    }
}
