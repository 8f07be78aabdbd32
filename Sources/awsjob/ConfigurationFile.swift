import Effects
import Journal

/// The program's own configuration: lines of `option: value`; "#" begins a comment line.
struct ConfigurationFile {
    /// By name of the option.
    let values: [String: LayeredValue]

    /// `given`: in --config. A file that was named must be there.
    init(given: String?, environment: Environment, stateDirectory: StateDirectory) throws(Refusal) {
        let named = given.map { ("--config", $0) } ?? environment.nonBlank("AWSJOB_CONFIG").map { ("AWSJOB_CONFIG", $0) }
        let path = named?.1 ?? stateDirectory.configuration
        let bytes: [UInt8]
        do {
            bytes = try SystemFiles().read(path, limit: 1 << 20)
        } catch {
            if let named { throw Refusal("\(named.0): \(error)", next: "name a readable file there") }
            if error.isMissing {
                values = [:]
                return
            }
            guard environment.nonBlank("AWSJOB_STATE_DIR") != nil else {
                throw Refusal("configuration: \(error)", next: "make it readable, or name another file in AWSJOB_CONFIG")
            }
            throw Refusal("AWSJOB_STATE_DIR: \(error)", next: "name another directory there")
        }
        values = try Self.values(in: String(decoding: bytes, as: UTF8.self), of: path)
    }

    private static func values(in text: String, of path: String) throws(Refusal) -> [String: LayeredValue] {
        var values: [String: LayeredValue] = [:]
        // Editors of Windows begin a file with a byte order mark.
        let text = text.first == "\u{FEFF}" ? text.dropFirst() : text[...]
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let (line, place) = (line.drop(while: \.isWhitespace), "\(path):\(index + 1)")
            if line.isEmpty || line.first == "#" { continue }
            guard let colon = line.firstIndex(of: ":") else {
                throw Refusal("\(place): no ':' in this line", next: "write it as `option: value`")
            }
            let name = String(line[..<colon])
            guard Awsjob.layeredNames.contains(name) else {
                throw Refusal("\(place): unknown option '\(name)'", next: "awsjob stepfunctions --help lists them")
            }
            let value = line[line.index(after: colon)...].drop(while: \.isWhitespace)
            values[name] = LayeredValue(text: String(value.reversed().drop(while: \.isWhitespace).reversed()), writtenAs: "\(place): \(name)")
        }
        return values
    }
}
