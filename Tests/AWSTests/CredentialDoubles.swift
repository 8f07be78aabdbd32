import AWS
import Effects
import Foundation
import HTTP
import JSON
import Testing

extension CredentialChain {
    /// The chain of a program in us-east-1 without endpoints of its own.
    static func standard(profile: String?, home: String?) -> CredentialChain {
        let shared = SharedConfiguration(profileName: "default", config: ProfileFile(), credentials: ProfileFile(), configPath: "", credentialsPath: "")
        let settings = ClientSettings(region: "us-east-1", endpointURL: nil, environment: Environment([:]), shared: shared)
        return .standard(profile: profile, home: home, endpoints: CredentialEndpoints(settings))
    }
}

/// A recorded HTTP dialogue, replayed in its order. What it does not hold is answered by nobody.
final class Dialogue {
    struct Exchange {
        let method: String
        let url: String
        /// Of the form that was posted.
        let action: String?
        let response: Response
    }

    private(set) var rest: [Exchange]
    /// When it was recorded, where some answer tells.
    let date: Timestamp?

    init(_ recording: JSONValue) {
        var exchanges: [Exchange] = []
        let events = recording["events"]?.array ?? []
        var connections: [Int] = []
        for event in events { if let id = event["connection_id"]?.int, !connections.contains(id) { connections.append(id) } }
        for connection in connections {
            let actions = events.filter { $0["connection_id"]?.int == connection }.compactMap { $0["action"] }
            guard let request = actions.compactMap({ $0["Request"]?["request"] }).first,
                let response = actions.compactMap({ $0["Response"]?["response"]?["Ok"] }).first
            else { continue }
            func body(_ direction: String) -> String {
                actions.compactMap { $0["Data"] }.filter { $0["direction"]?.string == direction }.compactMap { $0["data"]?["Utf8"]?.string }.joined()
            }
            let headers = (response["headers"]?.members ?? []).flatMap { member in (member.value.array ?? []).compactMap { $0.string.map { Header(member.name, $0) } } }
            let action = body("Request").split(separator: "&").first { $0.hasPrefix("Action=") }.map { String($0.dropFirst(7)) }
            exchanges.append(Exchange(
                method: request["method"]?.string ?? "GET", url: request["uri"]?.string ?? "", action: action,
                response: Response(status: response["status"]?.int ?? 0, headers: headers, body: Array(body("Response").utf8))))
        }
        rest = exchanges
        date = exchanges.last.flatMap { $0.response.header("date") }.flatMap(Timestamp.init(httpDate:))
    }

    func answer(_ request: Request) -> Result<Response, TransportError> {
        let action = request.method == "POST" ? String(decoding: request.body, as: UTF8.self).split(separator: "&").first.map { String($0.dropFirst(7)) } : nil
        guard let next = rest.first, next.method == request.method, Self.normal(next.url) == Self.normal(request.url), next.action == nil || next.action == action else {
            return .failure(TransportError(.connect, "refused", mayHaveBeenSent: false))
        }
        rest.removeFirst()
        return .success(next.response)
    }

    /// Without the order of a query's parameters, and "/" for no path.
    private static func normal(_ url: String) -> String {
        let parts = url.split(separator: "?", maxSplits: 1)
        let place = parts.first.map { $0.split(separator: "/").count == 2 && $0.last != "/" ? $0 + "/" : String($0) } ?? ""
        return place + "?" + (parts.count > 1 ? parts[1].split(separator: "&").sorted().joined(separator: "&") : "")
    }
}

extension CredentialIO {
    /// Among fakes: nothing is random, and nobody interrupts.
    static func fake(
        _ environment: [String: String] = [:], files: any FileReader = FakeFiles(), clock: FakeClock, shelf: CredentialShelf? = nil,
        replaceFile: @escaping (String, [UInt8]) -> Void = { _, _ in }, trace: ((String) -> Void)? = nil, answer: @escaping FakeTransport.Answer
    ) -> CredentialIO {
        CredentialIO(
            environment: Environment(environment), files: files, clock: clock, random: Randomness { 0.5 }, interrupt: nil, shelf: shelf,
            replaceFile: { (path, bytes) throws(FileError) in replaceFile(path, bytes) }, trace: trace
        ) { FakeTransport(clock: clock, answer: answer) }
    }
}

/// Files that change between two reads.
final class ChangingFiles: FileReader {
    var contents: [String: String]
    private(set) var reads: [String: Int] = [:]
    /// Called before each read, with how often that file has been read.
    var beforeRead: (String, Int) -> Void = { _, _ in }

    init(_ contents: [String: String]) { self.contents = contents }

    func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
        beforeRead(path, reads[path, default: 0])
        reads[path, default: 0] += 1
        return try FakeFiles(contents: contents).read(path, limit: limit)
    }
}

/// What services answer to those who want keys.
enum KeyReply {
    static func sts(_ id: String, until end: Timestamp, date: String? = nil) -> Result<Response, TransportError> {
        .success(Response(status: 200, headers: date.map { [Header("Date", $0)] } ?? [], body: Array("""
            <AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>\(id)</AccessKeyId><SecretAccessKey>S</SecretAccessKey>\
            <SessionToken>T</SessionToken><Expiration>\(end.rfc3339)</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>
            """.utf8)))
    }

    static func refusal(_ code: String, status: Int = 403) -> Result<Response, TransportError> {
        .success(Response(status: status, body: Array("<ErrorResponse><Error><Code>\(code)</Code><Message>no</Message></Error></ErrorResponse>".utf8)))
    }

    /// `expiration`: as it stands in the JSON.
    static func metadata(_ id: String, expiration: String, token: String = "T", date: String? = nil) -> Result<Response, TransportError> {
        let body = #"{"Code":"Success","AccessKeyId":"\#(id)","SecretAccessKey":"S","Token":"\#(token)","Expiration":\#(expiration)}"#
        return .success(Response(status: 200, headers: date.map { [Header("Date", $0)] } ?? [], body: Array(body.utf8)))
    }

    static let silence = Result<Response, TransportError>.failure(TransportError(.timeout, "no reply", mayHaveBeenSent: true))
}

/// The files under a folder, as if it were the root.
struct RootedFiles: FileReader {
    let root: URL

    func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] { try SystemFiles().read(root.path + path, limit: limit) }
}
