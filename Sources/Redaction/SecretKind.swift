/// What a secret is: the word in its placeholder, `<PASSWORD_1>`.
package struct SecretKind: Hashable, Sendable {
    /// Capitals, digits and `_`.
    package let name: String

    private init(_ name: String) {
        self.name = name
    }

    /// A kind of a site's own. Nil unless the name is capitals, digits and `_`, a capital first, at most 32.
    package init?(custom name: String) {
        guard name.utf8.first?.isUpper == true, name.utf8.count <= 32,
            name.utf8.allSatisfy({ $0.isUpper || $0.isDigit || $0 == "_" })
        else { return nil }
        self.name = name
    }

    static let password = SecretKind("PASSWORD")
    static let secret = SecretKind("SECRET")
    static let token = SecretKind("TOKEN")
    static let apiKey = SecretKind("API_KEY")
    static let awsKeyID = SecretKind("AWS_ACCESS_KEY_ID")
    static let awsSecretKey = SecretKind("AWS_SECRET_KEY")
    static let awsSessionToken = SecretKind("AWS_SESSION_TOKEN")
    static let privateKey = SecretKind("PRIVATE_KEY")
    static let jwt = SecretKind("JWT")
    static let authorization = SecretKind("AUTHORIZATION")
    static let cookie = SecretKind("COOKIE")
    static let signature = SecretKind("SIGNATURE")
    static let encoded = SecretKind("ENCODED_SECRET")
    static let pin = SecretKind("PIN")
    static let card = SecretKind("CARD")
    static let nationalID = SecretKind("NATIONAL_ID")
    static let iban = SecretKind("IBAN")
    static let email = SecretKind("EMAIL")
    /// A secret that this process itself holds.
    static let own = SecretKind("OWN_SECRET")
}

/// A secret's place in the bytes that were scanned.
struct Span: Equatable {
    var range: Range<Int>
    let kind: SecretKind
    /// Of `KnownValues`, where it is one: all its forms share a placeholder.
    var known: Int?

    /// By place; spans that overlap become one, of the kind that began first.
    static func merged(_ spans: [Span]) -> [Span] {
        guard spans.count > 1 else { return spans }
        var merged: [Span] = []
        for span in spans.sorted(by: { ($0.range.lowerBound, $1.range.upperBound, $0.known == nil ? 1 : 0) < ($1.range.lowerBound,
            $0.range.upperBound, $1.known == nil ? 1 : 0) })
        {
            if let last = merged.last, span.range.lowerBound < last.range.upperBound {
                guard span.range.upperBound > last.range.upperBound else { continue }
                merged[merged.count - 1].range = between(last.range.lowerBound, span.range.upperBound)
                merged[merged.count - 1].known = nil
            } else {
                merged.append(span)
            }
        }
        return merged
    }
}
