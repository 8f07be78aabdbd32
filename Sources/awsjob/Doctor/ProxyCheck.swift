import Effects
import HTTP

/// The proxy of https, as `ProxySettings` finds it in the environment.
struct ProxyCheck {
    let environment: Environment

    init(_ environment: Environment) {
        self.environment = environment
    }

    var finding: Finding {
        let names = ["https_proxy", "HTTPS_PROXY"]
        guard let name = names.first(where: { environment.nonBlank($0) != nil }), let value = environment.nonBlank(name) else {
            return Finding("proxy", .ok, "none for https")
        }
        // What stands before "@" are the user's name and password.
        let rest = value.split(separator: "@", omittingEmptySubsequences: false).last.map(String.init) ?? ""
        let scheme = value.contains("://") ? String(value.prefix { $0 != ":" }) + "://" : ""
        let shown = value.contains("@") ? "\(scheme)…@\(rest)" : value
        let exceptions = environment.nonBlank("no_proxy") ?? environment.nonBlank("NO_PROXY")
        return Finding("proxy", .ok, "\(shown) from \(name)\(exceptions.map { ", not for \($0)" } ?? ""); never for instance and container metadata")
    }
}
