/// A token that its issuer made recognisable: a prefix and what follows it.
struct TokenFormat: Sendable {
    enum Alphabet: Sendable {
        case alphanumeric, base64, base64URL, hex, upper
        /// base64url words joined by dots.
        case dotted

        func contains(_ byte: UInt8) -> Bool {
            switch self {
            case .alphanumeric: byte.isAlphanumeric
            case .base64: byte.isBase64
            case .base64URL: byte.isBase64URL
            case .hex: byte.isHexDigit
            case .upper: byte.isUpper || byte.isDigit
            case .dotted: byte.isBase64URL || byte == "."
            }
        }
    }

    let prefix: [UInt8]
    let alphabet: Alphabet
    /// Bytes after the prefix.
    let minimum: Int
    let kind: SecretKind

    private init(_ prefix: String, _ alphabet: Alphabet, _ minimum: Int, _ kind: SecretKind = .token) {
        self.prefix = Array(prefix.utf8)
        self.alphabet = alphabet
        self.minimum = minimum
        self.kind = kind
    }

    /// From the issuers' documentation and public rule lists.
    static let all: [TokenFormat] =
        ["AKIA", "ASIA", "ABIA", "ACCA"].map { .init($0, .upper, 16, .awsKeyID) }
        + ["IQoJb3JpZ2lu", "FwoGZXIvYXdz", "FQoGZXIvYXdz", "FQoDYXdz"].map { .init($0, .base64, 20, .awsSessionToken) }
        + ["ABSK", "bedrock-api-key-"].map { .init($0, .base64, 40, .apiKey) }
        + ["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"].map { .init($0, .base64URL, 20) }
        + [
            "glpat-", "gldt-", "glrt-", "glsoat-", "glptt-", "glcbt-", "glft-", "glimt-", "glagent-", "GR1348941", "gloas-",
            "glffct-"
        ].map { .init($0, .base64URL, 16) }
        + ["xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-", "xoxe-", "xoxe.", "xapp-", "xoxo-", "xoxd-", "xoxc-"].map { .init($0, .dotted, 10) }
        + ["sk_live_", "sk_test_", "rk_live_", "rk_test_", "pk_live_", "whsec_", "sk_prod_",
            "rk_prod_"].map { .init($0, .base64, 10, .apiKey) }
        + ["sk-ant-", "sk-proj-", "sk-svcacct-", "sk-admin-", "sk-or-v1-", "sk-None-", "sk-lf-",
            "sk-"].map { .init($0, .base64URL, 18, .apiKey) }
        + ["npm_"].map { .init($0, .alphanumeric, 30) } + ["pypi-"].map { .init($0, .base64URL, 30) }
        + ["AIza"].map { .init($0, .base64URL, 30, .apiKey) } + ["ya29.", "1//0"].map { .init($0, .dotted, 20) }
        + ["GOCSPX-"].map { .init($0, .base64URL, 20, .secret) } + ["GOOG1"].map { .init($0, .upper, 50, .apiKey) }
        + ["LTAI", "AKID"].map { .init($0, .alphanumeric, 20, .apiKey) } + ["AGE-SECRET-KEY-1"].map { .init($0, .upper, 50, .privateKey) }
        // LDAP's userPassword, and the LM half of a Windows hash that hashes nothing.
        + ["{SSHA}", "{SHA}", "{SSHA256}", "{SSHA512}", "{CRYPT}", "{crypt}", "{PBKDF2}"].map { .init($0, .base64, 20, .password) }
        + ["aad3b435b51404eeaad3b435b51404ee:"].map { .init($0, .hex, 32, .password) }
        + ["SG."].map { .init($0, .dotted, 40, .apiKey) } + ["hvs.", "hvb.", "hvr."].map { .init($0, .base64URL, 20) }
        + [
            "dapi", "dkea", "doo_v1_", "dop_v1_", "dor_v1_", "shpat_", "shpca_", "shppa_", "shpss_", "lin_api_", "lin_oauth_",
            "sntrys_", "sntryu_", "sbp_", "sq0atp-", "sq0csp-", "EAAA"
        ]
            .map { .init($0, $0.hasPrefix("do") || $0.hasPrefix("da") || $0.hasPrefix("dk") || $0.hasPrefix("shp") ? .hex : .base64, 28) }
        + [
            "dckr_pat_", "dckr_oat_", "squ_", "sqp_", "sqa_", "hf_", "api_org_", "glsa_", "glc_", "pul-", "rubygems_", "tfp_",
            "phc_", "phx_", "pat-na1-", "atlasv1."
        ].map { .init($0, .base64, 20) }
        + [
            "AKCp", "access_token$", "NRAK-", "NRJS-", "NRAA-", "NRII-", "ATATT3", "ATCTT3", "ATBB", "ATOA", "CMEIA", "PMAK-",
            "SCW", "LTAI", "JBSWY3DP", "fio-u-", "gsk_", "r8_", "xai-", "nvapi-", "pplx-", "tvly-", "fc-", "lsv2_pt_", "lsv2_sk_",
            "dt0c01.", "dt0s16.", "ops_ey", "p8e-", "CFPAT-", "EZAK", "EZTK", "duffel_live_", "duffel_test_", "figd_", "secret_",
            "ntn_", "patp", "sgp_", "FLWSECK_TEST-", "FLWSECK-", "flb_live_", "shippo_live_", "shippo_test_", "vercel_", "PRVT_",
            "AGE-SECRET-KEY-", "live_", "key-", "rdme_", "sib-", "xkeysib-", "xsmtpsib-", "ak_live_", "whk_", "ddp_", "ddapp_",
            "snyk_", "SNYK-", "v1.0-", "v2.local.", "v2.public."
        ]
            .map { .init($0, .dotted, 18) }
        + ["SK", "AC"].map { .init($0, .hex, 32, .apiKey) }
        + ["AccountKey=", "SharedAccessKey=", "SharedSecretKey="].map { .init($0, .base64, 16, .secret) }
        + ["eyJ"].map { .init($0, .dotted, 24, .jwt) }
}

