import Effects

extension CredentialIO {
    /// Keys that another process of this user has obtained, else those that `fetch` gives. While another one fetches, this
    /// one waits for a while. `key`: everything that determines the keys. `freshness`: nothing older than this is taken,
    /// because something that `key` does not show may have changed.
    func shared(
        _ key: [String], freshness: Duration? = nil, _ fetch: () throws(CredentialsError) -> Credentials
    ) throws(CredentialsError) -> Credentials {
        guard let place = shelf?.place(key) else { return try fetch() }
        let end = min(limit ?? clock.instant + .seconds(10), clock.instant + .seconds(10))
        while true {
            if let found = usable(place.read(), freshness) { return found }
            if let lock = place.lock() {
                defer { _ = lock }
                if let found = usable(place.read(), freshness) { return found }
                let credentials = try fetch()
                // A full disk takes nothing from the keys themselves.
                try? place.write(.init(credentials: credentials, obtained: clock.now))
                return credentials
            }
            guard clock.instant < end else { return try fetch() }
            try pause(.seconds(random.number(in: 0.05...0.25)))
        }
    }

    /// Not when they are due for a refresh, or AWS has called them expired.
    private func usable(_ entry: CredentialShelf.Entry?, _ freshness: Duration?) -> Credentials? {
        guard let entry, let expiration = entry.credentials.expiration, entry.credentials.accessKeyID != rejectedAccessKeyID else { return nil }
        let (age, lifetime, rest) = (clock.now - entry.obtained, expiration - entry.obtained, expiration - clock.now)
        guard age >= .seconds(-60), age <= freshness ?? lifetime, rest > Credentials.advisoryWindow(lifetime: lifetime) else { return nil }
        return entry.credentials
    }

    /// This start of this host: keys of an instance are of no use on another.
    var host: String { text(of: "/proc/sys/kernel/random/boot_id") }

    /// As the firmware says.
    var isOnEC2: Bool { text(of: "/sys/devices/virtual/dmi/id/sys_vendor").hasPrefix("Amazon EC2") }

    private func text(of path: String) -> String {
        (try? files.read(path, limit: 4096)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
