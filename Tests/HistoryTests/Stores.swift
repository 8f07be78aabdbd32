import AWS
import Effects
import Foundation
import HTTP
import History
import JSON
import Runs
import Testing
import TestSupport

/// Where the one suite is run against.
enum StoreKind: String, CaseIterable, Sendable { case sqlite, rollback, dynamoDB }

/// A store of its own for one test.
struct TestStore {
    let store: any HistoryStore
    private let server: ServerProcess?

    init(_ kind: StoreKind) throws {
        switch kind {
        case .sqlite:
            store = Self.sqlite(try Scratch.folder().appending(path: "history.sqlite").path)
            server = nil
        case .rollback:
            store = Self.sqlite(try Scratch.folder().appending(path: "history.sqlite").path, isOnNetwork: true)
            server = nil
        case .dynamoDB:
            let policy = Repository.root.appending(path: "iam/history.json").path
            let process = try ServerProcess("moto_aws.py", ["--policy", policy])
            (store, server) = (try Self.dynamoDB(try JSONValue(parsing: process.firstLine)), process)
        }
        _ = try store.prepare()
    }

    static func sqlite(_ path: String, isOnNetwork: Bool? = nil, patience: Duration = .seconds(10), warn: @escaping (String) -> Void = { _ in }) -> SQLiteHistory {
        let clock = SystemClock()
        let began = clock.instant
        return SQLiteHistory(
            path, clock: clock, patience: StorePatience(remaining: { patience - (clock.instant - began) }, pause: { usleep(UInt32($0.milliseconds * 1000)) }),
            isOnNetwork: isOnNetwork, warn: warn)
    }

    private static func dynamoDB(_ facts: JSONValue) throws -> DynamoDBHistory {
        let environment = Environment([
            "AWS_ACCESS_KEY_ID": facts["access_key"]?.string ?? "", "AWS_SECRET_ACCESS_KEY": facts["secret_key"]?.string ?? "",
            "AWS_SESSION_TOKEN": facts["session_token"]?.string ?? "", "AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        ])
        let clock = SystemClock()
        let shared = try SharedConfiguration.load(profile: nil, environment: environment, files: SystemFiles(), home: nil)
        let settings = ClientSettings(region: "us-east-1", endpointURL: facts["endpoint"]?.string, environment: environment, shared: shared)
        let io = CredentialIO(
            environment: environment, files: SystemFiles(), clock: clock, random: .system, interrupt: nil, shelf: CredentialShelf(folder: try Scratch.folder().path)
        ) { CurlTransport(clock: clock, certificateAuthorities: nil, proxies: ProxySettings(Environment([:]))) }
        let cache = CredentialCache(chain: .standard(profile: nil, home: nil, endpoints: CredentialEndpoints(settings)), io: io)
        let caller = Caller(
            transport: CurlTransport(clock: clock, certificateAuthorities: nil, proxies: ProxySettings(Environment([:]))), settings: settings, credentials: cache, clock: clock,
            random: .system, trace: nil)
        return DynamoDBHistory(
            table: "awsjob-history", clock: clock, pause: { _ in },
            answer: { call in
                let id = caller.start(call)
                while true { for finished in caller.wait(until: clock.instant + .seconds(10), watching: []) where finished.id == id { return finished.result } }
            }, explain: { ("\($0)", "") })
    }
}

/// Records as tests need them. Times are near now: a store may forget what is too old.
enum Sample {
    static let now = Timestamp(millisecondsSinceEpoch: SystemClock().now.millisecondsSinceEpoch / 1000 * 1000)

    static func run(
        _ job: String = "payroll", _ run: String = "198", try attempt: Int = 1, ago: Duration = .seconds(60), _ outcome: RunOutcome = .succeeded, revision: Int64 = 1
    ) -> RunRecord {
        RunRecord(
            key: RunKey(instance: "ACE", job: job, run: run, attempt: attempt), machine: "host1", service: "batch", started: now + (.zero - ago), outcome: outcome,
            revision: revision)
    }

    static func full() -> RunRecord {
        var record = run("päyroll \"x\", 'y'", "198", try: 2, .failed, revision: 7)
        (record.box, record.target, record.name, record.workID) = ("NIGHT", "queue", "payroll-198-2", "3f2c")
        (record.inputDigest, record.tags) = ("ab12", [.init("team", "payroll"), .init("a", "b")])
        (record.ended, record.duration, record.status, record.exitCode) = (now, .milliseconds(61_234), "FAILED", 137)
        (record.reason, record.failureClass, record.stoppedBy) = ("OutOfMemoryError: killed\u{1b}[31m\nline two", "OOM", "operator")
        (record.runners, record.lostRunners, record.log, record.calls) = (3, 1, LogVolume(bytes: 12345, lines: 67), 89)
        record.events = [
            RunEvent("started", at: now + .seconds(-60), "started batch job 3f2c"), RunEvent("state", at: now, source: "child 3", "RUNNING → FAILED, 100 % \u{0}\t"),
        ]
        record.unnotedEvents = 4
        return record
    }
}
