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

/// The files under a folder, as if it were the root.
struct RootedFiles: FileReader {
    let root: URL

    func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] { try SystemFiles().read(root.path + path, limit: limit) }
}
