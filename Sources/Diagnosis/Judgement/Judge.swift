/// Weighs the evidence. The order of belief: what AWS says, how the process died, what the log says, what is left of a failure.
package struct Judge: Sendable {
    private let catalogue: Catalogue

    package init(_ catalogue: Catalogue) { self.catalogue = catalogue }

    package func verdict(_ evidence: Evidence) -> Verdict {
        let fields = TrustedFields(evidence.fields, catalogue)
        let code = evidence.exitCode ?? fields.exitCode
        let trusted = fields.best(catalogue)
        let log = LogCause(evidence.log, catalogue)
        if let trusted, !trusted.isWeak, catalogue.classes[trusted.classIndex].isCause {
            return proven(by: trusted, log, evidence, fields)
        }
        if code == 0, trusted == nil { return unknown(evidence, "it ended with exit code 0") }
        if let death = death(code) ?? death(evidence.log.statedExitCode?.code), !isCompatible(log.best, code) {
            return decided(death, death.codes.count == 1 ? .medium : .high, support(death, evidence), evidence, field: nil)
        }
        if let best = log.best {
            return log.isOvershadowed ? unknown(evidence, "an error that the catalogue does not know stands beside what it knows") : logged(best, log, code, trusted, evidence)
        }
        return leftover(trusted, evidence)
    }

    private func proven(by trusted: TrustedFields.Match, _ log: LogCause, _ evidence: Evidence, _ fields: TrustedFields) -> Verdict {
        let failure = catalogue.classes[trusted.classIndex]
        let rivals = fields.matches.contains { $0.classIndex != trusted.classIndex && !$0.isWeak && catalogue.classes[$0.classIndex].rank <= min(failure.rank, 2) }
        return decided(failure, rivals || failure.rank > 3 ? .medium : .high, support(failure, evidence), evidence, field: trusted.field)
    }

    private func logged(_ best: Sighting, _ log: LogCause, _ code: Int?, _ trusted: TrustedFields.Match?, _ evidence: Evidence) -> Verdict {
        let failure = catalogue.classes[best.classIndex]
        var confidence: Confidence = failure.rank <= 2 && !best.isWeak ? .high : .medium
        if log.isContested { confidence = confidence.lower }
        if log.isSoft || best.isWeak { confidence = .low }
        if code == nil, trusted == nil, confidence == .high, failure.rank > 1 { confidence = .medium }
        return decided(failure, confidence, support(failure, evidence), evidence, field: nil)
    }

    /// No cause is known: a stack trace, a wrapper of AWS, or nothing.
    private func leftover(_ trusted: TrustedFields.Match?, _ evidence: Evidence) -> Verdict {
        let remains = evidence.log.sightings.filter { !$0.isRecovered && !$0.isSoft && !catalogue.classes[$0.classIndex].isCause }
        let best = remains.min { (catalogue.classes[$0.classIndex].rank, $0.line.number) < (catalogue.classes[$1.classIndex].rank, $1.line.number) }
        if let best, trusted.map({ catalogue.classes[best.classIndex].rank <= catalogue.classes[$0.classIndex].rank || $0.isWeak }) ?? true {
            let failure = catalogue.classes[best.classIndex]
            return decided(failure, .low, support(failure, evidence), evidence, field: nil)
        }
        if let thrown = evidence.log.unknown.first(where: \.isException), let failure = catalogue["PY_EXCEPTION"], trusted.map({ catalogue.classes[$0.classIndex].rank >= failure.rank }) ?? true {
            return decided(failure, .low, [thrown.line], evidence, field: nil)
        }
        if let trusted {
            let failure = catalogue.classes[trusted.classIndex]
            // The wrapper says that it failed; the log says why, in words that nobody here knows.
            if failure.isWrapper, evidence.log.unknown.contains(where: { !$0.isVerdict && $0.isMarked }) { return unknown(evidence, "the catalogue does not know its error") }
            return decided(failure, .low, support(failure, evidence), evidence, field: trusted.field)
        }
        return unknown(evidence, evidence.log.unknown.isEmpty ? "nothing in it tells why it failed" : "the catalogue does not know its error")
    }

    /// The class of a process that was killed or never ran, by its exit code.
    private func death(_ code: Int?) -> FailureClass? {
        code.flatMap { code in catalogue.classes.first { $0.codes.contains(code) } }
    }

    private func isCompatible(_ sighting: Sighting?, _ code: Int?) -> Bool {
        guard let sighting, let code else { return false }
        let failure = catalogue.classes[sighting.classIndex]
        return failure.codes.contains(code) || failure.compatibleCodes.contains(code)
    }

    private func support(_ failure: FailureClass, _ evidence: Evidence) -> [LogLine] {
        var seen: [LogLine] = []
        let of = evidence.log.sightings.filter { catalogue.classes[$0.classIndex].id == failure.id && !$0.isRecovered }
        for sighting in of.filter({ !$0.isSoft }) + of.filter(\.isSoft) where seen.count < 3 && !seen.contains(sighting.line) { seen.append(sighting.line) }
        if seen.isEmpty, let stated = evidence.log.statedExitCode, failure.codes.contains(stated.code) { seen = [stated.line] }
        return seen.sorted { $0.number < $1.number }
    }

    private func decided(_ failure: FailureClass, _ confidence: Confidence, _ lines: [LogLine], _ evidence: Evidence, field: String?) -> Verdict {
        let (action, reason) = Restart(failure, confidence, isOfAWS: field != nil, others: loudVetoes(besides: failure, evidence)).advice
        return Verdict(failure: failure, confidence: confidence, action: action, reason: reason, lines: lines, field: field)
    }

    /// Reasons for care that other lines of the log give.
    private func loudVetoes(besides failure: FailureClass, _ evidence: Evidence) -> [FailureClass] {
        evidence.log.sightings.filter { !$0.isRecovered && !$0.isSoft }.map { catalogue.classes[$0.classIndex] }.filter { $0.id != failure.id && $0.veto != nil }
    }

    private func unknown(_ evidence: Evidence, _ reason: String) -> Verdict {
        let errors = evidence.log.unknown.filter { !$0.isVerdict }.prefix(2) + evidence.log.unknown.filter(\.isVerdict).prefix(1)
        let lines = errors.map(\.line).sorted { $0.number < $1.number }
        return Verdict(failure: nil, confidence: .low, action: .manual, reason: "The cause is not known: \(reason).", lines: lines, field: nil)
    }
}
