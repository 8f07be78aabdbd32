/// Values that are no secret although a secret's name stands before them.
extension Text {
    /// A value without quotes around it. `isProse`: more words may follow, as in `token: expired at 12:00`.
    func isHarmless(_ range: Range<Int>) -> Bool {
        guard !range.isEmpty else { return true }
        let first = self[range.lowerBound]
        // Masked before, whatever sign follows; a letter or digit would be more of a secret.
        if first == "<", let end = placeholderEnd(at: range.lowerBound), end >= range.upperBound || !self[end].isAlphanumeric {
            return true
        }
        if all(range, { $0 == "*" || $0 == "." || $0 == "-" || $0 == "x" || $0 == "X" || $0 == "#" || $0 == "_" || $0 == "?" }) {
            return true
        }
        if range.count > 64 { return isReference(range) }
        let word = lowercased(range)
        return Self.emptyWords.contains(word) || isMask(word) || isReference(range)
    }

    private func isMask(_ word: String) -> Bool {
        let bare = word.utf8.drop { !$0.isLetter }.prefix { $0.isLetter }
        let isWrapped = word.utf8.first.map { !$0.isLetter } ?? false || word.utf8.count == bare.count
        return isWrapped && Self.maskWords.contains(String(decoding: Array(bare), as: UTF8.self))
    }

    /// `Optional[str]`: what a program declares.
    private func isType(_ range: Range<Int>) -> Bool {
        self[range.upperBound - 1] == "]" && self[range.lowerBound].isUpper && firstIndex(of: "[", in: range) != nil
            && all(range) { $0.isLetter || $0 == "[" || $0 == "]" || $0 == "." || $0 == "," }
    }

    /// `get_token(session)`, `config.password()`: code that fetches it.
    private func isCall(_ range: Range<Int>) -> Bool {
        guard self[range.upperBound - 1] == ")", let open = firstIndex(of: "(", in: range), self[range.lowerBound].isLetter
        else { return false }
        let name = between(range.lowerBound, open)
        let verbs: [StaticString] = ["get", "load", "read", "fetch", "find"]
        guard all(name, { $0.isLetter || $0 == "_" || $0 == "." }) else { return false }
        return contains(name, { $0 == "_" || $0 == "." }) || verbs.contains { has($0, at: range.lowerBound) }
    }

    /// A name of the secret instead of the secret: a variable, a template, an ARN, a mounted file.
    private func isReference(_ range: Range<Int>) -> Bool {
        let (start, end) = (range.lowerBound, range.upperBound)
        if isCall(range) || isType(range) { return true }
        switch self[start] {
        case "$":
            if self[start + 1] == "{" { return (firstIndex(of: "}", in: range) ?? -1) == end - 1 }
            if self[start + 1] == "(" { return true }
            return range.count > 1 && all(between(start + 1, end)) { $0.isLetter || $0 == "_" }
        case "%":
            if range.count == 2 { return self[start + 1].isLetter }
            return range.count > 2 && self[end - 1] == "%" && all(between(start + 1, end - 1), \.isWordPart)
        case "{":
            if self[start + 1] == "{" { return has("}}", at: end - 2) }
            return self[end - 1] == "}" && all(between(start + 1, end - 1), \.isWordPart)
        case "?": return range.count == 1
        case ":", "@":
            return range.count > 1 && all(between(start + 1, end)) { $0.isLower || $0 == "_" } && lowercased(range).contains("pass")
        case "<": return self[end - 1] == ">" && all(between(start + 1, end - 1)) { $0.isNamePart || $0 == " " }
        case "[": return has("[c@", at: start) || has("[b@", at: start)
        case "/": return isPath(range)
        default: break
        }
        return has("arn:", at: start) || has("sha256:", at: start) || has("md5:", at: start) || has("vault:", at: start)
            || has("secretsmanager:", at: start) || has("ssm:", at: start) || has("file:", at: start)
            || has("os.environ", at: start) || has("process.env", at: start) || has("env.", at: start) || has("var.", at: start)
                || has("secrets.", at: start)
            || has("valuefrom", at: start) || has("data.", at: start) || has("module.", at: start)
    }

    /// `/run/secrets/db`, `prod/db/creds`: segments of small letters and digits, none of them random.
    func isPath(_ range: Range<Int>) -> Bool {
        guard firstIndex(of: "/", in: range) != nil else { return false }
        guard all(range, { $0.isAlphanumeric || $0 == "/" || $0 == "_" || $0 == "-" || $0 == "." || $0 == "=" || $0 == ":" })
        else { return false }
        let capitals = number(in: range) { $0.isUpper }
        let changes = range.dropFirst().count { self[$0].isDigit && self[$0 - 1].isLetter || self[$0].isLetter && self[$0 - 1].isDigit }
        return changes * 6 <= range.count && capitals * 5 <= range.count
    }

