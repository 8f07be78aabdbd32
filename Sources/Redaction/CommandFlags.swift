/// Short flags that carry a password with one program and something harmless with another.
extension Scan {
    private struct Tool {
        let name: StaticString
        /// The flag's letters without the dash.
        let flag: StaticString
        let form: Form
    }

    private enum Form {
        /// The next word, or what follows the flag without a blank.
        case value, attachedOnly, nextWord
        /// `user:password`, `user%password`, `user,password`.
        case user
    }

    private static let tools: [Tool] = [
        .init(name: "mysql", flag: "p", form: .attachedOnly),
        .init(name: "mariadb", flag: "p", form: .attachedOnly),
        .init(name: "sshpass", flag: "p", form: .value),
        .init(name: "xtrabackup", flag: "p", form: .attachedOnly),
        .init(name: "login", flag: "p", form: .value),
        .init(name: "mongo", flag: "p", form: .value),
        .init(name: "cqlsh", flag: "p", form: .value),
        .init(name: "beeline", flag: "p", form: .value),
        .init(name: "sqlcmd", flag: "P", form: .value),
        .init(name: "bcp", flag: "P", form: .value),
        .init(name: "isql", flag: "P", form: .value),
        .init(name: "osql", flag: "P", form: .value),
        .init(name: "zip", flag: "P", form: .value),
        .init(name: "tsql", flag: "P", form: .value),
        .init(name: "ldap", flag: "w", form: .value),
        .init(name: "vsql", flag: "w", form: .value),
        .init(name: "nzsql", flag: "pw", form: .nextWord),
        .init(name: "nzload", flag: "pw", form: .nextWord),
        .init(name: "plink", flag: "pw", form: .nextWord),
        .init(name: "pscp", flag: "pw", form: .nextWord),
        .init(name: "psftp", flag: "pw", form: .nextWord),
        .init(name: "redis-cli", flag: "a", form: .value),
        .init(name: "ipmitool", flag: "P", form: .value),
        .init(name: "curl", flag: "u", form: .user),
        .init(name: "curl", flag: "U", form: .user),
        .init(name: "curl", flag: "-user", form: .user),
        .init(name: "curl", flag: "-proxy-user", form: .user),
        .init(name: "openssl", flag: "k", form: .nextWord),
        .init(name: "smbclient", flag: "U", form: .user),
        .init(name: "lftp", flag: "u", form: .user),
        .init(name: "http", flag: "a", form: .user),
        .init(name: "7z", flag: "p", form: .attachedOnly),
        .init(name: "rar", flag: "p", form: .attachedOnly),
        .init(name: "rar", flag: "hp", form: .attachedOnly),
        .init(name: "htpasswd", flag: "b", form: .nextWord),
        .init(name: "psexec", flag: "p", form: .value),
        .init(name: "winexe", flag: "U", form: .user),
        .init(name: "rpcclient", flag: "U", form: .user),
        .init(name: "mosquitto", flag: "P", form: .value),
        .init(name: "mysqldump", flag: "p", form: .attachedOnly),
        .init(name: "ncftp", flag: "p", form: .value),
        .init(name: "dsmadmc", flag: "pa", form: .attachedOnly),
        .init(name: "freebcp", flag: "P", form: .value),
        .init(name: "az ", flag: "p", form: .value),
        .init(name: "useradd", flag: "p", form: .value),
        .init(name: "usermod", flag: "p", form: .value),
        .init(name: "pmcmd", flag: "p", form: .value),
        .init(name: "pmrep", flag: "x", form: .value),
        .init(name: "impala-shell", flag: "l", form: .nextWord),
        .init(name: "connect-cli", flag: "p", form: .value),
        .init(name: "autosys_secure", flag: "p", form: .value),
        .init(name: "sqsh", flag: "P", form: .value),
        .init(name: "influx", flag: "p", form: .nextWord),
        .init(name: "clickhouse", flag: "h2", form: .nextWord),
        .init(name: "kinit", flag: "w", form: .value),
        .init(name: "hdbsql", flag: "p", form: .value),
        .init(name: "db2", flag: "p", form: .value),
        .init(name: "snmp", flag: "A", form: .value),
        .init(name: "snmp", flag: "X", form: .value),
        .init(name: "snmp", flag: "c", form: .value),
        .init(name: "wget", flag: "p", form: .nextWord),
        .init(name: "docker login", flag: "p", form: .value),
        .init(name: "ansible", flag: "k", form: .nextWord),
        .init(name: "pgbench", flag: "W", form: .nextWord),
        .init(name: "sqoop", flag: "P", form: .nextWord),
    ]

