import HTTP

/// The way to AWS: directly, or through which proxy.
struct ProxyCheck {
    let proxies: ProxySettings
    let origin: Origin

    var finding: Finding {
        guard let proxy = proxies.proxy(for: origin) else { return Finding("proxy", .ok, "none for \(origin)") }
        return Finding("proxy", .ok, "\(proxy) for \(origin); never for instance and container metadata")
    }
}