    static let emptyWords: Set<String> = [
        "null", "nil", "none", "undefined", "true", "false", "yes", "no", "n/a", "na", "empty", "unset", "default", "string",
        "str", "text", "object", "varchar", "char", "bytes", "int", "{}", "[]", "()", "\"\"", "''", "required", "optional", "on",
        "off", "enabled", "disabled", "ok", "unknown", "nan", "void", "password", "secret", "token", "not_set", "notset",
        "(null)", "<nil>", "=", "==", "{", "[", "(", "|", ">", "|-", ">-", "const", "function", "static", "async", "env",
        "bearer", "basic", "vault", "stdin", "prompt", "file", "ssm", "aws", "keytab", "kerberos", "->", "=>", "-", "--", "..",
        "...", "\\", "\\n",
    ]
    private static let maskWords: Set<String> = ["redacted", "masked", "hidden", "filtered", "protected", "sensitive", "removed",
        "omitted", "secured", "obfuscated", "scrubbed", "suppressed", "xxx", "xxxx"]

    /// Words that a sentence about a secret goes on with: `password: must be 8 characters`, `token is expired`.
    static let proseWords: Set<String> = [
        "is", "was", "are", "were", "has", "have", "had", "must", "should", "shall", "can", "cannot", "could", "will", "would",
        "may", "does", "did", "do", "be", "been", "being", "the", "a", "an", "this", "that", "these", "your", "its", "it", "we",
        "you", "any", "all", "and", "or", "but", "if", "when", "while", "because", "since", "until", "after", "before", "not",
        "no", "in", "on", "of", "for", "from", "to", "with", "without", "by", "at", "as", "via", "using", "into", "than", "too",
        "also", "only", "still", "already", "again", "please", "try", "invalid", "incorrect", "wrong", "bad", "missing",
        "expired", "expires", "required", "failed", "failure", "fails", "failing", "denied", "rejected", "refused", "revoked",
        "unknown", "unauthorized", "forbidden", "error", "exception", "empty", "blank", "null", "none", "unset", "mismatch",
        "mismatched", "unavailable", "unable", "malformed", "unsupported", "unexpected", "authentication", "authorization",
        "authenticated", "verification", "validation", "validated", "verified", "accepted", "valid", "successful", "successfully",
        "success", "succeeded", "found", "provided", "specified", "supplied", "given", "set", "reset", "changed", "updated",
        "created", "deleted", "rotated", "refreshed", "renewed", "retrieved", "fetched", "loaded", "loading", "reading", "stored",
        "generated", "requested", "received", "sent", "used", "read", "matched", "matches", "match", "skipping", "skipped",
        "retrying", "retry", "checking", "rotation", "policy", "length", "characters", "character", "expiry", "manager", "file",
        "field", "prompt", "lookup", "refresh", "request", "response", "user", "users", "account", "login", "access", "could",
        "cannot", "couldn't", "can't", "doesn't", "isn't", "wasn't", "won't", "end", "eof", "near", "line", "type", "value",
        "values", "name", "names", "not_found", "about", "between", "http", "https", "resource", "resourcenotfoundexception",
        "accessdenied", "accessdeniedexception", "timeout", "timed", "connection", "server", "client", "max", "min", "per",
        "attempt", "attempts", "column", "columns", "table", "schema", "database", "db", "job", "step", "process", "service",
        "permission", "permissions", "getting", "creating", "updating", "deleting", "rotating", "fetching", "sending",
        "verifying", "validating", "signature", "exceeded", "limit", "budget", "usage", "count", "cannot_be_blank", "here",
        "there", "out", "up", "now", "see", "check", "contact", "ask", "enter", "use", "ensure", "caller", "caused", "cause",
        "reason", "status", "code", "exit", "more", "less", "least", "same", "different", "new", "old", "current", "previous",
        "next", "first", "last", "one", "two",
    ]

    /// Whether these bytes read as a sentence.
    func isProse(_ range: Range<Int>) -> Bool {
        var (words, hits, index) = (0, 0, range.lowerBound)
        while index < range.upperBound, words < 12 {
            let end = min(range.upperBound, skip({ !$0.isSpace }, from: index))
            let core = between(index, max(index,
                skipBack({ $0 == "." || $0 == "," || $0 == ":" || $0 == ";" || $0 == "!" || $0 == "?" }, from: end)))
            if !core.isEmpty {
                words += 1
                if core.count < 20, all(core, { $0.isLetter || $0 == "'" }), Self.proseWords.contains(lowercased(core)) { hits += 1 }
            }
            index = skip(\.isSpace, from: end)
        }
        return words >= 2 && hits >= 1 && (hits * 3 >= words || hits >= 2)
    }

    /// The end of a placeholder that begins at `index`.
    func placeholderEnd(at index: Int) -> Int? {
        guard self[index] == "<", self[index + 1].isUpper else { return nil }
        let end = skip({ $0.isUpper || $0.isDigit || $0 == "_" }, from: index + 1)
        return self[end] == ">" && end - index > 3 ? end + 1 : nil
    }
}
