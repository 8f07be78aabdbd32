import Claude

/// Whether Claude would answer: provider, where the key comes from, and whether the model is known. Asks nothing unless advice
/// is claude, and never with evidence.
struct ClaudeCheck {
    private let program: Program
    private let options: ClaudeOptions
    private let common: CommonOptions

    init(_ program: Program, _ options: ClaudeOptions, _ common: CommonOptions) {
        (self.program, self.options, self.common) = (program, options, common)
    }

    func finding(isWanted: Bool) -> Finding {
        guard isWanted else { return Finding("claude", .notTried, "advice is not claude: nothing is sent to it") }
        do throws(ClaudeFailure) {
            let access = try ClaudeAccess(program, options, common)
            let used = try access.usedToday()
            let what = "\(access.route.model.id) of \(access.route.provider.rawValue) at \(access.route.origin), \(access.route.source); \(used) today"
            switch try access.standing() {
            case .notTold: return Finding("claude", .ok, "\(what); Bedrock does not tell whether it has the model")
            case .known("active", let retires): return Finding("claude", .ok, what + (retires.map { "; it retires at \($0)" } ?? ""))
            case .known("retired", _): return Finding("claude", .failed, "\(what); the model has been retired", next: "name another in claude-model")
            case .known(let lifecycle, let retires):
                return Finding("claude", .warning, "\(what); the model is \(lifecycle)\(retires.map { " and retires at \($0)" } ?? "")", next: "name another in claude-model")
            }
        } catch {
            let (reason, next) = error.words
            return Finding("claude", .failed, reason, next: next)
        }
    }
}
