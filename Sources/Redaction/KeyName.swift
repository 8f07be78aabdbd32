/// What the name of a value says about it: `db_password`, `X-Api-Key`, `spring.datasource.password`, `clientSecret`.
struct KeyName {
    enum Strength {
        /// Whatever stands there is secret: the password family.
        case certain
        /// Secret unless it reads as prose.
        case likely
        /// Secret only when it looks random.
        case possible
    }

    let kind: SecretKind
    let strength: Strength

    /// Nil when the name does not name a secret: a count, a path, a policy, another thing's name.
    init?(_ text: Text, _ range: Range<Int>) {
        guard range.count <= 128 else { return nil }
        self.init(words: Self.words(text, range))
    }

    init?(words: [String]) {
        guard let last = words.last, words.count <= 8 else { return nil }
        // Only where it looks random: sessions are counted, too.
        if last == "id", words.count > 1, ["session", "sess"].contains(words[words.count - 2]) { self = .init(.cookie, .possible); return }
        if Vocabulary.descriptors.contains(last), !(last == "hash" && words.contains { Vocabulary.isPassword($0) }) { return nil }
        if words.contains(where: Vocabulary.exemptions.contains) { return nil }
        if words.contains(where: Vocabulary.isPassword) { self = .init(.password, .certain); return }
        if let joined = Self.joined(words) { self = joined; return }
        return nil
    }

    private init(_ kind: SecretKind, _ strength: Strength) {
        self.kind = kind
        self.strength = strength
    }

    private static func joined(_ words: [String]) -> KeyName? {
        let last = words[words.count - 1]
        let before = words.count > 1 ? words[words.count - 2] : ""
        let all = words.joined()
        if all.hasSuffix("secretaccesskey") || all.hasSuffix("awssecretkey") || all.hasSuffix("awssecret") {
            return .init(.awsSecretKey, .certain)
        }
        if all.hasSuffix("awssessiontoken") || all.hasSuffix("amzsecuritytoken") { return .init(.awsSessionToken, .likely) }
        if all.hasSuffix("accesskeyid") || all.hasSuffix("amzcredential") { return .init(.awsKeyID, .possible) }
        if all.hasSuffix("authorization") || all.hasSuffix("xauth") { return .init(.authorization, .certain) }
        if all == "cookie" || all == "setcookie" { return .init(.cookie, .certain) }
        if Vocabulary.cookies.contains(all) { return .init(.cookie, .likely) }
        let ends = last == "code" ? [before + last, words.suffix(3).joined()] : []
        if Vocabulary.pins.contains(last) || Vocabulary.pins.contains(all) || ends.contains(where: Vocabulary.pins.contains) { return .init(.pin, .likely) }
        if Vocabulary.nationalIDs.contains(all) || Vocabulary.nationalIDs.contains(last) { return .init(.nationalID, .possible) }
        if Vocabulary.cards.contains(all) || Vocabulary.cards.contains(before + last) { return .init(.card, .possible) }
        if last == "key" || last == "keys" {
            return Vocabulary.keyOwners.contains(before) ? .init(.apiKey, .likely) : .init(.apiKey, .possible)
        }
        if Vocabulary.keySuffixes.contains(where: last.hasSuffix) {
            return .init(last.hasSuffix("privatekey") ? .privateKey : .apiKey, .likely)
        }
        if last.hasSuffix("secret") || words.contains("secret") { return .init(.secret, .likely) }
        if last.hasSuffix("token") || words.contains("token") { return .init(.token, .likely) }
        if last == "signature" || last == "sig" || last == "hmac" { return .init(.signature, .possible) }
        if last.hasSuffix("credential") || last.hasSuffix("credentials") || last == "creds" { return .init(.secret, .possible) }
        if Vocabulary.likely.contains(last) || Vocabulary.likely.contains(all) { return .init(.secret, .likely) }
        if Vocabulary.possible.contains(last) || Vocabulary.possible.contains(all) { return .init(.secret, .possible) }
        return nil
    }

