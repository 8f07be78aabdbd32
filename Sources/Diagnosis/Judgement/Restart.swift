/// What a class advises, made more careful where the evidence asks for it. Never made quicker.
struct Restart {
    let advice: (action: Action, reason: String)

    /// `others`: classes that speak against a quick restart, though they are not the cause.
    init(_ failure: FailureClass, _ confidence: Confidence, isOfAWS: Bool, others: [FailureClass]) {
        var action = failure.action
        var reason = failure.fix
        if action == .immediate, let veto = failure.veto { (action, reason) = (.delayed, "\(Self.words(veto)): never at once. \(failure.fix)") }
        if action == .immediate, !isOfAWS || confidence == .low { (action, reason) = (.delayed, "The evidence is too weak for a restart at once. \(failure.fix)") }
        let isRestart = action == .immediate || action == .delayed
        if isRestart, let commit = others.first(where: { $0.veto == .commit }) {
            (action, reason) = (.verifyFirst, "The log also tells of \(commit.title.first?.lowercased() ?? "")\(commit.title.dropFirst()): see what was written before a restart.")
        } else if action == .immediate, let other = others.first, let veto = other.veto {
            (action, reason) = (.delayed, "\(Self.words(veto)) is reported too: look at it before a restart.")
        }
        advice = (action, reason)
    }

    private static func words(_ veto: Veto) -> String {
        switch veto {
        case .memory: "Out of memory"
        case .disk: "A full disk"
        case .permissions: "Missing permissions"
        case .credentials: "Credentials"
        case .commit: "A commit of unknown outcome"
        }
    }
}
