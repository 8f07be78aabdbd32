import ArgumentParser
import Effects
import Journal
import Supervision

/// `90s`, `15m`, `2h`, `1d`, or plain seconds.
struct DurationArgument: ExpressibleByArgument {
    let duration: Duration

    init?(argument: String) {
        let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86400]
        let unit = argument.last.flatMap { units[$0] }
        let digits = unit == nil ? Substring(argument) : argument.dropLast()
        guard let number = Double(digits), digits.allSatisfy({ $0.isNumber || $0 == "." }), number > 0, number * (unit ?? 1) <= 366 * 86400 else { return nil }
        duration = .milliseconds(Int64(number * (unit ?? 1) * 1000))
    }
}

enum Logs: String, CaseIterable, ExpressibleByArgument { case auto, none }
enum AdviceMode: String, CaseIterable, ExpressibleByArgument { case off, rules, claude }
extension NewTry: ExpressibleByArgument {}
extension OnSignal: ExpressibleByArgument {}
extension LogFormat: ExpressibleByArgument {}

/// Which AWS, as whom.
struct CommonOptions: ParsableArguments {
    @Option(help: "Profile of the shared AWS files.")
    var profile: String?
    @Option(help: "AWS region.")
    var region: String?
    @Option(name: .customLong("endpoint-url"), help: "Endpoint instead of the service's own.")
    var endpointURL: String?
    @Option(name: .customLong("ca-bundle"), help: "PEM file of certificate authorities (default: AWS_CA_BUNDLE).")
    var caBundle: String?
    @Option(help: "Configuration file (default: AWSJOB_CONFIG).")
    var config: String?
    @Flag(name: .customShort("v"), help: "Say on stderr what is sent to AWS.")
    var verbose = false

    /// Where recorded work is: the journal knows; what was written on the command line wins.
    func completing(_ recorded: JournalRecord.Place) -> JournalRecord.Place {
        .init(
            region: region ?? recorded.region, endpointURL: endpointURL ?? recorded.endpointURL, profile: profile ?? recorded.profile,
            caBundle: caBundle ?? recorded.caBundle)
    }

    /// As they would be written on a command line.
    var words: [String] {
        let values = [("profile", profile), ("region", region), ("endpoint-url", endpointURL), ("ca-bundle", caBundle), ("config", config)]
        return values.compactMap { name, value in value.map { "--\(name)=\($0)" } } + (verbose ? ["-v"] : [])
    }

    static let layered = ["profile", "region", "endpoint-url", "ca-bundle"].map { LayeredOption(name: $0) }
}

/// What a run leaves in the history, and where that is.
struct RecordOptions: ParsableArguments {
    @Option(help: "AutoSys box of the job, for the history; AutoSys tells its jobs no box (default: none).")
    var box: String?
    @Option(help: stateHelp)
    var state: StatePlace?

    static let layered = ["box", "state"].map { LayeredOption(name: $0) }
}

let jobsHelp: ArgumentHelp = "File that says how critical jobs are, which jobs wait for them, and for which they wait (default: none)."

/// What root-cause notes are made with, and what may follow from them.
struct NotesOptions: ParsableArguments {
    @Option(help: "File with further failure classes of this site.")
    var catalogue: String?
    @Option(help: "Policy file: which cause may lead to which action without a person, and who may approve (default: none).")
    var policy: String?
    @Option(help: jobsHelp)
    var jobs: String?
    @OptionGroup var redaction: RedactionOptions
    @OptionGroup var claude: ClaudeOptions

    static let layered = ["catalogue", "policy", "jobs"].map { LayeredOption(name: $0) } + RedactionOptions.layered + ClaudeOptions.layered
}

