extension String {
    /// A URL, or what was meant as one, as messages may show it: user, password and query may be secrets.
    package var withoutSecretsOfURL: String {
        if contains("@") { return "(not shown: it may hold a password)" }
        let shown = prefix { $0 != "?" && $0 != "#" }
        return shown.count < count ? "\(shown)…" : self
    }
}
