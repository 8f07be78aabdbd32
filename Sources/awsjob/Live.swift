import AWS
import Digest
import Effects
import Glibc
import HTTP
import Journal
import Supervision

/// The composition root: the parts as they work on a real host.
extension Program {
    func console(format: LogFormat = .text) -> Console {
        Console(output: OutputQueue(descriptor: 1), errors: OutputQueue(descriptor: 2), format: format, clock: clock)
    }

    /// Libraries that are loaded when they are needed may be missing.
    func requireDigests() throws(Refusal) { try Self.require("OpenSSL's libcrypto", SHA256.failure) }
    func requireHTTP() throws(Refusal) { try Self.require("libcurl", CurlTransport.failure) }

    private static func require(_ library: String, _ failure: String?) throws(Refusal) {
        if let failure { throw Refusal("\(library) cannot be loaded: \(failure)", next: "install it on this host") }
    }

    /// Where calls go to. The region may come from the instance's metadata.
    func place(_ options: CommonOptions) throws(Refusal) -> JournalRecord.Place {
        try requireHTTP()
        let shared = try sharedConfiguration(profile: options.profile)
        var region = ClientSettings.configuredRegion(option: options.region, environment: environment, shared: shared)
        if region == nil {
            do throws(CredentialsError) {
                region = try InstanceMetadata(ProfileSource(profile: options.profile, home: account?.home)).region(credentialIO(caBundle: nil))
            } catch {
                if case .interrupted = error, let signal = signals?.next() { throw Refusal(signal) }
            }
        }
        guard let region else {
            throw Refusal("no region: --region, AWS_REGION, AWS_DEFAULT_REGION and profile \(shared.profileName) give none, and no instance metadata answers", next: "add --region")
        }
        if let url = options.endpointURL, Origin.parse(url) == nil {
            throw Refusal("--endpoint-url is no http(s) URL: \(url.withoutSecretsOfURL)", next: "write it as https://HOST[:PORT]")
        }
        guard ClientSettings.isLegalRegion(region) else { throw Refusal("'\(region)' is no region", next: "give one like eu-west-1") }
        return .init(region: region, endpointURL: options.endpointURL, profile: options.profile, caBundle: options.caBundle)
    }

    /// Everything that calls AWS for one place.
    func loop(_ place: JournalRecord.Place, console: Console, verbose: Bool = false) throws(Refusal) -> Loop {
        let trace: ((String) -> Void)? = verbose ? { console.trace($0) } : nil
        let client = try client(place, trace: trace)
        let cache = CredentialCache(chain: client.chain, io: client.credentialIO)
        let caller = Caller(
            transport: client.transport, settings: client.settings, credentials: cache, clock: clock, random: .system,
            trace: trace)
        return Loop(clock: clock, caller: caller, console: console, signals: signals)
    }

    /// What calls for one place are made of.
    struct Client {
        let settings: ClientSettings
        /// A PEM file instead of the system's authorities.
        let authorities: String?
        let transport: CurlTransport
        let chain: CredentialChain
        let credentialIO: CredentialIO
    }

    /// `trace`: told of every request for keys (`-v`).
    func client(_ place: JournalRecord.Place, trace: ((String) -> Void)? = nil) throws(Refusal) -> Client {
        try requireDigests()
        try requireHTTP()
        let shared = try sharedConfiguration(profile: place.profile)
        let settings = ClientSettings(region: place.region, endpointURL: place.endpointURL, environment: environment, shared: shared)
        let authorities = place.caBundle ?? settings.certificateAuthorities
        if let authorities, access(authorities, R_OK) != 0 {
            let error = FileError(action: "read", path: authorities)
            let source = place.caBundle != nil ? "--ca-bundle" : environment.nonBlank("AWS_CA_BUNDLE") != nil ? "AWS_CA_BUNDLE" : "ca_bundle of profile \(shared.profileName)"
            throw Refusal("\(source): \(error)", next: "name a readable PEM file there")
        }
        return Client(
            settings: settings, authorities: authorities,
            transport: transport(certificateAuthorities: authorities),
            chain: .standard(profile: place.profile, home: account?.home, endpoints: CredentialEndpoints(settings)),
            credentialIO: credentialIO(caBundle: authorities, trace: trace))
    }

    func sharedConfiguration(profile: String?) throws(Refusal) -> SharedConfiguration {
        do throws(SettingsError) {
            return try SharedConfiguration.load(profile: profile, environment: environment, files: SystemFiles(), home: account?.home).named()
        } catch {
            throw Refusal(error.reason, next: error.next)
        }
    }

    /// `isShared`: with the other runners of this user.
    func credentialIO(caBundle: String?, isShared: Bool = true, trace: ((String) -> Void)? = nil) -> CredentialIO {
        CredentialIO(
            environment: environment, files: SystemFiles(), clock: clock, random: .system, interrupt: signals?.descriptor,
            shelf: isShared ? CredentialShelf(folder: stateDirectory.path + "/credentials") : nil, trace: trace
        ) { transport(certificateAuthorities: caBundle) }
    }

    /// `certificateAuthorities`: a PEM file instead of the system's.
    func transport(certificateAuthorities: String?) -> CurlTransport {
        CurlTransport(clock: clock, certificateAuthorities: certificateAuthorities, proxies: ProxySettings(environment))
    }

    /// Marks one runner in journals and towards its guardian.
    static func newOwner() -> String {
        "\(getpid())-" + (0..<8).map { _ in UInt8.random(in: 0...255) }.hex
    }
}
