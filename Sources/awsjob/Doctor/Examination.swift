import AWS
import Effects
import HTTP
import Journal
import JSON
import Supervision
import Workloads

/// The checks of `awsjob doctor`, in the order in which one rests upon the other.
struct Examination {
    private let program: Program
    private let job: (any LaunchingCommand)?
    private let options: CommonOptions
    /// Of `-v`.
    private let trace: ((String) -> Void)?
    private var found: [Finding] = []
    /// AWS's clock minus ours, as the endpoints tell.
    private var skew = Duration.zero

    init(_ program: Program, _ job: (any LaunchingCommand)?, _ options: CommonOptions) {
        (self.program, self.job, self.options) = (program, job, options)
        let console = program.console()
        trace = options.verbose ? { console.trace($0) } : nil
    }

    private var service: (any WorkloadService.Type)? { job.map { type(of: $0).service } }

    mutating func findings() -> [Finding] {
        found.append(StateDirectoryCheck(program.stateDirectory).finding)
        let launch = checkCommand()
        do throws(Refusal) {
            // A file that cannot be read is not the region's fault.
            _ = try program.sharedConfiguration(profile: options.profile)
        } catch {
            return found + [Finding("configuration", .failed, error.message.what, next: error.message.next)] + Self.notTried("the configuration cannot be read")
        }
        guard let place = checkRegion() else {
            checkMetadata()
            return found + Self.notTried("there is no region")
        }
        checkTarget(launch, place.region)
        do throws(Refusal) {
            let client = try program.client(place)
            checkRetries(client)
            checkProxy(client)
            checkEndpoints(client)
            checkCredentials(client)
            try checkCalls(place, launch)
            return found
        } catch {
            return found + [Finding("trust", .failed, error.message.what, next: error.message.next)] + Self.notTried("nothing can be asked")
        }
    }

    private static func notTried(_ reason: String) -> [Finding] {
        ["endpoints", "clock", "credentials", "identity", "permissions"].map { Finding($0, .notTried, reason) }
    }

    /// What the metadata service says, where the region was looked for there.
    private mutating func checkMetadata() {
        let metadata = InstanceMetadata(ProfileSource(profile: options.profile, home: program.account?.home))
        do throws(CredentialsError) {
            _ = try metadata.region(program.credentialIO(caBundle: nil, isShared: false, trace: trace))
        } catch {
            switch error {
            case .notConfigured(let reason), .failed(let reason, _), .refused(let reason, _): found.append(Finding("metadata", .warning, reason))
            case .interrupted: break
            }
        }
    }

    /// Nonsense there keeps every call from being made.
    private mutating func checkRetries(_ client: Program.Client) {
        do throws(SettingsError) {
            _ = try client.settings.retries()
        } catch {
            found.append(Finding("retries", .failed, error.reason, next: error.next))
        }
    }

    private mutating func checkProxy(_ client: Program.Client) {
        let origins = [service?.endpoint.service ?? .stepFunctions].compactMap { try? client.settings.endpoint(of: $0).origin }
        found += origins.map { ProxyCheck(proxies: ProxySettings(program.environment), origin: $0).finding }
    }

    /// Those that the job will call, and STS; without a job all that jobs can start work in.
    private mutating func checkEndpoints(_ client: Program.Client) {
        let own = service.map { [$0.endpoint] } ?? Services.all.map { $0.endpoint }
        var skews: [Duration] = []
        for (place, operation) in own + [(.logs, "FilterLogEvents"), (.sts, "GetCallerIdentity")] {
            let (finding, skew) = EndpointCheck(place, operation, client, program.clock).result()
            // Without logs or STS jobs run all the same, unless keys come from there.
            let isNeeded = place != .logs && place != .sts
            found.append(finding.verdict == .failed && !isNeeded ? finding.asWarning : finding)
            if let skew { skews.append(skew) }
        }
        let largest = skews.max { abs($0.inSeconds) < abs($1.inSeconds) }
        skew = largest ?? .zero
        found.append(largest.map { ClockCheck(skew: $0).finding } ?? Finding("clock", .notTried, "AWS has not answered"))
    }

    private mutating func checkCommand() -> Launch? {
        guard let job else { return nil }
        do throws(Refusal) {
            let prepared = try job.prepare(program)
            found.append(Finding("command", .ok, "its options are such as AWS takes"))
            return prepared.launch
        } catch {
            found.append(Finding("command", .failed, error.message.what, next: error.message.next))
            return nil
        }
    }

