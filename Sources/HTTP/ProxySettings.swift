package import Effects

/// A proxy, and who we are to it.
package struct Proxy: Equatable, Sendable, CustomStringConvertible {
    /// As libcurl takes it, with user and password.
    let url: String
    /// Without them.
    package let description: String

    /// `HOST:PORT`, or a URL with or without `USER:PASSWORD@`.
    init(_ text: String) {
        url = text.hasPrefix("//") ? "http:" + text : text.contains("://") ? text : "http://" + text
        let scheme = url.prefix { $0 != ":" }
        // A password may hold anything, "@" and "/" too where somebody forgot to encode them.
        let rest = url.dropFirst(scheme.count + 3)
        description = "\(scheme)://\(rest.split(separator: "@", omittingEmptySubsequences: false).last ?? rest)"
    }
}

/// Which requests go through which proxy. As in the AWS CLI, whose rules are those of Python's urllib, not of libcurl:
/// HTTP_PROXY counts in capitals too, ALL_PROXY does not count, and NO_PROXY knows ports.
package struct ProxySettings: Sendable {
    private let proxies: [String: Proxy]
    private let exceptions: [String]

    package init(_ environment: Environment) {
        // A variable in small letters stands above one in capitals, an empty one too.
        func value(_ name: String) -> String? { environment[name] ?? environment[name.uppercased()] }
        var proxies: [String: Proxy] = [:]
        for scheme in ["http", "https"] {
            // The server of a CGI script makes HTTP_PROXY of a header `Proxy:`, which anybody may send.
            let isOfRequest = scheme == "http" && environment["REQUEST_METHOD"] != nil && environment["http_proxy"] == nil
            if !isOfRequest, let text = value(scheme + "_proxy"), !text.allSatisfy(\.isWhitespace) { proxies[scheme] = Proxy(text) }
        }
        self.proxies = proxies
        exceptions = (value("no_proxy") ?? "").lowercased().split(separator: ",").map { name in
            String(name.drop { $0.isWhitespace || $0 == "." }.prefix { !$0.isWhitespace })
        }.filter { !$0.isEmpty }
    }

    /// Nil for the direct way.
    package func proxy(for origin: Origin) -> Proxy? {
        guard let proxy = proxies[origin.scheme], exceptions != ["*"] else { return nil }
        let places = [origin.host.lowercased(), origin.hostHeader.lowercased()]
        let isException = exceptions.contains { name in places.contains { $0 == name || $0.hasSuffix("." + name) } }
        return isException ? nil : proxy
    }
}
