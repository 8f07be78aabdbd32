import Effects

extension CredentialIO {
    /// Keys that another process of this user has obtained, else those that `fetch` gives. `key`: everything that determines
    /// the keys; nil where nobody can tell. `freshness`: nothing older than this is taken, because something that `key` does
    /// not show may have changed.
    func shared(
        _ key: [String]?, freshness: Duration? = nil, _ fetch: () throws(CredentialsError) -> Credentials
    ) throws(CredentialsError) -> Credentials {
        guard let key, let shelf else { return try fetch() }
        let place = shelf.place(key)
        return try inTurn(at: place, until: { usable(place.read(), freshness) }) { (isAlone) throws(CredentialsError) in
            let credentials = try fetch()
            // A full disk takes nothing from the keys themselves.
            if isAlone, (try? place.write(.init(credentials: credentials, obtained: clock.now))) != nil { shelf.removeExpired(by: clock.now) }
            return credentials
        }
    }

    /// Not when they are due for a refresh, or AWS has called them expired.
    private func usable(_ entry: CredentialShelf.Entry?, _ freshness: Duration?) -> Credentials? {
        guard let entry, let expiration = entry.credentials.expiration, entry.credentials.accessKeyID != rejectedAccessKeyID else { return nil }
        let (age, lifetime, rest) = (clock.now - entry.obtained, expiration - entry.obtained, expiration - clock.now)
        guard age >= .seconds(-60), age <= freshness ?? lifetime, rest > Credentials.advisoryWindow(lifetime: lifetime) else { return nil }
        return entry.credentials
    }

    /// `body` while no other process of this user is at the same thing, which `key` names; see below.
    func inTurn<Value>(_ key: [String], _ body: () throws(CredentialsError) -> Value) throws(CredentialsError) -> Value {
        guard let shelf else { return try body() }
        return try inTurn(at: shelf.place(key)) { (_) throws(CredentialsError) in try body() }
    }

    /// `body` while no other process of this user is at the same. For a while its turn is waited for; then, and where there
    /// are no locks, it goes ahead all the same (`isAlone` false). `found`: what makes it needless.
    private func inTurn<Value>(
        at place: CredentialShelf.Place, until found: () -> Value? = { nil }, _ body: (_ isAlone: Bool) throws(CredentialsError) -> Value
    ) throws(CredentialsError) -> Value {
        let end = clock.instant + patienceForOthers
        while true {
            if let value = found() { return value }
            switch place.lock() {
            case .held(let lock):
                defer { _ = lock }
                if let value = found() { return value }
                return try body(true)
            case .unavailable: return try body(false)
            case .busy: guard clock.instant < end else { return try body(false) }
            }
            try pause(.seconds(random.number(in: 0.05...0.25)))
        }
    }

    /// Half of what is left is for asking oneself.
    private var patienceForOthers: Duration {
        guard !isUrgent else { return .zero }
        return min(.seconds(10), limit.map { ($0 - clock.instant) / 2 } ?? .seconds(10))
    }

    /// This start of this host: keys of an instance are of no use on another. Nil where the kernel does not tell.
    var host: String? { text(of: "/proc/sys/kernel/random/boot_id") }

    /// As the firmware says.
    var isOnEC2: Bool { text(of: "/sys/devices/virtual/dmi/id/sys_vendor")?.hasPrefix("Amazon EC2") == true }

    private func text(of path: String) -> String? {
        (try? files.read(path, limit: 4096)).flatMap { $0.isEmpty ? nil : String(decoding: $0, as: UTF8.self) }
    }
}
