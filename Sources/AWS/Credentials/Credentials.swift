package import Effects

/// Keys that sign requests. Its description never shows the secrets.
package struct Credentials: Equatable, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    package let accessKeyID: String
    package let secretAccessKey: String
    package let sessionToken: String?
    /// Nil for keys that do not expire.
    package let expiration: Timestamp?
    /// Where they came from, for people: "environment", "profile etl".
    package let source: String

    package init(accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil, expiration: Timestamp? = nil, source: String) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        // As it arrives: HTTP drops white space at both ends of a header, SigV4 signs it so, and our masks look for that.
        let token = sessionToken.map { $0.split(omittingEmptySubsequences: true, whereSeparator: \.isWhitespace).joined(separator: " ") }
        self.sessionToken = token == "" ? nil : token
        self.expiration = expiration
        self.source = source
    }

    package var description: String { "credentials of \(source) (\(accessKeyID.prefix(4))…)" }
    package var debugDescription: String { description }

    /// A control character would break the headers that the keys go into: most often the line feed at the end of a file.
    func sendable() throws(CredentialsError) -> Credentials {
        for (what, text) in [("access key id", accessKeyID), ("secret access key", secretAccessKey), ("session token", sessionToken ?? "")]
        where text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7f }) {
            throw .refused("the \(what) of \(source) holds a line feed or another control character", next: "take it out")
        }
        return self
    }
}

/// Why a link of the chain gave no credentials.
package enum CredentialsError: Error, Equatable, Sendable {
    /// The link is not set up; the next one is asked.
    case notConfigured(String)
    /// The link is set up but fails; falling through to other keys would act as somebody else, so the chain stops.
    /// `next`: what to do about it, where anybody can tell.
    case failed(String, next: String? = nil)
    /// As `failed`, and asking again changes nothing until somebody has changed something.
    case refused(String, next: String? = nil)
    /// A signal arrived while a link was waiting.
    case interrupted
}

/// One link of the credential chain.
package protocol CredentialProvider {
    /// For people: "environment", "instance metadata".
    var name: String { get }
    func credentials(_ io: CredentialIO) throws(CredentialsError) -> Credentials
}
