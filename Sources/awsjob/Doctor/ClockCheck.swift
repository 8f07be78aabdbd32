import Effects

/// The clock of this host beside AWS's.
struct ClockCheck {
    /// AWS's minus ours.
    let skew: Duration

    var finding: Finding {
        let seconds = skew.inSeconds
        guard abs(seconds) >= 2 else { return Finding("clock", .ok, "as AWS's") }
        let what = "\(Int(abs(seconds).rounded())) s \(seconds > 0 ? "behind" : "ahead of") AWS's"
        let next = "set the clock of this host (chronyc tracking)"
        // AWS refuses signatures that are five minutes off.
        if abs(seconds) < 60 { return Finding("clock", .ok, what) }
        return Finding("clock", abs(seconds) >= 240 ? .failed : .warning, "\(what); signatures more than 5 minutes off are refused, awsjob corrects its own", next: next)
    }
}
