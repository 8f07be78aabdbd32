import Foundation
import JSON
import TestSupport
import Testing

/// Whole lines: other tests print meanwhile.
func printAtOnce(_ lines: [String]) {
    print(lines.joined(separator: "\n"))
    fflush(nil)
}

/// One file or folder of the public conformance data, and the count of its cases.
final class Fixture {
    let place: URL
    private let name: String
    private(set) var passed = 0
    private var skipped: [String] = []

    /// Nil, and said so, when the data does not lie beside the checkout.
    init?(_ path: String) {
        guard let place = Repository.fixtures(path) else { return nil }
        self.place = place
        name = place.lastPathComponent
    }

    func json() throws -> JSONValue { try JSONValue(parsing: Array(Data(contentsOf: place))) }

    func pass() { passed += 1 }

    /// A case that does not apply to this program.
    func skip(_ test: String, _ reason: String) { skipped.append("  not applicable: \(test): \(reason)") }

    func report() {
        printAtOnce(["\(name): \(passed) passed, \(skipped.count) not applicable"] + skipped)
    }

    static func strings(_ object: JSONValue?) -> [String: String] {
        (object?.members ?? []).reduce(into: [:]) { $0[$1.name] = $1.value.string }
    }

    static func sections(_ object: JSONValue?) -> [String: [String: String]] {
        (object?.members ?? []).reduce(into: [:]) { $0[$1.name] = strings($1.value) }
    }
}
