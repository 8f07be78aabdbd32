import JSON
import Parameters

/// The parameters of one operation, put together from `--cli-input-json` and options as the AWS CLI does: options win.
struct RequestParameters {
    /// The operation's members under their names on the wire.
    let fields: [Field]
    let source: ParameterSource

    /// `options`: names without dashes ("job-queue") and the words behind them; empty when not given.
    func read(skeleton: String?, options: [(name: String, words: [String])]) throws(InvalidRequest) -> [JSONValue.Member] {
        var given: [String: JSONValue] = [:]
        if let skeleton {
            guard let members = try source.json(skeleton, option: "--cli-input-json").members else {
                throw InvalidRequest("--cli-input-json is no JSON object", next: "write it as {\"\(fields.first?.name ?? "name")\": …}")
            }
            for member in members { given[member.name] = member.value }
        }
        for option in options where !option.words.isEmpty {
            guard let field = fields.first(where: { Self.optionName($0.name) == option.name }) else { continue }
            given[field.name] = try value(option.words, field.shape, option: "--\(option.name)")
        }
        if let unknown = given.keys.sorted().first(where: { name in !fields.contains { $0.name == name } }) {
            throw InvalidRequest("--cli-input-json: unknown parameter '\(unknown)'", next: "known are \(fields.map(\.name).joined(separator: ", "))")
        }
        let members = fields.compactMap { field in given[field.name].map { JSONValue.Member(field.name, $0) } }
        do throws(ParameterError) {
            for field in fields {
                if let value = given[field.name] { try field.shape.validate(value, at: field.name) }
            }
        } catch {
            throw InvalidRequest(error.reason, next: error.next ?? "mend it")
        }
        if let missing = fields.first(where: { $0.isRequired && given[$0.name] == nil }) {
            throw InvalidRequest("--\(Self.optionName(missing.name)) is missing", next: "add it, or \(missing.name) in --cli-input-json")
        }
        return members
    }

    private func value(_ words: [String], _ shape: Shape, option: String) throws(InvalidRequest) -> JSONValue {
        do throws(ParameterError) {
            return try ParameterText.value(words, of: shape, option: option) { (path) throws(ParameterError) in
                do throws(InvalidRequest) {
                    return try source.text("file://" + path, option)
                } catch {
                    throw ParameterError(error.reason.hasPrefix(option + ": ") ? String(error.reason.dropFirst(option.count + 2)) : error.reason, next: error.next)
                }
            }
        } catch {
            throw InvalidRequest(error.reason, next: error.next ?? "awsjob --help")
        }
    }

    /// `jobQueue` and `JobQueue` are `job-queue`.
    static func optionName(_ member: String) -> String {
        var name = ""
        for character in member {
            if character.isUppercase, !name.isEmpty { name += "-" }
            name += character.lowercased()
        }
        return name
    }
}
