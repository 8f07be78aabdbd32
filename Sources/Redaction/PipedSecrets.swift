/// Passwords that stand where only the command around them tells what they are.
extension Scan {
    /// `echo x | sudo -S`, `echo x | docker login --password-stdin`, `connect to DB user U using x`. False for other names.
    mutating func pipedSecret(_ name: Range<Int>) -> Bool {
        if text.has("-securestring", at: name.upperBound - 13) {
            var start = text.skip(\.isBlank, from: name.upperBound)
            if text.has("-string ", at: start) { start += 8 }
            if let value = text.quotedValue(at: start) { maskUnlessHarmless(value.range, .password) }
            return true
        }
        guard "supcfkSUPCFK".utf8.contains(text[name.lowerBound]), name.count <= 14 else { return false }
        let word = text.lowercased(name)
        switch word {
        case "sudo", "password-stdin", "stdin", "chpasswd", "kinit": piped(into: name)
        case "using": connectUsing(name)
        case "ftp": transferLogin(name)
        default: return false
        }
        return word != "password-stdin"
    }

    private mutating func piped(into name: Range<Int>) {
        let isSudo = text.has("sudo", at: name.lowerBound)
        let reads = !isSudo || text.has(" -s", at: name.upperBound) || text.has(" -ks", at: name.upperBound)
        guard reads else { return }
        let line = between(max(0, name.lowerBound - 200), name.lowerBound)
        guard let bar = text[line].lastIndex(where: { $0 == "|" }),
            let echo = text.firstIndex(of: "echo ", in: between(line.lowerBound, bar))
            ?? text.firstIndex(of: "printf ", in: between(line.lowerBound, bar))
        else { return }
        var start = text.skip(\.isBlank, from: text.skip(\.isLetter, from: echo))
        while text[start] == "-", text[start + 1].isLetter { start = text.skip(\.isBlank, from: text.skip({ !$0.isSpace }, from: start)) }
        let value = text.quotedValue(at: start) ?? text.bareValue(at: start)
        var range = value.range
        if text.has("chpasswd", at: name.lowerBound), let colon = text.firstIndex(of: ":", in: range) {
            range = between(colon + 1, range.upperBound)
        }
        if range.upperBound <= bar { maskUnlessHarmless(range, .password) }
    }

    /// What a shell's `<<<` at `index` gives to a program that asks for a password.
    mutating func hereString(at index: Int) {
        let line = between(max(0, index - 120), index)
        let readers: [StaticString] = ["pass", "sudo ", "login", "kinit", "gpg ", "openssl ", "ssh"]
        guard text[index + 2] == "<", readers.contains(where: { text.firstIndex(of: $0, in: line) != nil }) else { return }
        let start = text.skip(\.isBlank, from: index + 3)
        maskUnlessHarmless((text.quotedValue(at: start) ?? text.bareValue(at: start)).range, .password)
    }

    /// DB2's CONNECT.
    private mutating func connectUsing(_ name: Range<Int>) {
        let before = between(max(0, name.lowerBound - 100), name.lowerBound)
        guard let connect = text.firstIndex(of: "connect ", in: before),
            text.firstIndex(of: " user ", in: between(connect, name.lowerBound)) != nil
        else { return }
        let start = text.skip(\.isBlank, from: name.upperBound)
        maskUnlessHarmless((text.quotedValue(at: start) ?? text.bareValue(at: start)).range, .password)
    }

    /// FTP's `PASS x` where the line shows that it is a command: `---> PASS x`, `C: PASS x`; and `ftp> user u x`.
    mutating func transferCommand(_ name: Range<Int>) -> Bool {
        guard name.count == 4, text.has("pass", at: name.lowerBound), text[name.upperBound] == " ", text[name.lowerBound].isUpper,
            text[name.lowerBound + 3].isUpper
        else { return false }
        let prompt = text.skipBack(\.isBlank, from: name.lowerBound) - 1
        let before = text[prompt] == ">" && text[prompt - 1].isDigit ? UInt8(ascii: ".") : text[prompt]
        let value = text.bareValue(at: name.upperBound + 1)
        let endsLine = text.skip(\.isSpace, from: value.end) >= text.count
        let isCommand = before == ">" || (before == ":" && endsLine)
            || (before == 0 && endsLine && text.firstIndex(of: ".", in: value.range) == nil)
        guard isCommand, text.firstIndex(of: "test", in: value.range) == nil else { return false }
        maskUnlessHarmless(value.range, .password)
        return true
    }

    /// `ftp> user u x`.
    private mutating func transferLogin(_ name: Range<Int>) {
        guard text.has("> user ", at: name.upperBound) else { return }
        let user = text.bareValue(at: text.skip(\.isBlank, from: name.upperBound + 7))
        let start = text.skip(\.isBlank, from: user.end)
        if start > user.end { maskUnlessHarmless(text.bareValue(at: start).range, .password) }
    }

    /// A line of ~/.pgpass: `host:port:database:user:password`; `index` is at the colon before the port.
    mutating func passwordFileLine(at index: Int) {
        let host = text.skipBack({ $0.isNamePart || $0 == "*" }, from: index)
        let portEnd = text[index + 1] == "*" ? index + 2 : text.skip(\.isDigit, from: index + 1)
        guard host < index, portEnd - index > 1, portEnd - index <= 6, text[portEnd] == ":",
            text[index + 1] == "*" || portEnd - index >= 4
        else { return }
        guard text[host] == "*" || text[host].isLetter || text[between(host, index)].count(where: { $0 == "." }) == 3 else { return }
        let databaseEnd = text.skip({ $0.isNamePart || $0 == "*" }, from: portEnd + 1)
        let userEnd = text.skip({ $0.isNamePart || $0 == "*" }, from: databaseEnd + 1)
        guard databaseEnd > portEnd + 1, text[databaseEnd] == ":", userEnd > databaseEnd + 1, text[userEnd] == ":",
            !text[userEnd - 1].isDigit || text[databaseEnd + 1].isLetter, text[portEnd + 1].isLetter || text[portEnd + 1] == "*"
        else { return }
        let end = text.skip({ !$0.isSpace && $0 != "\"" && $0 != "'" }, from: userEnd + 1)
        guard text.skip(\.isSpace, from: end) >= text.count || text[end].isQuote, end - userEnd > 4 else { return }
        maskUnlessHarmless(between(userEnd + 1, end), .password)
    }
}
