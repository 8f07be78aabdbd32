import Effects
import JSON

/// The JSON that the container endpoint and instance metadata answer with.
enum MetadataReply {
    static func credentials(_ body: [UInt8], source: String) throws(CredentialsError) -> Credentials {
        guard let reply = try? JSONValue(parsing: body) else { throw .failed("\(source) answered with no JSON") }
        // Status 200 with a code other than Success says that the role cannot be used.
        if let code = reply["Code"]?.string, code != "Success" {
            throw .failed("\(source) answered \(code)\(reply["Message"]?.string.map { ": \($0.prefix(200))" } ?? "")")
        }
        guard let id = reply["AccessKeyId"]?.string, let secret = reply["SecretAccessKey"]?.string else {
            throw .failed("\(source) answered without keys")
        }
        return Credentials(
            accessKeyID: id, secretAccessKey: secret, sessionToken: reply["Token"]?.string,
            expiration: reply["Expiration"]?.string.flatMap(Timestamp.init(iso8601:)), source: source)
    }
}
