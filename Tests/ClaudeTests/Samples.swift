import AWS
@testable import Claude
import Diagnosis
import Effects
import Foundation
import HTTP
import JSON

let builtIn = try! Catalogue()

extension Question {
    /// Of a log, with what AWS said.
    static func sample(_ log: String, reasons: [String] = [], exitCode: Int? = 1, job: String? = nil) -> Question {
        var scan = LogScan(builtIn, mask: Unmasked())
        scan.read(Array(log.utf8))
        var reduction = LogReduction(builtIn)
        reduction.read(Array(log.utf8))
        var evidence = Evidence(log: scan.finish())
        (evidence.reasons, evidence.exitCode, evidence.job) = (reasons, exitCode, job)
        return Question(evidence, excerpt: reduction.finish(budget: 8192), builtIn)
    }

    /// What no rule knows.
    static var unknown: Question { sample("INFO start\nERROR frobnicator could not align the phase\nERROR job failed\n") }
    /// A cause that the rules know, with a veto.
    static var diskFull: Question { sample("INFO start\nOSError: [Errno 28] No space left on device\nERROR job failed\n") }
}

extension JSONValue {
    /// An answer to `Question.unknown` that holds, with some members replaced.
    static func answer(_ changes: [String: JSONValue] = [:]) -> JSONValue {
        let good: [(String, JSONValue)] = [
            ("class", "NET_TIMEOUT"), ("action", "delayed"), ("summary", "The phase could not be aligned."),
            ("evidence", .array([["line": 2, "quote": "frobnicator could not align the phase"]])), ("impact", "Nothing was written."),
            ("next_steps", .array(["Ask the owner of the frobnicator."])),
        ]
        return .object(good.map { Member($0.0, changes[$0.0] ?? $0.1) } + changes.filter { change in !good.contains { $0.0 == change.key } }.map { Member($0.key, $0.value) })
    }
}

/// A clock that moves only when somebody waits.
final class FakeClock: Clock {
    var elapsed = Duration.zero
    let start = Timestamp(iso8601: "2026-11-21T01:00:00Z")!
    var now: Timestamp { start + elapsed }
    var instant: Instant { Instant(sinceStart: elapsed) }
}

/// Gives prepared answers in order, the last one for ever.
final class FakeTransport: Transport {
    typealias Answer = Result<Response, TransportError>
    private let clock: FakeClock
    private var answers: [Answer]
    private(set) var requests: [Request] = []
    private var pending: [(TransferID, Answer)] = []

    init(_ clock: FakeClock, _ answers: [Answer]) {
        (self.clock, self.answers) = (clock, answers)
    }

    func start(_ request: Request) -> TransferID {
        requests.append(request)
        pending.append((TransferID(number: requests.count), answers.count > 1 ? answers.removeFirst() : answers[0]))
        return TransferID(number: requests.count)
    }

    func cancel(_ id: TransferID) -> Bool { true }

    func wait(until deadline: Instant, watching: [WatchedDescriptor]) -> [Completion] {
        if pending.isEmpty { clock.elapsed = max(clock.elapsed, deadline.sinceStart) } else { clock.elapsed += .milliseconds(10) }
        defer { pending = [] }
        return pending.map { Completion(id: $0.0, result: $0.1, elapsed: .milliseconds(10)) }
    }

    /// The bodies that were sent.
    var bodies: [JSONValue] { requests.compactMap { try? JSONValue(parsing: $0.body) } }
}

extension Response {
    /// A message that says this.
    static func message(_ answer: JSONValue, stop: String = "end_turn") -> Response {
        message(content: [["type": "thinking", "thinking": "", "signature": "x"], ["type": "text", "text": JSONValue(answer.text)]], stop: stop)
    }

    static func message(content: [JSONValue], stop: String = "end_turn") -> Response {
        let body: JSONValue = [
            "type": "message", "content": .array(content), "stop_reason": JSONValue(stop), "usage": ["input_tokens": 2000, "cache_read_input_tokens": 100, "output_tokens": 400],
        ]
        return Response(status: 200, headers: [Header("content-type", "application/json")], body: Array(body.text.utf8))
    }

    static func error(_ status: Int, _ type: String, code: String? = nil, headers: [Header] = []) -> Response {
        let body: JSONValue = ["type": "error", "error": ["type": JSONValue(type), "message": "in words", "details": code.map { ["error_code": JSONValue($0)] } ?? .null]]
        return Response(status: status, headers: headers, body: Array(body.text.utf8))
    }
}

/// A consultation with everything around it faked but the ledger's file.
struct Setting {
    let clock = FakeClock()
    let transport: FakeTransport
    let folder: String
    var settings = ClaudeSettings()
    var environment = ["ANTHROPIC_API_KEY": "sk-ant-planted"]
    var mustNotLeave: ([UInt8]) -> String? = { _ in nil }

    init(_ answers: [FakeTransport.Answer], folder: String) {
        (transport, self.folder) = (FakeTransport(clock, answers), folder)
    }

    func ask(_ question: Question = .unknown) throws(ClaudeFailure) -> ModelNotes {
        let route = try Route(
            settings, Environment(environment),
            account: { () throws(ClaudeFailure) in
                let client = ClientSettings(region: "eu-west-1", endpointURL: nil, environment: Environment([:]), shared: try! .load(profile: nil, environment: Environment([:]), files: SystemFiles(), home: "/nowhere"))
                let keys = Environment(["AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "secret"])
                let io = CredentialIO(environment: keys, files: SystemFiles(), clock: clock, random: Randomness { 0.5 }, interrupt: nil) { transport }
                return Route.Account(settings: client, credentials: CredentialCache(chain: .standard(profile: nil, home: nil, endpoints: CredentialEndpoints(client)), io: io))
            },
            secret: { (_) throws(ClaudeFailure) in "sk-ant-of-a-secret" })
        let io = Consultation.IO(transport: transport, clock: clock, random: Randomness { 0.5 }, mustNotLeave: mustNotLeave)
        return try Consultation(route, settings, Ledger(folder: folder, settings, clock: clock), io).notes(on: question)
    }

    /// The notes as `explain --json` has them.
    func json(_ question: Question = .unknown) throws -> JSONValue {
        let notes = try ask(question)
        return notes.json(over: .object(["class", "title", "action", "confidence", "summary", "evidence", "next_steps", "impact", "restart_reason", "source"].map { JSONValue.Member($0, .null) }))
    }
}
