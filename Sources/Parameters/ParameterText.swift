package import JSON

/// The text of parameters on a command line, as the AWS CLI takes it (`awscli/argprocess.py`, `awscli/paramfile.py`).
package enum ParameterText {
    /// The words of one option as a validated value. Structures, lists and maps are JSON when the first word begins with
    /// `{` or `[`, else shorthand; lists of scalars are one word an element; scalars are the word itself.
    ///
    /// A lone `file://path` or `fileb://path`, or the same behind `key@=`, is the text of that file; `readFile` gets the
    /// path as written. URLs are text, as in version 2 of the AWS CLI. Errors begin with the option, those of `readFile` too.
    package static func value(
        _ words: [String], of shape: Shape, option: String, readFile: (String) throws(ParameterError) -> String
    ) throws(ParameterError) -> JSONValue {
        do throws(ParameterError) {
            let value = try read(words, of: shape, readFile)
            try shape.validate(value, at: "")
            return value
        } catch {
            throw error.inside(option)
        }
    }

    private static func read(
        _ words: [String], of shape: Shape, _ readFile: (String) throws(ParameterError) -> String
    ) throws(ParameterError) -> JSONValue {
        var words = words
        var isFile = false
        if words.count == 1, let path = FileReference.path(words[0]) {
            words = [try readFile(path)]
            isFile = true
        }
        if case .list(let element, _) = shape {
            return try list(words, of: shape, element, isFile: isFile, readFile)
        }
        guard let word = words.first, words.count == 1 else {
            throw ParameterError("one value expected, not \(words.count)")
        }
        return try single(word, of: shape, readFile)
    }

    /// A file holds the whole list in JSON; the words are otherwise that JSON, or an element each.
    private static func list(
        _ words: [String], of shape: Shape, _ element: Shape, isFile: Bool,
        _ readFile: (String) throws(ParameterError) -> String
    ) throws(ParameterError) -> JSONValue {
        if words.count == 1, words[0].opening == "[" { return try json(words[0]) }
        if isFile { throw ParameterError("the file holds no JSON list", next: "begin it with [") }
        guard element.isComposite, let first = words.first else { return .array(words.map { element.scalar($0) }) }
        if first.opening == "[" || first.opening == "{" {
            return .array(try words.map { (word) throws(ParameterError) in try json(word) })
        }
        let elements = try words.map { (word) throws(ParameterError) in try shorthand(word) }
        return try shape.json(.list(elements), readFile: readFile)
    }

    private static func single(
        _ word: String, of shape: Shape, _ readFile: (String) throws(ParameterError) -> String
    ) throws(ParameterError) -> JSONValue {
        guard shape.isComposite else { return shape.scalar(word) }
        if word.opening == "[" || word.opening == "{" { return try json(word) }
        return try shape.json(try shorthand(word), readFile: readFile)
    }

    private static func json(_ text: String) throws(ParameterError) -> JSONValue {
        do throws(JSONError) {
            return try JSONValue(parsing: text)
        } catch {
            throw ParameterError("no JSON: \(error)")
        }
    }

    private static func shorthand(_ text: String) throws(ParameterError) -> ShorthandValue {
        let scanner = ShorthandScanner(text)
        var parser = ShorthandParser(scanner)
        do throws(ShorthandError) {
            return try parser.parameter()
        } catch {
            switch error {
            case .expected(let what, let index):
                let place = index < scanner.scalars.count ? "at character \(index + 1) in" : "at the end of"
                throw ParameterError("expected \(what) \(place) \(Excerpt.around(index, of: scanner.scalars))")
            case .repeated(let name):
                throw ParameterError("\(Excerpt.quoted(name)) stands twice", next: "separate the elements of a list by a space, not by a comma")
            case .tooDeep:
                throw ParameterError("nested too deeply")
            }
        }
    }
}

extension Shape {
    fileprivate var isComposite: Bool {
        switch self {
        case .structure, .list, .map: true
        case .string, .integer, .double, .boolean: false
        }
    }
}

extension String {
    /// The first character behind white space.
    fileprivate var opening: Unicode.Scalar? { unicodeScalars.first { !$0.isPythonSpace } }
}