    /// `DB_PASS`, `dbPass`, `db.pass` and `DBPass1` are all db, pass.
    static func words(_ text: Text, _ range: Range<Int>) -> [String] {
        var words: [String] = []
        var word: [UInt8] = []
        for index in range {
            let byte = text[index]
            let next = index + 1 < range.upperBound ? text[index + 1] : 0
            let isHump = byte.isUpper && !word.isEmpty
                && (text[index - 1].isLower || text[index - 1].isDigit || (text[index - 1].isUpper && next.isLower))
            if (!byte.isLetter || isHump) && !word.isEmpty {
                words.append(String(decoding: word, as: UTF8.self))
                word.removeAll(keepingCapacity: true)
            }
            if byte.isLetter { word.append(byte.lowercased) }
        }
        if !word.isEmpty { words.append(String(decoding: word, as: UTF8.self)) }
        return words
    }
}

/// What was found out about names, since a log repeats them.
final class KeyNames {
    private static let limit = 2048
    private var keys: [Int: KeyName?] = [:]

    func key(_ text: Text, _ range: Range<Int>) -> KeyName? {
        var hasher = Hasher()
        hasher.combine(bytes: UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: text[range])))
        let hash = hasher.finalize()
        if let key = keys[hash] { return key }
        if keys.count >= Self.limit { keys.removeAll(keepingCapacity: true) }
        let key = KeyName(text, range)
        keys[hash] = .some(key)
        return key
    }
}

/// The words that names of secrets are made of, gathered from public rule lists and from what batch programs log.
enum Vocabulary {
    /// The letters that a keyword begins with somewhere in a name; where none of them stands, no name is looked at.
    static let stems = [
        "pass", "pwd", "passwd", "pw", "psw", "secret", "token", "key", "auth", "cred", "cookie", "sess", "sid", "sig", "hmac",
        "pin", "cvv", "cvc", "csc", "ssn", "social", "otp", "totp", "mfa", "sudo", "stdin", "using", "secure", "ftp", "card",
        "pan", "jwt", "bearer", "basic", "identified", "passphrase", "phrase", "contras", "kennwort", "mot", "geheim", "senha",
        "salt", "webhook", "tin", "nino", "passport", "aadhaar", "national", "code", "dsn", "community", "seed", "mnemonic",
        "value", "kinit",
    ]

    static func isPassword(_ word: String) -> Bool {
        if passwords.contains(word) { return true }
        if word.hasSuffix("pass") { return !notPass.contains(word) }
        if word.hasSuffix("pw"), word.utf8.count >= 4 { return true }
        return passwordSuffixes.contains { word.hasSuffix($0) }
    }

    private static let passwords: Set<String> = [
        "pass", "pw", "psw", "passphrase", "passcode", "passw", "passwort", "kennwort", "contrasena", "senha", "pwds",
        "passwords", "psswd", "pswd", "sshpass",
        "pwrd", "passphrases",
    ]
    private static let notPass: Set<String> = ["bypass", "compass", "surpass", "trespass", "overpass", "underpass", "encompass",
        "multipass", "firstpass", "onepass"]
    private static let passwordSuffixes = ["password", "passwd", "passphrase", "pwd", "passcode", "dbpw", "userpw", "rootpw", "adminpw"]

