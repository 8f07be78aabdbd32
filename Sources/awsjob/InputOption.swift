import Effects
import Workloads

/// Option values that may name a file, as the AWS CLI takes them.
enum InputOption {
    /// A little over what any service takes, so that the message can say how much too large it is.
    private static let limit = 8 << 20

    /// Reads files, and standard input; a kill ends that wait.
    static func source(_ program: Program) -> ParameterSource {
        ParameterSource(
            text: { (value, option) throws(InvalidRequest) in try text(value, option: option) },
            standardInput: { (option) throws(InvalidRequest) in
                try utf8(option: option) { () throws(FileError) in
                    try SystemFiles.readAll(0, name: "standard input", limit: limit, interrupt: program.signals?.descriptor)
                }
            })
    }

    /// The text itself, or that of file://PATH.
    private static func text(_ value: String, option: String) throws(InvalidRequest) -> String {
        guard value.hasPrefix("file://") || value.hasPrefix("fileb://") else { return value }
        return try utf8(option: option) { () throws(FileError) in
            try SystemFiles().read(path(value.drop { $0 != ":" }.dropFirst(3)), limit: limit)
        }
    }

    private static func utf8(option: String, _ read: () throws(FileError) -> [UInt8]) throws(InvalidRequest) -> String {
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try read()
        } catch {
            throw InvalidRequest("\(option): \(error)", next: "name a readable file")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw InvalidRequest("\(option): not UTF-8", next: "convert the file to UTF-8") }
        return text
    }

    private static func path(_ path: Substring) -> String {
        guard path.hasPrefix("~/"), let home = UserAccount.current()?.home else { return String(path) }
        return home + path.dropFirst()
    }
}
