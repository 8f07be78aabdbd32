import Effects
import Journal
import JSON
import Runs
import Workloads

extension Supervisor {
    /// AWS has reported the end. From here on nothing changes the exit code, a signal neither.
    func finish(_ existing: Admission.Existing, _ outcome: Outcome) -> Ending {
        wasStoppedByLimit = wasStoppedByLimit && (outcome.kind == .stopped || outcome.hasStoppedParts)
        let code = wasStoppedByLimit ? ExitCodes.maxRuntime : plan.exitCodes.code(for: outcome)
        let stopped: [JournalRecord] = wasStoppedByLimit ? [.stopped(name: existing.name, by: "max-runtime")] : []
        log.record(stopped + [.ended(name: existing.name, outcome: outcome)] + returned(existing, code))
        guardian?.dismiss()
        let took = outcome.started.flatMap { started in outcome.ended.map { " after \(($0 - started).text)" } } ?? ""
        loop.console.print(
            RunEvent(
                "finished", at: outcome.ended ?? loop.clock.now, "finished \(outcome.status)\(took), exit code \(code)",
                fields: fields(existing) + [.init("status", JSONValue(outcome.status)), .init("reason", JSONValue(outcome.reason)), .init("exit_code", JSONValue(Int(code)))]))
        writeOutput(outcome)
        return end(code: code, message: outcome.kind == .succeeded ? nil : failure(existing, outcome), existing, outcome: outcome)
    }

    private func failure(_ existing: Admission.Existing, _ outcome: Outcome) -> OperatorMessage {
        let place = outcome.failedStates.isEmpty ? "" : " in state \(outcome.failedStates.joined(separator: " / "))"
        let status = outcome.status + (outcome.condition.map { " (\($0.lowercased().replacing("_", with: " ")))" } ?? "")
        let what = wasStoppedByLimit ? "ran longer than --max-runtime \((plan.maxRuntime ?? .zero).text) and was stopped" : status
        let code = outcome.exitCode.map { ", exit code \($0)" } ?? ""
        let reason = code + (outcome.reason.map { ": \($0)" } ?? "")
        return OperatorMessage("\(Service.name) \(existing.name) \(what)\(place)\(reason)", next: "awsjob status \(idText(existing))")
    }

    /// The shortest `ID` that other commands take for this work.
    func idText(_ existing: Admission.Existing) -> String {
        plan.identity.map { "\($0.job):\($0.text(attempt: existing.attempt))" } ?? existing.id.text
    }

    private func writeOutput(_ outcome: Outcome) {
        guard let path = plan.outputFile, outcome.kind == .succeeded else { return }
        guard let output = outcome.output else { return loop.console.warn("AWS shows no output any more; \(path) is not written") }
        do throws(FileError) {
            var file = try AtomicFile(path)
            try file.commit(Array(output.utf8))
        } catch {
            loop.console.warn("the work's output is not in \(path): \(error)")
        }
    }

    /// The one way out of a run that ends by itself.
    func end(code: Int32, message: OperatorMessage?, _ existing: Admission.Existing?, outcome: Outcome?) -> Ending {
        guardian?.dismiss()
        lastWord = LastWord(existing: existing, outcome: outcome, reason: message?.what)
        writeResult(code: code, message: message, existing, outcome: outcome)
        if let message { loop.console.say(message) }
        advise(existing, outcome, code: code)
        deliver()
        return .code(code)
    }

    private func writeResult(code: Int32, message: OperatorMessage?, _ existing: Admission.Existing?, outcome: Outcome?) {
        guard let path = plan.resultFile else { return }
        var result = RunResult(service: Service.name, identity: plan.identity, code: code, message: message.map { log.mask($0.what) })
        (result.id, result.name, result.outcome) = (existing?.id.text, existing?.name ?? handover.name, outcome?.masked(log.mask))
        result.attempt = plan.identity == nil ? nil : existing?.attempt
        do throws(FileError) {
            try result.write(to: path)
        } catch {
            loop.console.warn("no result file: \(error)")
        }
    }

    /// Waits for readers of our output, for a minute without progress at most; a kill ends the wait.
    private func deliver() {
        loop.console.setStatus(nil)
        var pending = loop.console.pendingBytes
        var patienceEnds = loop.clock.instant + Console.patience
        while pending > 0, !loop.checkSignals(), loop.clock.instant < patienceEnds {
            loop.waitForReaders(until: patienceEnds)
            if loop.console.pendingBytes < pending { patienceEnds = loop.clock.instant + Console.patience }
            pending = loop.console.pendingBytes
        }
        if pending > 0, loop.signal == nil { loop.console.warn("the last \(pending) bytes of output are lost: nobody has read them for \(Console.patience.text)") }
    }
}