/// How a run is followed and ended, the same for every service.
struct RunnerOptions: ParsableArguments {
    @Option(help: "AutoSys instance in the run's identity (default: AUTOSERV).")
    var instance: String?
    @Option(name: .customLong("new-try"), help: "What a new try does when an earlier try's work cannot be told to be over: start, adopt or redrive (default: refuse, exit 116).")
    var newTry: NewTry?
    @Option(name: .customLong("poll-interval"), help: "First pause between status reads: 90s, 15m, 2h or seconds (default: 2s).")
    var pollInterval: DurationArgument?
    @Option(name: .customLong("max-poll-interval"), help: "Longest pause between status reads (default: 120s).")
    var maxPollInterval: DurationArgument?
    @Option(name: .customLong("max-runtime"), help: "Stop the work and exit 112 when it is longer (default: none).")
    var maxRuntime: DurationArgument?
    @Option(name: .customLong("give-up-after"), help: "How long AWS may be out of reach before the outcome is called unknown, exit 113; before the start at most 5m of it (default: 30m).")
    var giveUpAfter: DurationArgument?
    @Option(name: .customLong("on-signal"), help: "What a kill of the job does to the work in AWS: stop or detach (default: stop).")
    var onSignal: OnSignal?
    @Flag(inversion: .prefixedNo, help: "A helper outside the job's process group stops the work even after SIGKILL (default: --guardian).")
    var guardian = true
    @Option(name: .customLong("exit-code"), parsing: .unconditionalSingleValue, help: "Override the exit-code table, e.g. FAILED=3, TIMED_OUT=0, 137=9, error:States.Timeout=5. Repeatable.")
    var exitCodes: [String] = []
    @Option(name: .customLong("result-file"), help: "JSON record of the run, written when the program ends by itself.")
    var resultFile: String?
    @Option(name: .customLong("output-file"), help: "The work's own output.")
    var outputFile: String?
    @Option(help: "auto or none: print the log lines of the work (default: auto).")
    var logs: Logs?
    @Option(name: .customLong("max-log-bytes"), help: "Stop printing the work's logs after this many bytes (default: no limit).")
    var maxLogBytes: UInt64?
    @Option(help: "Root-cause notes when the work has failed: off, rules (offline) or claude (default: rules).")
    var advice: AdviceMode?
    @Option(name: .customLong("log-format"), help: "text or json (default: text).")
    var logFormat: LogFormat?
    @OptionGroup var record: RecordOptions
    @OptionGroup(title: "Advice") var notes: NotesOptions

    static let layered =
        RecordOptions.layered + NotesOptions.layered
        + [
            "instance", "new-try", "poll-interval", "max-poll-interval", "max-runtime", "give-up-after", "on-signal", "exit-code",
            "result-file", "output-file", "log-format", "logs", "max-log-bytes", "advice",
        ].map { LayeredOption(name: $0) } + [LayeredOption(name: "guardian", isFlag: true)]
}

/// Options of the AWS CLI that only shape its output, or that cannot be honoured.
struct CLIOptions: ParsableArguments {
    @Option(help: .hidden) var query: String?
    @Option(help: .hidden) var output: String?
    @Option(help: .hidden) var color: String?
    @Option(name: .customLong("cli-binary-format"), help: .hidden) var cliBinaryFormat: String?
    @Option(name: .customLong("cli-read-timeout"), help: .hidden) var cliReadTimeout: String?
    @Option(name: .customLong("cli-connect-timeout"), help: .hidden) var cliConnectTimeout: String?
    @Flag(name: .customLong("no-cli-pager"), help: .hidden) var noCLIPager = false
    @Flag(name: .customLong("no-paginate"), help: .hidden) var noPaginate = false
    @Flag(name: .customLong("no-cli-auto-prompt"), help: .hidden) var noCLIAutoPrompt = false
    @Flag(help: .hidden) var debug = false
    @Flag(name: .customLong("no-verify-ssl"), help: .hidden) var noVerifySSL = false
    @Flag(name: .customLong("no-sign-request"), help: .hidden) var noSignRequest = false

    /// Those that change nothing here, as they were written.
    var ignored: [String] {
        let given: [(String, Bool)] = [
            ("--query", query != nil), ("--output", output != nil), ("--color", color != nil), ("--cli-binary-format", cliBinaryFormat != nil),
            ("--cli-read-timeout", cliReadTimeout != nil), ("--cli-connect-timeout", cliConnectTimeout != nil), ("--no-cli-pager", noCLIPager),
            ("--no-paginate", noPaginate), ("--no-cli-auto-prompt", noCLIAutoPrompt), ("--debug", debug),
        ]
        return given.filter(\.1).map(\.0)
    }

    func check() throws(Refusal) {
        if noVerifySSL { throw Refusal("--no-verify-ssl is refused: anybody on the way could read and change what is sent", next: "name the certificate authority in --ca-bundle or AWS_CA_BUNDLE") }
        if noSignRequest { throw Refusal("--no-sign-request is refused: AWS starts nothing for unsigned requests", next: "leave it out") }
    }
}
