import AWS
import Effects
import Supervision
import Workloads

/// The actions that a service's runs need, each tried by a call that changes nothing.
struct PermissionCheck {
    private let service: any WorkloadService.Type
    private let loop: Loop
    private let clock: any Clock

    init(_ service: any WorkloadService.Type, _ loop: Loop, _ clock: any Clock) {
        (self.service, self.loop, self.clock) = (service, loop, clock)
    }

    private enum Verdict {
        case allowed
        case denied(Explanation)
        case untold(String)
        /// The keys or the signature, whatever is asked for.
        case unidentified(Explanation)
    }

    func findings(_ probes: [Probe]) -> [Finding] {
        var findings: [Finding] = []
        var verdicts: [(Probe, Verdict)] = []
        for probe in probes {
            verdicts.append((probe, verdict(probe)))
            // No other call would fare better.
            if case .unidentified = verdicts.last?.1 { break }
        }
        let allowed = verdicts.compactMap { probe, verdict in if case .allowed = verdict { probe.call.action } else { nil } }
        if !allowed.isEmpty { findings.append(Finding("permissions", .ok, "allowed: \(allowed.joined(separator: ", "))")) }
        for (probe, verdict) in verdicts {
            switch verdict {
            case .allowed: break
            case .denied(let words) where probe.isExact:
                findings.append(Finding("permissions", probe.isNeeded ? .failed : .warning, words.reason, next: words.next))
            case .denied(let words):
                findings.append(Finding("permissions", .notTried, "\(probe.call.action): refused for a resource made up for this check; a policy may still allow the real one (\(words.reason))"))
            case .untold(let reason): findings.append(Finding("permissions", .notTried, "\(probe.call.action): \(reason)"))
            case .unidentified(let words): return findings + [Finding("permissions", .notTried, "AWS does not accept who we say we are: \(words.reason)", next: words.next)]
            }
        }
        let rest = service.actions.subtracting(probes.map(\.call.action)).sorted()
        if !rest.isEmpty { findings.append(Finding("permissions", .notTried, "\(rest.joined(separator: ", ")): no call of it would be without effect", next: "compare the role with iam/\(service.name).json")) }
        return findings
    }

    private func verdict(_ probe: Probe) -> Verdict {
        let call = Call(probe.call) { _ throws(UnexpectedReply) in () }
        do throws(Loop.NoAnswer) {
            try loop.perform(call, until: clock.instant + .seconds(12))
            return .allowed
        } catch {
            guard case .failed(let failure, _) = error else { return .untold("interrupted") }
            let words = Explanation(failure)
            if failure.isAccessDenied { return .denied(words) }
            guard let code = failure.code else { return .untold(words.reason) }
            if probe.proof.contains(code) { return .allowed }
            return RetryPolicy.refusesCaller(code) ? .unidentified(words) : .untold(words.reason)
        }
    }
}
