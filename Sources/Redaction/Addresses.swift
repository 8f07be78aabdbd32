/// Credentials inside URLs and addresses.
extension Scan {
    /// `scheme://user:password@host`; `colon` is the one before the slashes. Also webhooks, whose path is the secret.
    mutating func urlCredentials(at colon: Int) {
        guard text[colon + 2] == "/", text[colon - 1].isAlphanumeric else { return }
        let start = colon + 3
        let end = text.skip({ !$0.isSpace && $0 != "\"" && $0 != "'" && $0 != "`" && $0 != "<" && $0 != ">" && $0 >= 0x20 },
            from: start, reach: 8192)
        webhook(between(start, end))
        let authorityEnd = min(end, text.skip({ $0 != "/" && $0 != "?" && $0 != "\\" }, from: start))
        var at = lastAt(between(start, authorityEnd))
        // Drivers take a password with an `@` and a `/` as it is; in a web address the path may hold an `@`.
        let queryStart = text.firstIndex(of: "?", in: between(start, end)) ?? end
        if at != nil, !isWeb(colon), let last = lastAt(between(start, queryStart)),
            text.firstIndex(of: ":", in: between(start, authorityEnd)) != nil,
            text.firstIndex(of: ",", in: between(start, last)) == nil
        {
            at = last
        }
        if at == nil, let userEnd = text.firstIndex(of: ":", in: between(start, authorityEnd)),
            !text[userEnd + 1].isDigit || text.skip(\.isDigit, from: userEnd + 1) < authorityEnd
        {
            // A slash or question mark that should have been encoded.
            at = lastAt(between(start, min(end, text.firstIndex(of: ",", in: between(start, end)) ?? end)))
        }
        guard let at, text[at + 1].isAlphanumeric || "[${/<-(_*:".utf8.contains(text[at + 1]) else { return }
        guard let userEnd = text.firstIndex(of: ":", in: between(start, at)) else {
            if text.looksRandom(between(start, at)) { mask(between(start, at), .token) }
            return
        }
        maskUnlessHarmless(between(userEnd + 1, at), .password)
        if text.looksRandom(between(start, userEnd), minimum: 20) { mask(between(start, userEnd), .token) }
    }

    private func isWeb(_ colon: Int) -> Bool {
        text.has("http", at: colon - 4) || text.has("https", at: colon - 5)
            || text.has("wss", at: colon - 3)
    }

    private func lastAt(_ range: Range<Int>) -> Int? { text[range].lastIndex { $0 == "@" } }

    private mutating func webhook(_ range: Range<Int>) {
        let places: [StaticString] = [
            "hooks.slack.com/services/", "hooks.slack.com/workflows/", "/api/webhooks/", "webhook.office.com/webhookb2/",
            "outlook.office.com/webhook/",
            "hooks.slack.com/triggers/",
            "api.telegram.org/bot", "hooks.zapier.com/hooks/catch/", "events.pagerduty.com/integration/",
        ]
        for place in places {
            guard let found = text.firstIndex(of: place, in: range) else { continue }
            let start = found + place.utf8CodeUnitCount
            let end = text.skip({ $0.isBase64 || $0 == ":" || $0 == "@" || $0 == "." }, from: start)
            return maskUnlessHarmless(between(start, min(end, range.upperBound)), .token)
        }
    }

    /// An `@`: an e-mail address, or `user:password@host`.
    mutating func addressCredentials(at index: Int) {
        let start = text.skipBack({ !$0.isSpace && !$0.isQuote && !Self.isBeforeUser($0) }, from: index, reach: 256)
        guard start < index, text[index + 1].isAlphanumeric || text[index + 1] == "/" else { return }
        let before = text[start - 1]
        if before == "/" || before == "@" { return }
        if let colon = text.firstIndex(of: ":", in: between(start, index)) {
            userAndPassword(between(start, colon), between(colon + 1, index), host: index + 1)
            if text[between(start, index)].lastIndex(where: { $0 == ":" }) != colon || text[index - 1] == ":" { return }
        }
        email(at: index)
    }

