import ArgumentParser
import Effects
import Redaction

/// A site's own secrets.
struct RedactionOptions: ParsableArguments {
    @Option(name: .customLong("redaction-rules"), help: "File of rules of your own, lines of `NAME: PATTERN` (Perl-compatible).")
    var redactionRules: String?

    static let layered = [LayeredOption(name: "redaction-rules")]

    func rules() throws(Refusal) -> [UserRule] {
        guard let redactionRules else { return [] }
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try SystemFiles().read(redactionRules, limit: 1 << 20)
        } catch {
            throw Refusal("redaction rules: \(error)", next: "name a readable file in --redaction-rules")
        }
        do throws(UserRule.Invalid) {
            return try UserRule.parse(String(decoding: bytes, as: UTF8.self))
        } catch {
            throw Refusal("\(redactionRules):\(error.line): \(error.reason)", next: "write it as `NAME: PATTERN`")
        }
    }
}
