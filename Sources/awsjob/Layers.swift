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

/// Command line over environment over configuration over default.
struct Layers {
    let environment: Environment
    let stateDirectory: StateDirectory

    /// The arguments with those added that stand elsewhere.
    func applied(to arguments: [String]) throws(Refusal) -> [String] {
        guard let word = arguments.first, let command = Awsjob.command(named: word), !command.layered.isEmpty else { return arguments }
        // What stands behind "--" belongs to the command that `exec` runs.
        let own = Array(arguments.prefix { $0 != "--" })
        if !["--help", "-h", "--version"].filter(own.contains).isEmpty { return arguments }
        let configuration = try loadConfiguration(given: value(of: "config", in: own))
        var added: [String] = []
        for option in command.layered where !isGiven(option, in: own) {
            guard let value = environment.nonBlank(option.variable) ?? configuration[option.name] else { continue }
            added += try Self.arguments(option, value)
        }
        // Behind a second word like that of `history show`.
        let isNested = arguments.count > 1 && command.configuration.subcommands.contains { $0._commandName == arguments[1] }
        return arguments.prefix(isNested ? 2 : 1) + added + arguments.dropFirst(isNested ? 2 : 1)
    }

    private static func arguments(_ option: LayeredOption, _ value: String) throws(Refusal) -> [String] {
        // What was no UTF-8 has become U+FFFD on its way here.
        if value.unicodeScalars.contains("\u{FFFD}") { throw Refusal("\(option.variable) is not UTF-8", next: "convert it") }
        if option.isList, !value.hasPrefix("["), !value.hasPrefix("{") { return ["--\(option.name)"] + value.split(separator: " ").map(String.init) }
        guard option.isFlag else { return ["--\(option.name)=\(value)"] }
        switch value.lowercased() {
        case "true", "1", "yes", "on": return ["--\(option.name)"]
        case "false", "0", "no", "off": return ["--no-\(option.name)"]
        default: throw Refusal("\(option.variable) is '\(value)'", next: "set it to true or false")
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

    /// Lines of `option: value`; "#" begins a comment line. A file that was named must be there.
    private func loadConfiguration(given: String?) throws(Refusal) -> [String: String] {
        let named = given ?? environment.nonBlank("AWSJOB_CONFIG")
        let path = named ?? stateDirectory.configuration
        let bytes: [UInt8]
        do {
            bytes = try SystemFiles().read(path, limit: 1 << 20)
        } catch {
            if named == nil, error.isMissing { return [:] }
            throw Refusal("configuration: \(error)", next: "name a readable file in --config or AWSJOB_CONFIG")
        }
        var values: [String: String] = [:]
        for (index, line) in String(decoding: bytes, as: UTF8.self).split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let text = line.drop(while: \.isWhitespace)
            if text.isEmpty || text.first == "#" { continue }
            guard let colon = text.firstIndex(of: ":") else {
                throw Refusal("\(path):\(index + 1): no ':' in this line", next: "write it as `option: value`")
            }
            let name = String(text[..<colon])
            guard Awsjob.layeredNames.contains(name) else {
                throw Refusal("\(path):\(index + 1): unknown option '\(name)'", next: "awsjob stepfunctions --help lists them")
            }
            let value = text[text.index(after: colon)...].drop(while: \.isWhitespace)
            values[name] = String(value.reversed().drop(while: \.isWhitespace).reversed())
        }
        return values
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
