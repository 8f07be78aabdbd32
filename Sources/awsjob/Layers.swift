import ArgumentParser
import Effects
import Journal

/// An option that may stand on the command line, in the environment, or in the configuration.
struct LayeredOption: Equatable {
    let name: String
    /// A pair of flags `--NAME` and `--no-NAME`; its value is true or false.
    var isFlag = false
    /// It takes several words.
    var isList = false

    var variable: String { "AWSJOB_" + name.uppercased().map { $0 == "-" ? "_" : String($0) }.joined() }
}

/// What an option was given outside the command line.
struct LayeredValue {
    let text: String
    /// Where, in the user's own words: `AWSJOB_GUARDIAN`, `/etc/awsjob:3: guardian`.
    let writtenAs: String
}

/// Command line over environment over configuration over default.
struct Layers {
    let environment: Environment
    let stateDirectory: StateDirectory

    /// The arguments with those added that stand elsewhere, and these by name.
    func applied(to arguments: [String]) throws(Refusal) -> (arguments: [String], added: [String: LayeredValue]) {
        guard let word = arguments.first, let command = Awsjob.command(named: word), !command.layered.isEmpty else { return (arguments, [:]) }
        // What stands behind "--" belongs to the command that `exec` runs.
        let own = Array(arguments.prefix { $0 != "--" })
        if !["--help", "-h", "--version"].filter(own.contains).isEmpty { return (arguments, [:]) }
        let configuration = try ConfigurationFile(given: value(of: "config", in: own), environment: environment, stateDirectory: stateDirectory)
        var (words, added): ([String], [String: LayeredValue]) = ([], [:])
        for option in command.layered where !isGiven(option, in: own) {
            let variable = environment.nonBlank(option.variable).map { LayeredValue(text: $0, writtenAs: option.variable) }
            guard let value = variable ?? configuration.values[option.name] else { continue }
            words += try Self.arguments(option, value)
            added[option.name] = value
        }
        // Behind a second word like that of `history show`.
        let isNested = arguments.count > 1 && command.configuration.subcommands.contains { $0._commandName == arguments[1] }
        return (arguments.prefix(isNested ? 2 : 1) + words + arguments.dropFirst(isNested ? 2 : 1), added)
    }

    private static func arguments(_ option: LayeredOption, _ value: LayeredValue) throws(Refusal) -> [String] {
        let text = value.text
        // What was no UTF-8 has become U+FFFD on its way here.
        if text.unicodeScalars.contains("\u{FFFD}") { throw Refusal("\(value.writtenAs) is not UTF-8", next: "convert it") }
        if option.isList, !text.hasPrefix("["), !text.hasPrefix("{") { return ["--\(option.name)"] + text.split(separator: " ").map(String.init) }
        guard option.isFlag else { return ["--\(option.name)=\(text)"] }
        switch text.lowercased() {
        case "true", "1", "yes", "on": return ["--\(option.name)"]
        case "false", "0", "no", "off": return ["--no-\(option.name)"]
        default: throw Refusal("\(value.writtenAs) is '\(text)'", next: "set it to true or false")
        }
    }

    private func isGiven(_ option: LayeredOption, in arguments: [String]) -> Bool {
        let spellings = ["--\(option.name)"] + (option.isFlag ? ["--no-\(option.name)"] : [])
        return arguments.contains { argument in spellings.contains { argument == $0 || argument.hasPrefix($0 + "=") } }
    }

    private func value(of option: String, in arguments: [String]) -> String? {
        for (index, argument) in arguments.enumerated() {
            if argument.hasPrefix("--\(option)=") { return String(argument.dropFirst(option.count + 3)) }
            if argument == "--\(option)", index + 1 < arguments.count { return arguments[index + 1] }
        }
        return nil
    }
}

extension Program {
    var stateDirectory: StateDirectory { StateDirectory(environment: environment, account: account) }
}

extension Awsjob {
    static var commands: [any LayeredCommand.Type] { configuration.subcommands.compactMap { $0 as? any LayeredCommand.Type } }

    static func command(named name: String) -> (any LayeredCommand.Type)? {
        commands.first { $0.configuration.commandName == name }
    }

    static var layeredNames: Set<String> { Set(commands.flatMap { $0.layered.map(\.name) }) }
}
