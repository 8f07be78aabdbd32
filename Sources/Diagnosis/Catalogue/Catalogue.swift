/// The kinds of failure that are known, ready for matching.
package struct Catalogue: Sendable {
    package let classes: [FailureClass]
    /// By number; the automaton's keywords up to `patterns.count` are their anchors, those behind it are `Cue`s.
    let patterns: [BoundPattern]
    let keywords: KeywordAutomaton

    /// The built-in catalogue, and what a site adds in the same form: new classes, or more patterns and other words for those there are.
    package init(site: String? = nil, path: String = "") throws(CatalogueError) {
        var parser = CatalogueParser()
        for text in BuiltIn.texts { try parser.read(text, path: "built-in") }
        if let site { try parser.read(site, path: path) }
        classes = parser.classes
        patterns = parser.patterns
        keywords = KeywordAutomaton(patterns.map(\.pattern.anchor) + Cue.all.map { Array($0.word.utf8) })
    }

    /// Whether a keyword speaks of something going wrong.
    func isTrouble(_ keyword: Int) -> Bool {
        keyword < patterns.count || !Cue.all[keyword - patterns.count].cue.isDisjoint(with: [.trouble, .verdict, .traceback])
    }

    package subscript(id: String) -> FailureClass? { classes.first { $0.id == id } }
}

/// A catalogue that cannot be read: where and why.
package struct CatalogueError: Error, Equatable {
    package let place: String
    package let reason: String
}

/// The texts beside this file.
enum BuiltIn {
    static var texts: [String] {
        [containers, stepFunctions, serviceCalls, access, storage, databases, databaseData, inputData, network, runtimes, spark, endings]
    }
}