    /// `dash` begins a flag if a blank or the start of the line stands before it.
    mutating func commandFlag(at dash: Int) {
        let before = text[dash - 1]
        guard before == 0 || before.isSpace || before.isQuote || before == "[" || before == ",",
            text[dash + 1].isLetter || text[dash + 1] == "-"
        else { return }
        for tool in Self.tools where has(tool.flag, at: dash + 1)
            && text.firstIndex(of: tool.name, in: between(max(0, dash - 300), dash)) != nil
        {
            let end = dash + 1 + tool.flag.utf8CodeUnitCount
            let isAttached = !text[end].isSpace && text[end] != 0 && !text[end].isQuote || (text[end].isQuote && !before.isQuote)
            switch tool.form {
            case .attachedOnly:
                if isAttached, !text[dash + 1 + tool.flag.utf8CodeUnitCount - 1].isSpace { argument(at: end) } else { continue }
            case .nextWord: if isAttached { continue } else { argument(at: nextWord(end)) }
            case .value: argument(at: isAttached ? (text[end] == "=" ? end + 1 : end) : nextWord(end))
            case .user: userArgument(at: isAttached ? (text[end] == "=" ? end + 1 : end) : nextWord(end))
            }
            return
        }
    }

    /// Flags are told apart by the case of their letters.
    private func has(_ flag: StaticString, at index: Int) -> Bool {
        (0..<flag.utf8CodeUnitCount).allSatisfy { text[index + $0] == flag.utf8Start[$0] }
    }

    /// Behind blanks, and in a printed list behind quote and comma.
    private func nextWord(_ index: Int) -> Int {
        var at = index + (text[index].isQuote ? 1 : 0)
        if text[at] == "," { at += 1 }
        return text.skip(\.isBlank, from: at)
    }

    private mutating func argument(at index: Int) {
        let value = text.quotedValue(at: index) ?? shellWord(at: index)
        guard value.range.count >= 3, value.isQuoted || text[index] != "-", !text.isHarmless(value.range),
            !text.isPath(value.range)
        else { return }
        if text.all(value.range, \.isDigit), value.range.count < 6 { return }
        mask(value.range, .password)
    }

    private mutating func userArgument(at index: Int) {
        let value = text.quotedValue(at: index) ?? shellWord(at: index)
        guard let split = value.range.first(where: { text[$0] == ":" || text[$0] == "%" || text[$0] == "," }),
            split + 1 < value.range.upperBound
        else { return }
        maskUnlessHarmless(between(split + 1, value.range.upperBound), .password)
    }

    /// Up to a blank: a shell takes no other end.
    private func shellWord(at index: Int) -> Value {
        var end = text.skip({ !$0.isSpace && $0 >= 0x20 }, from: index)
        while end > index, text[end - 1].isQuote
            || text[end - 1] == ")" && text.firstIndex(of: "(", in: between(index, end)) == nil || text[end - 1] == "]"
                || text[end - 1] == "," || text[end - 1] == ";" { end -= 1 }
        return Value(range: between(index, end), isQuoted: false, end: end)
    }

    /// Redis `AUTH x`, SMTP and IMAP `AUTH PLAIN x`.
    mutating func authCommand(_ name: Range<Int>) {
        guard text[name.lowerBound].isUpper, text[name.upperBound - 1].isUpper || text[name.lowerBound + 1].isLower else { return }
        var at = text.skip({ $0.isBlank || $0 == "\"" }, from: name.upperBound)
        guard at > name.upperBound else { return }
        for word: StaticString in ["plain", "login", "xoauth2", "cram-md5"] where text.has(word, at: at) {
            at = text.skip({ $0.isBlank || $0 == "\"" }, from: at + word.utf8CodeUnitCount)
            let value = text.bareValue(at: at).range
            if value.count >= 8, text.all(value, \.isBase64) { mask(value, .authorization) }
            // LOGIN sends name and password apart.
            let second = text.bareValue(at: text.skip(\.isBlank, from: value.upperBound)).range
            if word.description == "login", second.lowerBound > value.upperBound, second.count >= 8, text.all(second, \.isBase64) {
                mask(second, .authorization)
            }
            return
        }
        guard text[name.lowerBound + 1].isUpper,
            text.firstIndex(of: "redis", in: 0..<min(text.count, 400)) != nil || text[name.lowerBound - 1] == "\""
        else { return }
        let first = text.bareValue(at: at).range
        let second = text.skip({ $0.isBlank || $0 == "\"" }, from: first.upperBound)
        let value = second < text.count && second > first.upperBound
            && text.looksChosen(text.bareValue(at: second).range) ? text.bareValue(at: second).range : first
        if !Text.proseWords.contains(text.lowercased(value)), value.count >= 4, value.count < 200 { maskUnlessHarmless(value, .password) }
    }

    /// `auth=('etl', 'x')`, `HTTPBasicAuth('etl', 'x')`, `login("etl", "x")`: the second of two strings.
    mutating func authPair(_ name: Range<Int>) -> Bool {
        var at = name.upperBound + text.quoteLength(at: name.upperBound)
        at = text.skip({ $0.isBlank || $0 == "=" || $0 == ":" }, from: at)
        guard text[at] == "(" || text[at] == "[", name.count < 60 else { return false }
        let word = text.lowercased(name)
        guard word == "auth" || word == "basic_auth" || word.hasSuffix("basicauth") || word.hasSuffix("credential")
            || word.hasSuffix("credentials"), let user = text.quotedValue(at: at + 1), !user.isOpen
        else { return false }
        at = text.skip({ $0.isBlank || $0 == "," }, from: user.end)
        guard let password = text.quotedValue(at: at), !password.isOpen else { return false }
        maskUnlessHarmless(password.range, .password)
        return true
    }
}
