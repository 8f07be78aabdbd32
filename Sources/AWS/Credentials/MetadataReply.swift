import Effects
import HTTP
import JSON

/// The JSON that the container endpoint and instance metadata answer with.
enum MetadataReply {
    static func credentials(_ response: Response, source: String, _ io: CredentialIO) throws(CredentialsError) -> Credentials {
        guard let reply = try? JSONValue(parsing: response.body) else { throw .failed("\(source) answered with no JSON") }
        // Status 200 with a code other than Success says that the role cannot be used.
        if let code = reply["Code"]?.string, code != "Success" {
            throw .failed("\(source) answered \(code)\(reply["Message"]?.string.map { ": \($0.prefix(200))" } ?? "")")
        }
        guard let id = reply["AccessKeyId"]?.string, let secret = reply["SecretAccessKey"]?.string else {
            throw .failed("\(source) answered without keys")
        }
        let expiration = try Credentials.expiration(reply["Expiration"], of: source).map { io.local($0, in: response) }
        return Credentials(accessKeyID: id, secretAccessKey: secret, sessionToken: reply["Token"]?.string, expiration: expiration, source: source)
    }
}