extension Scan {
    /// Masks a token of a known format at `index`; its end, nil when there is none.
    mutating func tokenFormat(at index: Int, _ anchors: Anchors) -> Int? {
        let text = text
        for format in anchors.formats(beginningWith: text[index]) {
            guard index + format.prefix.count + format.minimum <= text.count,
                zip(format.prefix.indices, format.prefix).allSatisfy({ text[index + $0] == $1 })
            else { continue }
            let start = index + format.prefix.count
            var end = text.skip(format.alphabet.contains, from: start, reach: 4096)
            while end > start, text[end - 1] == "." || text[end - 1] == "-" { end -= 1 }
            guard end - start >= format.minimum else { continue }
            guard isPlausible(format, between(index, end)) else {
                // Nothing like a token in so many bytes: on, but for what may begin at their end.
                if end - start >= 4000 { return end - 200 }
                continue
            }
            if end - start > 4000 { end = text.skip(format.alphabet.contains, from: end) }
            if text[format.prefix.count + index - 1] == "=" {
                mask(between(start, end), format.kind)
                return end
            }
            if end >= text.skipBack(\.isSpace, from: text.count), end - index >= 32 { carried = .token(format.kind) }
            // Percent-encoded padding and slashes belong to it.
            while format.kind == .awsSessionToken, text[end] == "%", text[end + 1].isHexDigit, text[end + 2].isHexDigit {
                end = text.skip(format.alphabet.contains, from: end + 3)
            }
            mask(between(index, end), format.kind)
            return end
        }
        return nil
    }

    /// An AWS access key id that was written with blanks or dashes in it: `AKIA IOSF …`, `A-K-I-A-…`.
    mutating func spacedKeyID(at index: Int) {
        guard !text[index - 1].isWordPart else { return }
        var (letters, at, gaps): ([UInt8], Int, Int) = ([], index, 0)
        while letters.count < 20 {
            if (text[at] == " " || text[at] == "-"), !letters.isEmpty { (at, gaps) = (at + 1, gaps + 1) }
            guard text[at].isUpper || text[at].isDigit else { return }
            letters.append(text[at])
            at += 1
        }
        let prefix = String(decoding: letters.prefix(4), as: UTF8.self)
        if gaps >= 3, !text[at].isWordPart, ["AKIA", "ASIA", "ABIA", "ACCA"].contains(prefix) { mask(between(index, at), .awsKeyID) }
    }

    /// Short prefixes also begin words: what follows has to look like a token.
    private func isPlausible(_ format: TokenFormat, _ range: Range<Int>) -> Bool {
        let body = between(range.lowerBound + format.prefix.count, range.upperBound)
        switch format.kind {
        case .awsKeyID: return !text[range.upperBound].isLower && body.count == 16
        case .jwt: return isJWT(range)
        case .awsSessionToken: return true
        default: break
        }
        // Of so many random letters some have no digit.
        if body.count >= 30, text.entropy(body) > 4, text.contains(body, \.isUpper) { return true }
        let digits = text.number(in: body) { $0.isDigit }
        if text[format.prefix.count + range.lowerBound - 1] == "=" { return true }
        if [UInt8](format.prefix.suffix(1)) == [0x5f] || format.prefix.count >= 8 ? digits == 0 && text.entropy(body) < 3.8 : digits < 2 {
            return false
        }
        return text.entropy(body) > 2.6 && !text.isUUID(body)
    }

    /// A JSON object in Base64 that is followed by a dot, or that says it is a header.
    private func isJWT(_ range: Range<Int>) -> Bool {
        if text.firstIndex(of: ".", in: range) != nil { return true }
        let decoded = Base64.decode(text[between(range.lowerBound, min(range.upperBound, range.lowerBound + 400))])
        return String(decoding: decoded, as: UTF8.self).contains("\"alg\"")
    }
}
