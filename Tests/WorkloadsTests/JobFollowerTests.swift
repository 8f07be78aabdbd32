import AWS
import Effects
import JSON
import Runs
import Testing
import Workloads

/// The follower of Batch jobs against descriptions as DescribeJobs gives them; no network, no clock.
@Suite struct JobFollowerTests {
    private let id = WorkloadID("876da822-4198-45f2-a252-6cea32512ea8")
    private let pace = PollPace(first: .seconds(2), longest: .seconds(60), giveUpAfter: .seconds(1800), random: Randomness { 0.5 })

    /// Follows one job whose description never changes, for at most an hour; children are found in `parts`.
    private func follow(_ job: String, parts: [String: String] = [:], logs: Bool = false) throws -> (outcome: Outcome?, news: [News], calls: Int) {
        var follower = Batch.follow(id, FollowOptions(pace: pace, redrives: 0, logs: logs, since: Timestamp(millisecondsSinceEpoch: 0)))
        var now = Instant(sinceStart: .zero)
        var news: [News] = []
        var calls = 0
        while follower.outcome == nil, now.sinceStart < .seconds(3600) {
            for call in follower.due(at: now) {
                calls += 1
                let asked = try JSONValue(parsing: call.request.body)["jobs"]?.array?.compactMap(\.string) ?? []
                let found = try asked.compactMap { name -> JSONValue? in
                    guard let text = name == id.text ? job : parts[name.replacing(id.text, with: "")] else { return nil }
                    let value = try JSONValue(parsing: text)
                    return .object([.init("jobId", JSONValue(name)), .init("jobName", "n")] + (value.members ?? []))
                }
                news += follower.take(.success(["jobs": .array(found)]), tag: call.tag, at: now)
            }
            now = max(follower.nextDue ?? now, now + .milliseconds(1))
        }
        return (follower.outcome, news, calls)
    }