    private mutating func checkRegion() -> JournalRecord.Place? {
        do throws(Refusal) {
            let place = try program.place(options)
            let sources = [("--region", options.region), ("AWS_REGION", program.environment.nonBlank("AWS_REGION")), ("AWS_DEFAULT_REGION", program.environment.nonBlank("AWS_DEFAULT_REGION"))]
            let shared = try program.sharedConfiguration(profile: options.profile)
            let source = sources.first { $0.1 != nil }?.0 ?? (shared["region"] != nil ? "profile \(shared.profileName)" : "instance metadata")
            found.append(Finding("region", .ok, "\(place.region), from \(source)"))
            return place
        } catch {
            found.append(Finding("region", .failed, error.message.what, next: error.message.next))
            return nil
        }
    }

    /// AWS looks for an ARN in the region that is asked, and nowhere else.
    private mutating func checkTarget(_ launch: Launch?, _ region: String) {
        guard let target = launch?.target, target.hasPrefix("arn:") else { return }
        let parts = target.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count > 5, !parts[3].isEmpty, parts[3] != region else { return }
        found.append(Finding("region", .failed, "\(target) is in \(parts[3]), and \(region) is asked", next: "add --region \(parts[3]), or mend the ARN"))
    }

    private mutating func checkCredentials(_ client: Program.Client) {
        // Without the keys that other runners have left: the links themselves are looked at.
        let (passedOver, result) = client.chain.examine(program.credentialIO(caBundle: client.authorities, isShared: false, trace: trace))
        let details = passedOver.map { "\($0.link): passed over, \($0.reason)" }
        switch result {
        case .success(let keys):
            let end = keys.expiration.map { ", until \($0.rfc3339)" } ?? ""
            // AWS may take keys beyond their time while their source is down; the look at the identity will tell.
            let isOver = keys.expiration.map { $0 <= program.clock.now + skew } ?? false
            let what = "\(keys.source) (\(keys.accessKeyID.prefix(4))…)\(end)\(isOver ? ", which is over by AWS's clock" : "")"
            found.append(Finding("credentials", isOver ? .warning : .ok, what, next: isOver ? "look why their source gives no new ones" : nil, details: details))
        case .failure(let failure):
            let words = Explanation(.credentials(failure))
            found.append(Finding("credentials", .failed, words.reason, next: words.next, details: details))
        }
    }

    // MARK: Signed calls

    private mutating func checkCalls(_ place: JournalRecord.Place, _ launch: Launch?) throws(Refusal) {
        guard !found.contains(where: { $0.subject == "credentials" && $0.verdict == .failed }) else {
            found += ["identity", "permissions"].map { Finding($0, .notTried, "there are no credentials") }
            return
        }
        let loop = try program.loop(place, console: program.console(), verbose: options.verbose)
        let account = isReached(.sts) ? checkIdentity(loop, place) : nil
        if !isReached(.sts) { found.append(Finding("identity", .notTried, "STS does not answer")) }
        guard let service else {
            found.append(Finding("permissions", .notTried, "no job was named", next: "write its command line behind awsjob doctor"))
            return
        }
        guard isReached(service.endpoint.service) else {
            found.append(Finding("permissions", .notTried, "\(service.endpoint.service.name) does not answer"))
            return
        }
        found += PermissionCheck(service, loop, program.clock).findings(service.probes(launch, in: account))
    }

    private func isReached(_ place: Service) -> Bool { found.contains { $0.subject == "endpoint \(place.name)" && $0.verdict == .ok } }

    private mutating func checkIdentity(_ loop: Loop, _ place: JournalRecord.Place) -> Account? {
        var request = APICall(.sts, "GetCallerIdentity", .object([]))
        request.attempts = 2
        let call = Call(request) { (reply) throws(UnexpectedReply) in
            guard let arn = reply["Arn"]?.string else { throw UnexpectedReply("GetCallerIdentity answered without Arn") }
            return arn
        }
        do throws(Loop.NoAnswer) {
            let arn = try loop.perform(call, until: program.clock.instant + .seconds(15))
            found.append(Finding("identity", .ok, arn))
            return Account(identity: arn, region: place.region)
        } catch {
            guard case .failed(let failure, _) = error else { return nil }
            let words = Explanation(failure)
            found.append(Finding("identity", failure.code == nil ? .warning : .failed, words.reason, next: words.next))
            return nil
        }
    }
}
