import Effects
import JSON
import Workloads

/// Option values that may name a file, as the AWS CLI takes them.
enum InputOption {
    /// A little over what any service takes, so that the message can say how much too large it is.
    private static let limit = 8 << 20

    /// The text itself, that of file://PATH, or, where it may be read, of standard input for "-"; a kill ends that wait.
    static func text(_ value: String, option: String, standardInput: SignalDescriptor? = nil) throws(Refusal) -> String {
        let bytes: [UInt8]
        do throws(FileError) {
            if value == "-", let standardInput {
                bytes = try SystemFiles.readAll(0, name: "standard input", limit: limit, interrupt: standardInput.descriptor)
            } else if value.hasPrefix("file://") || value.hasPrefix("fileb://") {
                bytes = try SystemFiles().read(path(value.drop { $0 != ":" }.dropFirst(3)), limit: limit)
            } else {
                return value
            }
        } catch {
            if let signal = standardInput?.next() { throw Refusal(signal) }
            throw Refusal("\(option): \(error)", next: "name a readable file")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw Refusal("\(option): not UTF-8", next: "convert the file to UTF-8") }
        return text
    }

    private static func path(_ path: Substring) -> String {
        guard path.hasPrefix("~/"), let home = UserAccount.current()?.home else { return String(path) }
        return home + path.dropFirst()
    }

    static func json(_ value: String, option: String) throws(Refusal) -> JSONValue {
        let text = try text(value, option: option)
        do throws(JSONError) {
            return try JSONValue(parsing: text)
        } catch {
            throw Refusal("\(option) is no JSON: \(error)", next: "mend it")
        }
    }

    /// Sets top-level fields of a JSON object; the rest of the text stays as it was written.
    static func adding(_ fields: [String], to text: String) throws(InvalidRequest) -> String {
        guard !fields.isEmpty else { return text }
        guard let value = try? JSONValue(parsing: text), var members = value.members else {
            throw InvalidRequest("--input-field needs an input that is a JSON object", next: "mend --input")
        }
        for field in fields {
            guard let equals = field.firstIndex(of: "="), equals != field.startIndex else {
                throw InvalidRequest("--input-field '\(field)' is not of the form K=V", next: "write it as K=V")
            }
            let member = JSONValue.Member(String(field[..<equals]), JSONValue(String(field[field.index(after: equals)...])))
            members.removeAll { $0.name == member.name }
            members.append(member)
        }
        return JSONValue.object(members).text
    }
}
