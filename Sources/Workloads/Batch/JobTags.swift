import JSON
import Runs

/// The tags that name the AutoSys run on a job and, propagated, on its ECS tasks.
/// https://docs.aws.amazon.com/batch/latest/userguide/using-tags.html
enum JobTags {
    /// SHA-256 of the parameters that it was submitted with.
    static let input = "awsjob-input"
    /// Tells one submission from any other, so that one whose reply was lost can be found.
    static let submission = "awsjob-submission"
    static let names = ["autosys-instance", "autosys-job", "autosys-run", input, submission]

    static func members(_ mark: LaunchMark, inputDigest: String) -> [JSONValue.Member] {
        let identity = mark.identity
        let values = [
            ("autosys-instance", identity?.instance), ("autosys-job", identity?.job), ("autosys-run", identity?.autorun),
            (input, inputDigest), (submission, mark.owner),
        ]
        return values.compactMap { name, value in value.map { .init(name, JSONValue(legal($0))) } }
    }

    /// Letters, digits, blanks and _.:/=+-@, up to 256 characters.
    private static func legal(_ value: String) -> String {
        String(value.prefix(256).map { $0.isLetter || $0.isNumber || " _.:/=+-@".contains($0) ? $0 : "-" })
    }
}
