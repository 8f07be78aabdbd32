extension CanonicalRequest {
    /// What `-v` shows of a signature that AWS did not take, to be compared with the canonical request that AWS computed,
    /// which its message may hold. Without the session token.
    func trace(hiding token: String?) -> [String] {
        let shown = token.map { text.replacing($0, with: "[hidden]") } ?? text
        let lines = shown.split(separator: "\n", omittingEmptySubsequences: false).map { "| \($0)" }
        return ["AWS did not take the signature; the canonical request that was signed:"] + lines
    }
}