    @Test(arguments: [
        (#"{"status":"SUCCEEDED","container":{"exitCode":0}}"#, Outcome.Kind.succeeded, 0, nil),
        (#"{"status":"FAILED","statusReason":"Essential container in task exited","container":{"exitCode":3},"attempts":[{"container":{"exitCode":3}}]}"#, .failed, 3, nil),
        (#"{"status":"FAILED","statusReason":"Essential container in task exited","container":{"reason":"OutOfMemoryError: Container killed due to memory usage","exitCode":137}}"#, .failed, 137, "OutOfMemoryError: Container killed due to memory usage"),
        (#"{"status":"FAILED","statusReason":"Host EC2 (instance i-1) terminated.","attempts":[{"statusReason":"Host EC2 (instance i-1) terminated.","container":{}}]}"#, .failed, nil, "Host EC2 (instance i-1) terminated."),
        (#"{"status":"FAILED","statusReason":"by hand","isTerminated":true,"container":{"exitCode":143}}"#, .stopped, 143, "by hand"),
        (#"{"status":"FAILED","statusReason":"changed my mind","isCancelled":true}"#, .stopped, nil, "changed my mind"),
        (#"{"status":"FAILED","statusReason":"Job attempt duration exceeded timeout","container":{"exitCode":137}}"#, .timedOut, 137, "Job attempt duration exceeded timeout"),
        (#"{"status":"FAILED"}"#, .failed, nil, nil),
        (#"{"status":"FAILED","statusReason":"Dependent Job failed"}"#, .failed, nil, "Dependent Job failed"),
        (#"{"status":"FAILED","eksProperties":{"podProperties":{"containers":[{"name":"c"}]}},"eksAttempts":[{"containers":[{"name":"c","exitCode":2,"reason":"Error"}],"statusReason":"x"}]}"#, .failed, 2, "Error"),
        (#"{"status":"FAILED","ecsProperties":{"taskProperties":[{"containers":[{"name":"side","essential":false,"exitCode":9},{"name":"main","essential":true,"exitCode":4,"reason":"Bad"}]}]}}"#, .failed, 4, "Bad"),
        (#"{"status":"FAILED","ecsProperties":{"taskProperties":[{"containers":[{"name":"side","essential":false,"exitCode":137},{"name":"main","essential":true,"exitCode":7}]}]},"attempts":[{"taskProperties":[{"containers":[{"name":"side","exitCode":137},{"name":"main","exitCode":7}]}]}]}"#, .failed, 7, nil),
        (#"{"status":"FAILED","eksProperties":{"podProperties":{"containers":[{"name":"c"}]}},"eksAttempts":[{"containers":[{"name":"c"}],"initContainers":[{"name":"i","exitCode":5,"reason":"Init"}]}]}"#, .failed, 5, "Init"),
        (#"{"status":"FAILED","container":null,"attempts":null,"statusReason":"","isTerminated":null}"#, .failed, nil, nil),
    ] as [(String, Outcome.Kind, Int?, String?)])
    func everyEnd(job: String, kind: Outcome.Kind, exitCode: Int?, reason: String?) throws {
        let outcome = try #require(try follow(job).outcome)
        #expect(outcome.kind == kind)
        #expect(outcome.exitCode == exitCode)
        #expect(outcome.reason == reason)
    }

    @Test func unknownStatusesMeanRunning() throws {
        #expect(try follow(#"{"status":"HIBERNATING"}"#).outcome == nil)
    }

    @Test func aJobThatIsNotShownIsNoAnswer() throws {
        var follower = Batch.follow(id, FollowOptions(pace: pace, redrives: 0, logs: false, since: Timestamp(millisecondsSinceEpoch: 0)))
        _ = follower.due(at: Instant(sinceStart: .zero))
        let news = follower.take(.success(["jobs": .array([])]), tag: 0, at: Instant(sinceStart: .zero))
        #expect(news == [.notShown("AWS Batch shows no job \(id.text)")])
    }

    @Test func tenThousandChildrenAreAHundredAndOneCalls() throws {
        var parts: [String: String] = [:]
        for index in 0..<10_000 { parts[":\(index)"] = index == 4321 ? #"{"status":"FAILED","container":{"exitCode":5}}"# : #"{"status":"SUCCEEDED"}"# }
        let (outcome, _, calls) = try follow(#"{"status":"FAILED","arrayProperties":{"size":10000,"statusSummary":{"FAILED":1,"SUCCEEDED":9999}}}"#, parts: parts)
        #expect(outcome?.exitCode == 5)
        #expect(outcome?.reason == "1 of 10000 children failed: child 4321 exit code 5")
        #expect(calls == 101)
    }

    @Test func aChildThatAWSDoesNotShowDoesNotHoldTheEndUp() throws {
        let (outcome, _, _) = try follow(#"{"status":"FAILED","arrayProperties":{"size":3,"statusSummary":{"FAILED":2}}}"#, parts: [":1": #"{"status":"FAILED","container":{"exitCode":8}}"#])
        #expect(outcome?.exitCode == 8)
        #expect(outcome?.cause?.hasPrefix("2 of 3 children failed") == true)
    }

    /// One whose essential container tells nothing, or whose sidecar was killed when that ended.
    @Test(arguments: [
        (#"{"status":"SUCCEEDED","ecsProperties":{"taskProperties":[{"containers":[{"name":"main","essential":true,"exitCode":0},{"name":"side","essential":false,"exitCode":137,"reason":"killed"}]}]}}"#, 0, nil, 0),
        (#"{"status":"FAILED","statusReason":"Host EC2 (instance i-1) terminated.","ecsProperties":{"taskProperties":[{"containers":[{"name":"main","essential":true},{"name":"side","essential":false,"exitCode":0}]}]}}"#, nil, "Host EC2 (instance i-1) terminated.", 1),
        (#"{"status":"FAILED","statusReason":"Host EC2 (instance i-1) terminated.","ecsProperties":{"taskProperties":[{"containers":[{"name":"main","essential":true},{"name":"side","essential":false,"exitCode":137,"reason":"killed"}]}]}}"#, nil, "Host EC2 (instance i-1) terminated.", 1),
        (#"{"status":"FAILED","statusReason":"Essential container in task exited","ecsProperties":{"taskProperties":[{"containers":[{"name":"side","essential":false,"exitCode":9},{"name":"main","essential":true,"exitCode":0}]}]}}"#, 0, nil, 1),
        (#"{"status":"FAILED","statusReason":"Task failed to start","ecsProperties":{"taskProperties":[{"containers":[{"name":"main","essential":true},{"name":"side","essential":false,"reason":"CannotPullContainerError: no"}]}]}}"#, nil, "CannotPullContainerError: no", 1),
    ] as [(String, Int?, String?, Int32)])
    func onlyEssentialContainersGiveTheExitCode(job: String, exitCode: Int?, reason: String?, ours: Int32) throws {
        let outcome = try #require(try follow(job).outcome)
        #expect(outcome.exitCode == exitCode)
        #expect(outcome.reason == reason)
        #expect(try ExitCodeTable(["137=9,0=0"], statuses: Batch.terminalStatuses).code(for: outcome) == ours)
    }

    @Test func errorAndCodeOfAnArrayAreThoseOfOneChild() throws {
        let array = #"{"status":"FAILED","arrayProperties":{"size":5,"statusSummary":{"FAILED":3,"SUCCEEDED":2}}}"#
        let pull = #"{"status":"FAILED","attempts":[{"container":{"reason":"CannotPullContainerError: x"}}]}"#
        let zero = #"{"status":"FAILED","statusReason":"Host EC2 (instance i-1) terminated.","attempts":[{"container":{"exitCode":0}}]}"#
        let outcome = try #require(try follow(array, parts: [":1": pull, ":2": zero, ":3": #"{"status":"FAILED","attempts":[{"container":{"exitCode":9}}]}"#]).outcome)
        #expect(outcome.exitCode == 9)
        #expect(outcome.error == nil)
        #expect(outcome.cause == "3 of 5 children failed: child 1 CannotPullContainerError: x; child 2 exit code 0: Host EC2 (instance i-1) terminated.; child 3 exit code 9")
        let without = try #require(try follow(array, parts: [":1": pull, ":2": zero]).outcome)
        #expect(without.exitCode == nil)
        #expect(without.error == "CannotPullContainerError")
        let late = #"{"status":"FAILED","statusReason":"Job attempt duration exceeded timeout","container":{"exitCode":137}}"#
        let mixed = try #require(try follow(array, parts: [":1": late, ":2": pull]).outcome)
        #expect(mixed.kind == .failed)
        #expect(mixed.exitCode == nil)
    }

    @Test(arguments: [
        (#"{"status":"FAILED","attempts":[{"container":{"exitCode":137,"reason":"OutOfMemoryError: Container killed due to memory usage"}}]}"#, #"{"status":"SUCCEEDED","container":{"exitCode":0}}"#, 12, "OutOfMemoryError: node 0 exit code 137: Container killed due to memory usage"),
        (#"{"status":"FAILED","statusReason":"Host EC2 (instance i-1) terminated.","attempts":[{}]}"#, #"{"status":"FAILED","container":{"exitCode":143}}"#, 1, "node 0 Host EC2 (instance i-1) terminated."),
        (#"{"status":"FAILED","statusReason":"Job attempt duration exceeded timeout","container":{"exitCode":137}}"#, #"{"status":"FAILED","container":{"exitCode":143}}"#, 110, "node 0 TIMED_OUT: exit code 137: Job attempt duration exceeded timeout"),
        (#"{"status":"FAILED","container":{"exitCode":5,"reason":"Main broke"}}"#, #"{"status":"FAILED","container":{"exitCode":3}}"#, 5, "node 0 exit code 5: Main broke"),
        (#"{"status":"FAILED"}"#, #"{"status":"FAILED","container":{"exitCode":3,"reason":"Broke"}}"#, 3, "node 1 exit code 3: Broke"),
        (#"{"status":"SUCCEEDED","container":{"exitCode":0}}"#, #"{"status":"SUCCEEDED","container":{"exitCode":0}}"#, 1, "node 0 exit code 0"),
    ] as [(String, String, Int32, String?)])
    func theMainNodeDecides(main: String, other: String, ours: Int32, reason: String?) throws {
        let outcome = try #require(try follow(#"{"status":"FAILED","nodeProperties":{"numNodes":2,"mainNode":0}}"#, parts: ["#0": main, "#1": other]).outcome)
        #expect(outcome.reason == reason)
        #expect(try ExitCodeTable(["error:OutOfMemoryError=12"], statuses: Batch.terminalStatuses).code(for: outcome) == ours)
    }

    /// What AWS Batch says of the whole job goes before the exit code of a node that it has killed.
    @Test func aMainNodeThatIsNotShownLeavesTheJobsOwnReason() throws {
        let job = #"{"status":"FAILED","statusReason":"Host EC2 (instance i-1) terminated.","nodeProperties":{"numNodes":2,"mainNode":0}}"#
        let outcome = try #require(try follow(job, parts: ["#1": #"{"status":"FAILED","container":{"exitCode":143}}"#]).outcome)
        #expect(outcome.exitCode == nil)
        #expect(outcome.reason == "Host EC2 (instance i-1) terminated.")
    }

    @Test func streamsOfAttemptsAndContainers() throws {
        let job = #"{"status":"SUCCEEDED","stoppedAt":1700000000000,"attempts":[{"container":{"logStreamName":"d/default/1"},"stoppedAt":1600000000000},{"container":{"logStreamName":"d/default/2"},"stoppedAt":1700000000000}],"container":{"logStreamName":"d/default/2","logConfiguration":{"logDriver":"awslogs","options":{"awslogs-group":"/g","awslogs-region":"eu-west-1"}}}}"#
        let sources = try follow(job, logs: true).news.compactMap { news in if case .logs(let source) = news { source } else { nil } }
        #expect(sources.map(\.stream) == ["d/default/1", "d/default/2"])
        #expect(sources.map(\.label) == [nil, "attempt 2"])
        #expect(sources.allSatisfy { $0.group == "/g" && $0.region == "eu-west-1" })
    }
}