    private static func isBeforeUser(_ byte: UInt8) -> Bool {
        switch byte {
        case "=", ",", "(", "<", ";", "[", ">", "@", "|", "{", "/": true
        default: false
        }
    }

    private mutating func userAndPassword(_ user: Range<Int>, _ password: Range<Int>, host: Int) {
        guard !user.isEmpty, password.count >= 4, text.all(user, \.isNamePart), text[user.lowerBound].isLetter,
            !text.isHarmless(password)
        else { return }
        let hostEnd = text.skip(\.isNamePart, from: host)
        if text.has("sha256:", at: host) || text.has("sha512:", at: host)
            || ["mailto", "sha", "http", "https", "git", "ssh", "tcp"].contains(text.lowercased(user))
        {
            return
        }
        let after = text[hostEnd]
        guard after == 0 || after.isSpace || after.isQuote || ":/,).];(".utf8.contains(after) else { return }
        if text.contains(password, { $0 == ":" }) || text.all(password, { $0.isDigit || $0 == "." || $0 == "v" })
            || !text.looksChosen(password)
        {
            return
        }
        mask(password, .password)
    }

    private mutating func email(at index: Int) {
        let start = text.skipBack({ $0.isNamePart || $0 == "+" || $0 == "%" || $0 == "'" }, from: index)
        // The end of a password is no mailbox, and what follows it is the host.
        if let last = spans.last?.range, last.upperBound == index, start > last.lowerBound { return }
        var end = text.skip(\.isNamePart, from: index + 1)
        while end > index, text[end - 1] == "." || text[end - 1] == "-" { end -= 1 }
        guard start < index, let dot = text[between(index, end)].lastIndex(where: { $0 == "." }), dot > index + 1 else { return }
        let domain = text.lowercased(between(index + 1, end))
        let top = between(dot + 1, end)
        guard (2...12).contains(top.count), text.all(top, \.isLetter), !Self.noTopDomains.contains(text.lowercased(top)) else { return }
        if text.lowercased(between(start, index)) == "git" || domain.hasSuffix("gserviceaccount.com")
            || domain.hasSuffix(".internal") || text.all(between(index + 1, end), { !$0.isLower })
        {
            return
        }
        // `scp etl@sftp.bank.com:/in`: the host is where it happened.
        if text[end] == ":" && (text[end + 1] == "/" || text[end + 1] == "~" || text[end + 1].isDigit
            || text.has(" permission", at: end + 1) || text.has(" connection", at: end + 1))
        {
            return
        }
        var from = start
        while from < index, text[from] == "'" || text[from] == "." { from += 1 }
        let before = between(max(0, start - 40), start)
        for command: StaticString in ["ssh ", "sftp ", "scp ", "rsync "] where text.firstIndex(of: command, in: before) != nil { return }
        mask(between(from, end), .email)
    }

    private static let noTopDomains: Set<String> = [
        "service", "socket", "timer", "mount", "slice", "target", "scope", "internal", "local", "localdomain", "lan", "png",
        "jpg", "gif", "svg", "jar", "js", "ts", "py", "so", "json", "yaml", "yml", "xml", "sh", "java", "class", "sql", "txt",
        "log", "csv", "svc", "device", "path", "sock",
    ]