    /// The last word of a name that speaks about a secret and does not hold it.
    static let descriptors: Set<String> = [
        "file", "files", "path", "dir", "arn", "arns", "name", "names", "id", "ids", "url", "uri", "endpoint", "type", "types",
        "expiry", "expires", "expire", "expiration", "expired", "ttl", "age", "length", "len", "size", "count", "counts",
        "policy", "version", "versions", "status", "state", "rotation", "rotated", "hint", "field", "column", "prompt",
        "attempts", "retries", "enabled", "disabled", "required", "provider", "providers", "store", "location", "alias", "label",
        "usage", "limit", "max", "min", "rate", "index", "format", "algorithm", "alg", "class", "error", "errors", "exception",
        "failed", "failure", "invalid", "missing", "reset", "change", "changed", "service", "issuer", "audience", "scope", "host",
        "port", "user", "username", "owner", "region", "group", "role", "time", "timeout", "at", "date", "days", "mode", "env",
        "var", "ref", "source", "method", "header", "prefix", "suffix", "param", "template", "budget", "input", "output",
        "validation", "validator", "manager", "authentication", "strength", "complexity", "history", "grace", "encoder",
        "encryption", "encoding", "used", "total", "remaining", "seconds", "ms", "minutes", "hours", "interval", "cache",
        "lookup", "found", "not", "list", "set", "check", "checks", "test", "tests", "handler", "filter", "bucket", "table",
        "schema", "stage", "hash", "fd",
    ]

    /// Words that make a name harmless wherever they stand.
    static let exemptions: Set<String> = [
        "public", "primary", "foreign", "partition", "sort", "routing", "idempotency", "next", "page", "pagination",
        "continuation", "cancellation", "tokens", "tokenizer", "max", "min", "keyword", "monkey", "turkey", "keyspace",
        "keyspaces", "passed", "passes", "passing", "pass1", "author", "authors", "authority", "marker", "starting", "sync",
        "unexpected", "dedup", "bypass", "client" + "request", "clientrequest", "passthrough", "assigned",
    ]

    static let keyOwners: Set<String> = [
        "api", "access", "secret", "private", "account", "shared", "encryption", "signing", "master", "auth", "storage",
        "license", "licence", "crypto", "cipher", "aes", "rsa", "subscription", "deploy", "integration", "ingest", "ingestion",
        "webhook", "hmac", "dsa", "pgp", "gpg", "bot", "stripe", "twilio", "sendgrid", "datadog", "dd", "openai", "anthropic",
        "azure", "gcp", "google", "aws", "github", "gitlab", "slack", "newrelic", "grafana", "splunk", "function", "decryption",
        "unseal", "recovery", "fernet", "django", "flask", "rails", "wallet", "vault", "jwt", "mailgun", "algolia", "maps",
        "firebase", "x", "authentication", "authorization", "instrumentation",
    ]
    static let keySuffixes = [
        "apikey", "accesskey", "secretkey", "privatekey", "accountkey", "sharedkey", "authkey", "masterkey", "signingkey",
        "encryptionkey", "licensekey", "storagekey",
        "sharedaccesskey", "subscriptionkey", "appkey",
    ]
    static let likely: Set<String> = ["jwt", "authtoken", "sas", "webhook", "mnemonic", "dockerconfigjson", "htpasswd", "pgpass",
        "netrc", "sharedaccesssignature"]
    static let possible: Set<String> = ["auth", "code", "sid", "session", "sessionid", "seed", "salt", "dsn", "community",
        "bearer", "nonce", "verifier", "sessid"]
    static let cookies: Set<String> = ["jsessionid", "phpsessid", "aspnetsessionid", "connectsid", "sessionid", "sessiontoken",
        "sessioncookie", "awsalb", "xsrftoken", "csrftoken"]
    static let pins: Set<String> = ["pin", "cvv", "cvc", "csc", "otp", "totp", "pincode", "mfacode", "securitycode", "cardcode",
        "verificationcode", "onetimecode", "facode", "accesscode"]
    static let nationalIDs: Set<String> = [
        "ssn", "socialsecuritynumber", "socialsecurity", "taxid", "tin", "nino", "passportnumber", "passportno", "aadhaar",
        "nationalid", "nationalinsurancenumber", "socialinsurancenumber",
    ]
    static let cards: Set<String> = ["card", "cardnumber", "creditcard", "creditcardnumber", "ccnumber", "cardno", "pan", "ccnum",
        "debitcard"]
}
