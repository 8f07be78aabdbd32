import Governance
import Effects
import JSON
import Testing

/// Nothing acts but what a person approved, or what a written rule allows for that one cause.
@Suite struct DecisionTests {
    private let now = Timestamp(millisecondsSinceEpoch: 1_000_000_000)

    private func advice(_ action: String, class failure: String = "S3_THROTTLE", job: String? = "eod_load", confidence: String = "high") -> AuditEntry {
        Advice.entry(1, job: job, instance: "ACE", run: "7/1", notes: ["class": JSONValue(failure), "action": JSONValue(action), "confidence": JSONValue(confidence)], evidence: nil, at: now)
    }

    private func policy(_ rule: String) throws -> Policy { try Policy(Array("{\"rules\":[\(rule)]}".utf8)) }
    private let unseen = #"{"name":"r","classes":["S3_THROTTLE"],"jobs":["eod_*"],"action":"restart","approval":"none","at_most":2,"within_hours":1}"#

    private func decide(_ policy: Policy, _ entries: [AuditEntry]) throws -> (Decision, Advice) {
        let book = AdviceBook(entries)
        return (Decision(policy, book, at: now), try #require(book.all.last))
    }

    @Test func withoutAPolicyNothingHappensByItself() throws {
        let (decision, advice) = try decide(.none, [advice("immediate")])
        #expect(decision.allow(advice, isVetoed: false) == nil)
        let approved = try decision.approve(advice, by: "mira", action: nil)
        #expect(approved.remedy.line == "AUTOSERV=ACE sendevent -E FORCE_STARTJOB -J eod_load")
        #expect(approved.entries.map(\.kind) == [.approved, .acted])
    }

    @Test func aRuleAllowsThatActionForThatCauseOnThoseJobs() throws {
        let policy = try policy(unseen)
        func allows(_ entry: AuditEntry, isVetoed: Bool = false) throws -> Bool {
            let (decision, advice) = try decide(policy, [entry])
            return decision.allow(advice, isVetoed: isVetoed) != nil
        }
        #expect(try allows(advice("immediate")))
        #expect(try allows(advice("delayed")))
        #expect(try !allows(advice("immediate"), isVetoed: true))
        #expect(try !allows(advice("manual")))
        #expect(try !allows(advice("verify_first")))
        #expect(try !allows(advice("fallback")))
        #expect(try !allows(advice("immediate", class: "DB_DEADLOCK")))
        #expect(try !allows(advice("immediate", job: "payroll")))
        #expect(try !allows(advice("immediate", job: nil)))
    }

    @Test func soOftenAndNoOftener() throws {
        let policy = try policy(unseen)
        var entries: [AuditEntry] = []
        for number in 1...4 {
            let time = now + .seconds(Double(-3 + number))
            entries.append(Advice.entry(number, job: "eod_load", instance: "", run: nil, notes: ["class": "S3_THROTTLE", "action": "immediate"], evidence: nil, at: time))
            let book = AdviceBook(entries)
            let allowed = Decision(policy, book, at: time).allow(try #require(book.advice(number)), isVetoed: false)
            #expect((allowed != nil) == (number <= 2))
            entries += allowed?.entries ?? []
        }
        let later = now + .seconds(7200)
        let book = AdviceBook(entries)
        #expect(Decision(policy, book, at: later).allow(try #require(book.advice(4)), isVetoed: false) != nil)
    }

    @Test func approversAreThoseOfTheRule() throws {
        let policy = try policy(#"{"name":"two","classes":[],"action":"restart","approvers":["mira","jo"]}"#)
        let (decision, advice) = try decide(policy, [advice("immediate")])
        #expect(decision.allow(advice, isVetoed: false) == nil)
        #expect(throws: Decision.Refusal.self) { try decision.approve(advice, by: "somebody", action: nil) }
        #expect(try decision.approve(advice, by: "jo", action: nil).remedy.job == "eod_load")
    }

    @Test func aFallbackJobIsThatOfTheRule() throws {
        let (none, advised) = try decide(.none, [advice("fallback")])
        #expect(throws: Decision.Refusal.self) { try none.approve(advised, by: "mira", action: nil) }
        let (decision, same) = try decide(try policy(#"{"name":"f","classes":["S3_THROTTLE"],"action":"fallback","fallback_job":"eod load's copy"}"#), [advice("fallback")])
        #expect(try decision.approve(same, by: "mira", action: nil).remedy.line == #"AUTOSERV=ACE sendevent -E FORCE_STARTJOB -J 'eod load'\''s copy'"#)
    }

    @Test func whatIsDecidedStaysSo() throws {
        let (decision, first) = try decide(.none, [advice("immediate")])
        let done = try decision.approve(first, by: "mira", action: nil).entries
        let (again, same) = try decide(.none, [advice("immediate")] + done)
        #expect(same.standing == .approved && same.decidedBy == "mira" && same.deed != nil)
        #expect(throws: Decision.Refusal.self) { try again.approve(same, by: "jo", action: nil) }
        #expect(throws: Decision.Refusal.self) { try again.reject(same, by: "jo", because: nil) }
        #expect(again.allow(same, isVetoed: false) == nil)
    }

    @Test func manualAdviceHasNothingToCarryOut() throws {
        let (decision, advice) = try decide(.none, [advice("manual")])
        #expect(throws: Decision.Refusal.self) { try decision.approve(advice, by: "mira", action: nil) }
        #expect(try decision.approve(advice, by: "mira", action: .restart).remedy.action == .restart)
    }

    @Test(arguments: [
        "", "[]", "{}", #"{"rules":{}}"#, #"{"rules":[{"name":"x"}]}"#, #"{"rules":[{"name":"x","action":"reboot"}]}"#, #"{"rules":[{"action":"restart"}]}"#,
        #"{"rules":[{"name":"x","action":"restart","approval":"none"}]}"#, #"{"rules":[{"name":"x","action":"fallback"}]}"#,
        #"{"rules":[{"name":"x","action":"restart","aproval":"none"}]}"#, #"{"rules":[{"name":"x","action":"restart","within_hours":0}]}"#,
        #"{"rules":[{"name":"x","action":"restart","at_most":"2"}]}"#, #"{"rules":[{"name":"x","action":"restart","classes":"A"}]}"#, #"{"rules":[],"more":1}"#,
    ])
    func aPolicyThatCannotBeMeant(_ text: String) { #expect(throws: SiteFileProblem.self) { try Policy(Array(text.utf8)) } }

    @Test func whatASiteSaysOfItsJobs() throws {
        let list = try JobList(Array(#"{"jobs":[{"name":"eod_*","criticality":"high","downstream":["risk"],"upstream":["fx","pos"]},{"name":"*"}]}"#.utf8))
        let entry = try #require(list.entry(for: "eod_load"))
        #expect(entry.criticality == "high" && entry.downstream == ["risk"] && entry.upstream == ["fx", "pos"])
        #expect(list.entry(for: "other")?.criticality == nil && list.entry(for: "other") != nil && JobList().entry(for: "other") == nil)
        for text in ["[]", #"{"jobs":{}}"#, #"{"jobs":[{}]}"#, #"{"jobs":[{"name":""}]}"#, #"{"jobs":[{"name":"a","criticalty":"x"}]}"#, #"{"jobs":[{"name":"a","downstream":"b"}]}"#, #"{"jobs":[{"name":"a","criticality":1}]}"#,
            #"{"jobs":[{"name":"a","upstream":["1","2","3","4","5","6","7","8","9","10","11"]}]}"#]
        { #expect(throws: SiteFileProblem.self, "\(text)") { try JobList(Array(text.utf8)) } }
    }

    @Test func scores() throws {
        var entries: [AuditEntry] = []
        for (number, row) in [("S3_THROTTLE", "high", true), ("DB_DEADLOCK", "low", false), ("S3_THROTTLE", "high", true)].enumerated() {
            let source = number == 1 ? "claude-x" : "rules"
            entries.append(Advice.entry(number + 1, job: "j", instance: nil, run: nil, notes: ["class": "S3_THROTTLE", "action": "immediate", "confidence": JSONValue(row.1), "source": JSONValue(source)], evidence: nil, at: now))
            entries.append(AuditEntry(.graded, advice: number + 1, by: "mira", at: now, [.init("class", JSONValue(row.0)), .init("helped", .bool(row.2))]))
        }
        let scores = AdviceScore.of(AdviceBook(entries).all)
        #expect(scores.map(\.text) == ["rules: class right 2 of 2 (100 %), unsafe 0 (0 %); high 2/2", "claude-x: class right 0 of 1 (0 %), unsafe 1 (100 %); low 0/1"])
    }

    /// Where Claude answered, the rules are judged on the same failure; and all of it month by month.
    @Test func rulesBesideClaudeOverTime() throws {
        var entries: [AuditEntry] = []
        for (number, row) in [("2026-10-31T23:00:00Z", "DB_LOCK"), ("2026-11-01T01:00:00Z", "DB_LOCK"), ("2026-11-02T01:00:00Z", "NET_TIMEOUT")].enumerated() {
            let time = try #require(Timestamp(iso8601: row.0))
            let rules: JSONValue = ["class": "NET_TIMEOUT", "action": "delayed", "confidence": "low"]
            let notes: JSONValue = ["class": "DB_LOCK", "action": "manual", "confidence": "medium", "source": "claude-x", "rules": rules]
            entries.append(Advice.entry(number + 1, job: "j", instance: nil, run: nil, notes: notes, evidence: nil, at: time))
            entries.append(AuditEntry(.graded, advice: number + 1, by: "mira", at: time, [.init("class", JSONValue(row.1)), .init("helped", .bool(true))]))
        }
        let book = AdviceBook(entries).all
        #expect(AdviceScore.of(book).map(\.text) == ["rules: class right 1 of 3 (33 %), unsafe 2 (67 %); low 1/3", "claude-x: class right 2 of 3 (67 %), unsafe 0 (0 %); medium 2/3"])
        let months = AdviceScore.byMonth(book)
        #expect(months.map { $0.month } == ["2026-10", "2026-11"] && months.map { $0.scores.map(\.graded) } == [[1, 1], [2, 2]])
    }
}