    /// `user/password@database` as Oracle's tools take it, and `jdbc:oracle:thin:user/password@`; `slash` is the one between them.
    mutating func oracleCredentials(at slash: Int) {
        let userStart = text.skipBack({ $0.isWordPart || $0 == "$" || $0 == "#" || $0 == "-" }, from: slash, reach: 64)
        guard userStart < slash else { return }
        let before = text[userStart - 1]
        if before == ".", text.firstIndex(of: ".logon ", in: between(max(0, slash - 90), slash)) != nil { return logon(from: slash + 1) }
        guard text[userStart].isLetter else { return }
        guard before == 0 || before.isSpace || before.isQuote || before == "=" || before == ":" || before == "\\" || before == "["
            || before == ","
        else { return }
        if text[slash + 1] == "/" || text[slash + 1].isSpace || text[slash + 1] == "@" { return }
        let start = slash + 1
        if before.isBlank, text.firstIndex(of: ".logon ", in: between(max(0, userStart - 12), userStart)) != nil {
            return logon(from: start)
        }
        if text[start].isQuote {
            guard let quoted = text.quotedValue(at: start),
                isOracleTool(before: userStart) || text.has("thin:", at: userStart - 5)
            else { return }
            return maskUnlessHarmless(quoted.range, .password)
        }
        let end = text.skip({ !$0.isSpace && !$0.isQuote && $0 != "@" && $0 >= 0x20 }, from: start, reach: 256)
        guard end > start else { return }
        if text[end] == "@" {
            // Passwords may hold an `@`; the last one is the database's.
            let wordEnd = text.skip({ !$0.isSpace && !$0.isQuote && $0 != "," && $0 != ";" && $0 != ")" }, from: end, reach: 256)
            let last = text[between(end, wordEnd)].lastIndex { $0 == "@" } ?? end
            let isThin = text.has("thin:", at: userStart - 5) || text.has("oci:", at: userStart - 4) || text.has("oci8:", at: userStart - 5)
            let isPlainPassword = text.firstIndex(of: "/", in: between(start, end)) == nil
                && text.firstIndex(of: ".", in: between(start, end)) == nil
            guard isThin || isOracleTool(before: userStart)
                || (before != ":" && text.looksChosen(between(start, end)) && isDatabase(between(last + 1, wordEnd))
                && isPlainPassword && !text.has("sha256", at: last + 1)
                && text[last + 1] != "v" && !text[last + 1].isDigit) else { return }
            return maskUnlessHarmless(between(start, last), .password)
        }
        guard before.isSpace || before == "=" || before.isQuote, text.firstIndex(of: "/", in: between(start, end)) == nil else { return }
        let value = text.bareValue(at: start).range
        if value.count >= 4, text.firstIndex(of: ".", in: value) == nil, isOracleTool(before: userStart) {
            maskUnlessHarmless(value, .password)
        }
    }

    /// Teradata's `.LOGON tdp/user,password`.
    private mutating func logon(from index: Int) {
        guard let comma = text.firstIndex(of: ",", in: between(index, index + 60)) else { return }
        let start = text.skip(\.isBlank, from: comma + 1)
        maskUnlessHarmless((text.quotedValue(at: start) ?? text.bareValue(at: start)).range, .password)
    }

    /// `net use Z: \\host\share x /user:u`, `net user u x /add` and `schtasks … /rp x`; `slash` begins the option.
    mutating func windowsOption(at slash: Int) {
        guard text[slash - 1].isBlank else { return }
        if text.has("/rp ", at: slash), text.firstIndex(of: "schtasks", in: 0..<slash) != nil {
            return maskUnlessHarmless(text.bareValue(at: text.skip(\.isBlank, from: slash + 4)).range, .password)
        }
        let isUse = text.has("/user:", at: slash) && text.firstIndex(of: "net use ", in: 0..<slash) != nil
        let isUser = text.has("/add", at: slash) && text.firstIndex(of: "net user ", in: 0..<slash) != nil
        guard isUse || isUser else { return }
        let end = text.skipBack(\.isBlank, from: slash)
        let start = text.skipBack({ !$0.isSpace }, from: end)
        if isUser, text.has(" user ", at: start - 6) { return }
        if text[start] != "\\", text[end - 1] != ":" { maskUnlessHarmless(between(start, end), .password) }
    }

    private func isDatabase(_ range: Range<Int>) -> Bool {
        range.count >= 2
            && text.all(range) { $0.isNamePart || $0 == ":" || $0 == "/"
    }
        && (text[range.lowerBound].isLetter || text[range.lowerBound] == "/") }

    private func isOracleTool(before index: Int) -> Bool {
        let line = between(max(0, index - 160), index)
        let tools: [StaticString] = ["sqlplus", "sqlldr", "expdp", "impdp", "rman", "userid=", "connect ", "conn ", "exp ",
            "imp ", "tnsping", ".logon", "sqlcl", "catalog ", "target ", "bteq", "dblink", "-logon ", "pdc ", "wlst"]
        return tools.contains { text.firstIndex(of: $0, in: line) != nil }
    }
}
