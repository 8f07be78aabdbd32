import AWS
import Claude
import Effects
import HTTP
import Journal
import JSON
import Redaction
import Supervision
import Workloads

/// Claude as this host reaches it: found once, so that its key is known before anything is masked.
struct ClaudeAccess {
    let route: Route
    private let settings: ClaudeSettings
    /// Where a role stands for a key.
    private let account: Route.Account?
    private let program: Program
    private let common: CommonOptions

    init(_ program: Program, _ options: ClaudeOptions, _ common: CommonOptions) throws(ClaudeFailure) {
        (settings, self.program, self.common) = (options.settings, program, common)
        var account: Route.Account?
        route = try Route(
            options.settings, program.environment,
            account: { () throws(ClaudeFailure) in
                if let account { return account }
                let made = try Self.account(program, common)
                account = made
                return made
            },
            secret: { (id) throws(ClaudeFailure) in try Self.secret(id, program, common) })
        self.account = account
    }

    private static func account(_ program: Program, _ common: CommonOptions) throws(ClaudeFailure) -> Route.Account {
        do throws(Refusal) {
            let client = try program.client(program.place(common))
            return Route.Account(settings: client.settings, credentials: CredentialCache(chain: client.chain, io: client.credentialIO))
        } catch { throw .settings(error.message.what, next: error.message.next ?? "") }
    }

    /// The text of a secret of Secrets Manager, in the region of its ARN.
    private static func secret(_ id: String, _ program: Program, _ common: CommonOptions) throws(ClaudeFailure) -> String {
        var request = APICall(.secretsManager, "GetSecretValue", ["SecretId": JSONValue(id)])
        let words = id.split(separator: ":", omittingEmptySubsequences: false)
        if words.count > 6, words[0] == "arn" { request.region = String(words[3]) }
        let call = Call(request) { (reply) throws(UnexpectedReply) in
            guard let text = reply["SecretString"]?.string else { throw UnexpectedReply("the secret holds no text") }
            return text
        }
        let loop: Loop
        do throws(Refusal) {
            loop = try program.loop(program.place(common), console: program.console(), verbose: common.verbose)
        } catch { throw .settings(error.message.what, next: error.message.next ?? "") }
        do throws(Loop.NoAnswer) {
            return try loop.perform(call, until: program.clock.instant + .seconds(15))
        } catch {
            guard case .failed(let failure, _) = error else { throw .interrupted }
            let words = Explanation(failure)
            throw .settings("secret \(id): \(words.reason)", next: words.next)
        }
    }

    /// Everything secret that this process holds: what no log line and no request may show.
    var secrets: KnownValues { KnownValues(environment: program.environment.all.merging(route.secrets.map { ("ANTHROPIC_API_KEY", $0) }) { $1 }) }

    /// `secrets`: of the keys that the run itself uses.
    func notes(on question: Question, rules: [UserRule], secrets: [String]) throws(ClaudeFailure) -> ModelNotes {
        var known = self.secrets
        for secret in secrets + (account?.credentials.secrets ?? []) { known.add(secret) }
        let check = LeakCheck(rules: rules, known: known)
        let ledger = Ledger(folder: program.stateDirectory.path, settings, clock: program.clock)
        return try Consultation(route, settings, ledger, io { check.leaks(in: $0).first }).notes(on: question)
    }

    /// For people: tokens and money.
    func usedToday() throws(ClaudeFailure) -> String {
        let used = try Ledger(folder: program.stateDirectory.path, settings, clock: program.clock).used()
        return "\(used.tokens) of \(settings.dailyTokens) tokens, \(Double(used.microdollars / 10_000) / 100) of \(Double(settings.dailyCents) / 100) US dollars"
    }

    func standing() throws(ClaudeFailure) -> ModelCheck.Standing { try ModelCheck(route, io { _ in nil }).standing() }

    private func io(mustNotLeave: @escaping ([UInt8]) -> String?) -> Consultation.IO {
        let console = program.console()
        return Consultation.IO(
            transport: program.transport(certificateAuthorities: common.caBundle ?? program.environment.nonBlank("AWS_CA_BUNDLE")), clock: program.clock, random: .system,
            interrupt: program.signals?.descriptor, mustNotLeave: mustNotLeave, trace: common.verbose ? { console.say(OperatorMessage($0)) } : nil)
    }
}
