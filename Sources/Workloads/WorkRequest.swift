package import ArgumentParser
import JSON

/// The options with which work of one service is asked for, under the names that the AWS CLI gives them.
package protocol WorkRequest: ParsableArguments {
    /// Names of its options, for environment and configuration.
    static var layered: [String] { get }
    /// Those of them that are flags with an inversion.
    static var layeredFlags: [String] { get }
    /// Those that take several words.
    static var layeredLists: [String] { get }
    /// The option that gives the run its name: "--job-name"; nil where work has no name of its own.
    static var nameOption: String? { get }
    /// Checks everything that can be checked without AWS.
    func prepare(_ source: ParameterSource) throws(InvalidRequest) -> Prepared
}

extension WorkRequest {
    package static var layeredFlags: [String] { [] }
    package static var layeredLists: [String] { [] }
}

package struct Prepared: Equatable, Sendable {
    /// The name that the user gave.
    package let name: String?
    package let launch: Launch

    package init(name: String?, launch: Launch) {
        self.name = name
        self.launch = launch
    }
}

/// Reads what an option names: `file://PATH`, or standard input.
package struct ParameterSource {
    /// The text of a value that may be `file://PATH`.
    package let text: (_ value: String, _ option: String) throws(InvalidRequest) -> String
    /// Standard input to its end.
    package let standardInput: (_ option: String) throws(InvalidRequest) -> String

    package init(
        text: @escaping (_ value: String, _ option: String) throws(InvalidRequest) -> String, standardInput: @escaping (_ option: String) throws(InvalidRequest) -> String
    ) {
        self.text = text
        self.standardInput = standardInput
    }

    func json(_ value: String, option: String) throws(InvalidRequest) -> JSONValue {
        let text = try text(value, option)
        do throws(JSONError) {
            return try JSONValue(parsing: text)
        } catch {
            throw InvalidRequest("\(option) is no JSON: \(error)", next: "mend it")
        }
    }
}
