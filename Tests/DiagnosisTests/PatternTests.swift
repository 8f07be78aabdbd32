@testable import Diagnosis
import Testing

@Suite struct PatternTests {
    private func matches(_ pattern: String, _ line: String) -> Bool {
        let bytes = Array(line.utf8)
        return (Pattern.all(Substring(pattern).utf8) ?? []).contains { $0.match(in: bytes, start: LineLevel.read(bytes).start) != nil }
    }

    @Test(arguments: [
        ("No space left on device", "cp: error: No space left on device"), ("no space left", "NO SPACE LEFT"), ("ORA-0165{2,3}", "ORA-01653: unable"),
        ("Duplicate entry '*' for key", "Duplicate entry 'a-b' for key 'PRIMARY'"), ("KeyError: '%'", "KeyError: 'DB_HOST'"), ("line #: # Killed", "x.sh: line 3: 106 Killed"),
        ("^Killed$", "2026-11-20T01:00:00Z [a] Killed  "), ("{a,b} c d e", "b c d e"), ("\\*\\*\\* Error", "make: *** Error"), ("CannotPull*timeout", "CannotPullContainerError: timeout"),
    ])
    func isFound(pattern: String, line: String) { #expect(matches(pattern, line)) }

    @Test(arguments: [
        ("Deadlock", "DeadlockFreeQueue started"), ("SlowDown", "NoSlowDown"), ("KeyError: '%'", "KeyError: 'trade_id'"), ("^Killed$", "Killed by mistake"), ("^Killed$", "was Killed"),
        ("ORA-00001", "ORA-000010"), ("line #: # Killed", "line x: 1 Killed"),
    ])
    func isNotFound(pattern: String, line: String) { #expect(!matches(pattern, line)) }

    @Test func anythingReachesNoFurtherThanARecord() {
        #expect(!matches("begin * end of it", "begin " + String(repeating: "x", count: 400) + " end of it"))
    }

    @Test func bracesThatDoNotMatchAreRefused() {
        #expect(Pattern.all(Substring("a{b,c").utf8) == nil)
    }

    /// The automaton finds what a search for each keyword finds, wherever the keywords overlap.
    @Test func theAutomatonFindsEveryKeyword() {
        let words = ["error", "err", "or", "rror in", "in error", "xx"].map { Array($0.utf8) }
        let text = Array("ERROR in error inerror xxx".utf8)
        let found = text.withUnsafeBufferPointer { KeywordAutomaton(words).hits(in: $0) }
        var expected: [KeywordAutomaton.Hit] = []
        for end in text.indices {
            for (number, word) in words.enumerated() where end + 1 >= word.count && text[(end + 1 - word.count)...end].map(ASCII.lower) == word { expected.append(.init(keyword: number, end: end)) }
        }
        #expect(found.sorted { ($0.end, $0.keyword) < ($1.end, $1.keyword) } == expected)
    }
}

@Suite struct LineLevelTests {
    @Test(arguments: [
        ("2026-11-20 01:00:00,123 ERROR etl failed", LineLevel.error), ("[2026-11-20 03:14:16,001: ERROR/Fork] x", .none), ("E1120 12:00:00.1 1 main.go:1] x", .error), ("WARNING:urllib3:Retrying", .warning),
        ("22:06 paramiko.transport ERROR    Exception", .error), (#"{"ts":1,"level":"warn","msg":"x"}"#, .warning), ("psql: FATAL:  starting", .error), ("all of it went well in ERROR handling", .none),
        ("26/11/20 01:00:00 INFO Executor: x", .chatter), ("fatal: not a git repository", .error), ("[error] x", .error),
    ])
    func isRead(line: String, level: LineLevel) { #expect(LineLevel.read(Array(line.utf8)).level == level) }
}
