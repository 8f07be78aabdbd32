import Effects
import Runs
import Testing
import Workloads

@Suite struct RunNameTests {
    private func name(_ job: String, _ autorun: String, attempt: Int) -> String {
        RunName.derived(RunIdentity(instance: "ACE", job: job, autorun: autorun), attempt: attempt, limit: 80)
    }

    /// printf '%s\0%s\0%s' ACE nightly 197/1 | sha256sum
    @Test func theFormNeverChanges() {
        #expect(name("nightly", "197/1", attempt: 1) == "nightly-197-1-90dc62c2")
    }

    @Test func oddJobNamesBecomeLegalAndFit() {
        let long = String(repeating: "a#b.", count: 16)
        let name = name(long, "123456789/20", attempt: 20)
        #expect(name.count == 80)
        #expect(StepFunctions.isLegalName(name))
        #expect(name.hasPrefix("a-b-a-b-"))
        #expect(RunName.derived(RunIdentity(instance: "", job: "ä", autorun: "x y"), attempt: 1, limit: 80).hasPrefix("---x-y-1-"))
    }

    @Test func autorun() throws {
        #expect(RunIdentity(instance: "", job: "j", autorun: "197/2").attempt == 2)
        #expect(RunIdentity(instance: "", job: "j", autorun: "197.2").run == "197")
        #expect(RunIdentity(instance: "", job: "j", autorun: "197").attempt == nil)
        #expect(RunIdentity(instance: "", job: "j", autorun: "a/b").run == "a/b")
        #expect(RunIdentity(instance: "", job: "j", autorun: "197/2").withAttempt(1).autorun == "197/1")
        #expect(RunIdentity(environment: Environment(["AUTO_JOB_NAME": "j"]), instance: nil) == nil)
        let identity = try #require(RunIdentity(environment: Environment(["AUTO_JOB_NAME": "j", "AUTORUN": "1/1", "AUTOSERV": "ACE"]), instance: "PRD"))
        #expect(identity.instance == "PRD")
    }

    @Test func legalNames() {
        #expect(StepFunctions.isLegalName("a.b-c_d"))
        for bad in ["", "a b", "a#b", "a/b", String(repeating: "a", count: 81), "a\u{7}"] { #expect(!StepFunctions.isLegalName(bad)) }
    }

    @Test func expectedIDs() {
        let id = StepFunctions.expectedID(target: "arn:aws-cn:states:cn-north-1:1:stateMachine:m:prod", name: "n")
        #expect(id?.text == "arn:aws-cn:states:cn-north-1:1:execution:m:n")
    }
}
