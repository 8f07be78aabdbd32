import AWS
import Effects
import Journal
import Redaction
import Supervision

/// Masks text before it is kept. What that takes is made with the first text, as most commands keep none.
final class KeptText {
    let rules: [UserRule]
    /// Secrets of the keys in use; they may change while a run lasts.
    let secrets: () -> [String]
    private let environment: Environment
    private var known: [String] = []
    private var redactor: Redactor?

    init(_ program: Program, rules: [UserRule], secrets: @escaping () -> [String]) {
        (environment, self.rules, self.secrets) = (program.environment, rules, secrets)
    }

    var mask: Mask { { [self] text in String(decoding: masked(Array(text.utf8)), as: UTF8.self) } }

    func masked(_ text: [UInt8]) -> [UInt8] {
        var redactor = self.redactor ?? Redactor(rules: rules, known: KnownValues(environment: environment.all))
        // Nothing else holds it while it works, so that it is not copied.
        self.redactor = nil
        let fresh = secrets().filter { !known.contains($0) }
        redactor.add(fresh)
        known += fresh
        let masked = redactor.redact(text)
        self.redactor = redactor
        return masked
    }
}

extension Program {
    /// For commands that keep what becomes of others' work.
    func mask(_ loop: Loop, rules: [UserRule]) -> Mask { KeptText(self, rules: rules) { loop.caller.secrets }.mask }
}
