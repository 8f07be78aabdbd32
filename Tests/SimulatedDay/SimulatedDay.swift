import AWS
import Effects
import Glibc
import History
import HTTP
import Journal
import JSON
import Runs
import Supervision
import Workloads

/// simulated-day SECONDS LINES EVENTS STATE-FOLDER [OUTAGE-BEGIN OUTAGE-END]: one run of the real supervisor in simulated time. An
/// execution of that length with so many events of its history, and a Batch job in it that logs so many lines; in an outage
/// (seconds after the start) every call is throttled. Prints what the run prints, and ends with its exit code. The last line
/// on standard error is one of JSON: `kib`, the resident set at 24 moments of the same distance, and `calls`.
@main
enum SimulatedDay {
    static func main() throws {
        let numbers = CommandLine.arguments.enumerated().filter { $0.offset != 4 }.dropFirst().compactMap { Int($0.element) }
        guard CommandLine.arguments.count > 4, numbers.count == 3 || numbers.count == 5 else { _exit(2) }
        let clock = SimulatedClock()
        let outage = numbers.count == 5 ? numbers[3]..<numbers[4] : 0..<0
        let aws = SimulatedAWS(clock: clock, seconds: numbers[0], lines: numbers[1], events: numbers[2], outage: outage)
        let transport = SimulatedTransport(clock, aws, sampling: .seconds(Double(numbers[0]) / 24))
        let ending = try run(clock, transport, folder: CommandLine.arguments[4])
        let report: JSONValue = ["kib": .array(transport.resident.map { JSONValue($0) }), "calls": JSONValue(transport.count)]
        OutputQueue(descriptor: 2).write(report.text + "\n")
        if case .code(let code) = ending { _exit(code) }
        _exit(2)
    }

    private static func run(_ clock: SimulatedClock, _ transport: SimulatedTransport, folder: String) throws -> Ending {
        let environment = Environment(["AWS_ACCESS_KEY_ID": "AKIDSIMULATED", "AWS_SECRET_ACCESS_KEY": "secret", "AWSJOB_STATE_DIR": folder])
        let shared = try SharedConfiguration.load(profile: nil, environment: environment, files: SystemFiles(), home: nil)
        let settings = ClientSettings(region: "us-east-1", endpointURL: nil, environment: environment, shared: shared)
        let io = CredentialIO(environment: environment, files: SystemFiles(), clock: clock, random: .system, interrupt: nil, shelf: nil) { transport }
        let cache = CredentialCache(chain: .standard(profile: nil, home: nil, endpoints: CredentialEndpoints(settings)), io: io)
        let caller = Caller(transport: transport, settings: settings, credentials: cache, clock: clock, random: .system, trace: nil)
        let console = Console(output: OutputQueue(descriptor: 1), errors: OutputQueue(descriptor: 2), format: .text, clock: clock)
        let loop = Loop(clock: clock, caller: caller, console: console, signals: nil)
        let directory = StateDirectory(environment: environment, account: nil)
        let log = LocalRunLog(path: directory.journals + "/day.jsonl", in: directory, clock: clock, mask: { $0 }) { console.warn($0) }
        let patience = StorePatience(remaining: { .seconds(10) }, pause: { _ in })
        let store = SQLiteHistory(directory.history, clock: clock, patience: patience) { console.warn($0) }
        let supervisor = Supervisor<StepFunctions>(plan: try plan(), loop: loop, log: log, guardian: nil, owner: "\(getpid())-simulated") {
            HistoryRecorder(directory, store: store, machine: "simulated")
        }
        return supervisor.run()
    }

    private static func plan() throws -> RunPlan {
        let machine = "arn:aws:states:us-east-1:123456789012:stateMachine:day"
        let giveUpAfter = Duration.seconds(2 * 3600)
        return RunPlan(
            identity: RunIdentity(instance: "ACE", job: "day", autorun: "1/1"),
            work: .launch(name: nil, Launch(target: machine, input: "{}", parameters: [.init("stateMachineArn", JSONValue(machine)), .init("input", "{}")])),
            place: .init(region: "us-east-1", endpointURL: nil, profile: nil, caBundle: nil),
            pace: PollPace(first: .seconds(2), longest: .seconds(120), giveUpAfter: giveUpAfter, random: .system), maxRuntime: nil, giveUpAfter: giveUpAfter,
            newTry: nil, onSignal: .stop, exitCodes: try ExitCodeTable([], statuses: StepFunctions.terminalStatuses), resultFile: nil, outputFile: nil,
            logs: .init(maxBytes: nil), isNameOfAnotherRun: { _ in false }, box: nil, machine: "simulated", state: nil)
    }
}

/// Moves only when somebody waits.
final class SimulatedClock: Clock {
    var elapsed = Duration.zero

    // 2026-11-21T12:16:54Z
    var now: Timestamp { Timestamp(millisecondsSinceEpoch: 1_795_263_414_000) + elapsed }
    var instant: Instant { Instant(sinceStart: elapsed) }
}

/// Answers after twenty simulated milliseconds.
final class SimulatedTransport: Transport {
    private let clock: SimulatedClock
    private let aws: SimulatedAWS
    private let sampling: Duration
    private var pending: [(id: TransferID, answer: Response)] = []
    private(set) var count = 0
    /// KiB, one of each moment.
    private(set) var resident: [Int] = []

    init(_ clock: SimulatedClock, _ aws: SimulatedAWS, sampling: Duration) {
        (self.clock, self.aws, self.sampling) = (clock, aws, sampling)
    }

    func start(_ request: Request) -> TransferID {
        count += 1
        let id = TransferID(number: count)
        pending.append((id, aws.answer(request)))
        return id
    }

    func cancel(_ id: TransferID) -> Bool {
        pending.removeAll { $0.id == id }
        return true
    }

    func wait(until deadline: Instant, watching: [WatchedDescriptor]) -> [Completion] {
        clock.elapsed = pending.isEmpty ? max(clock.elapsed, deadline.sinceStart) : clock.elapsed + .milliseconds(20)
        if clock.elapsed >= .seconds(sampling.inSeconds * Double(resident.count + 1)), resident.count < 24 { resident.append(Self.residentKiB) }
        defer { pending = [] }
        return pending.map { Completion(id: $0.id, result: .success($0.answer), elapsed: .milliseconds(20)) }
    }

    private static var residentKiB: Int {
        let text = (try? SystemFiles().read("/proc/self/statm", limit: 4096)).map { String(decoding: $0, as: UTF8.self) } ?? ""
        let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        return pages * (sysconf(Int32(_SC_PAGESIZE)) / 1024)
    }
}
