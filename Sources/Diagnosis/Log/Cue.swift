/// Words that say what a line is about without saying why anything failed.
struct Cue: OptionSet, Sendable {
    let rawValue: UInt8

    /// Something went wrong.
    static let trouble = Cue(rawValue: 1)
    /// It is tried again, or the program lives with it.
    static let retry = Cue(rawValue: 2)
    /// No more tries.
    static let exhausted = Cue(rawValue: 4)
    /// What had failed works again.
    static let recovery = Cue(rawValue: 8)
    /// A piece of the work is done.
    static let progress = Cue(rawValue: 16)
    /// A Python stack trace begins.
    static let traceback = Cue(rawValue: 32)
    /// Somebody wants to be obeyed by whoever reads the log.
    static let order = Cue(rawValue: 64)
    /// Says that the whole failed, and nothing of why.
    static let verdict = Cue(rawValue: 128)

    static let all: [(word: String, cue: Cue)] = words.flatMap { cue, words in words.map { ($0, cue) } }

    private static let words: [(Cue, [String])] = [
        (.trouble, ["error", "fatal", "exception", "failed", "failure", "panic", "severe", "critical", "abort", "cannot ", "could not", "unable to", "mismatch", "invalid", "abend", "not found", "denied", "refused"]),
        (.retry, [
            "retrying", "will retry", "will be retried", "retry in ", "retry #", "retry attempt", "trying again", "try again in", "backing off", "backoff", "next attempt", "reconnecting", "ignoring",
            "ignored", "skipping", "skipped", "continuing", "non-fatal", "nonfatal", "falling back", "fall back", "using default", "using cached", "best effort", "best-effort",
            "attempt 1/", "attempt 2/", "attempt 1 of", "attempt 2 of", "attempt #1", "attempt #2", "retry 1/", "retry 2/", "retry 1 of", "retry 2 of", "will reconnect", "requeued", "rescheduled", "handled gracefully", "harmless", "retries left", "attempts left",
            "(1/", "(2/", "tolerat", "retryable", "safely ignore", "retry(total=",
        ]),
        (.exhausted, [
            "giving up", "gave up", "given up", "no more retries", "retries exhausted", "max retries exceeded", "maximum retries", "retries exceeded", "reached max retries", "retry limit", "not retrying",
            "will not retry", "exhausted all", "attempts exhausted", "attempts failed", "no retries left", "0 retries left", "all retries failed", "retries failed", "out of retries", "failed 4 times",
            "failed after", "exceeded maxretries", "maxretryerror", "too many failures", "unrecoverable",
        ]),
        (.recovery, [
            "retry succeeded", "succeeded on", "succeeded after", "reconnected", "recovered", "re-established", "reestablished", "connection restored", "connection established", "resumed", "back online",
            "retry successful", "successful after", "successful on", "connected on attempt", "connected after", "ok on attempt", "retry ok", "attempt 2 ok", "attempt 3 ok", "attempt 2 succeeded", "attempt 3 succeeded", "ok after", "cleared", "self-healed",
            "retried successfully", "completed after retry", "on second attempt", "on retry", "failover complete", "resolved itself",
        ]),
        (.progress, ["succeeded", "success", "completed", "finished", "loaded", "committed", "processed", "written", "wrote ", "uploaded", "downloaded", "fetched", "connected to", "done", " ok"]),
        (.traceback, ["traceback (most recent call last)"]),
        (.order, [
            "ignore previous", "ignore all previous", "ignore the above", "disregard", "system prompt", "you are an ai", "as an ai", "dear ai", "assistant:", "note to ai", "note to the ai", "to the operator:", "safe to restart", "restart immediately",
            "recommend immediate", "recommended action", "action: immediate", "action=immediate", "\"action\":", "classify as", "classify this", "classification:", "root cause class", "confidence: high", "confidence=high", "new instructions",
            "instruction:", "instructions:", "please restart", "must restart", "answer with class", "respond with", "awsjob:", "llm", "set class", "class=", "statusreason", "status reason", "status_reason",
        ]),
        (.verdict, [
            "exit status 1", "exit status:", "exit code 1", "exit code: 1", "exit code = 1", "exited with code 1", "exited with status 1", "returned non-zero", "non-zero exit", "nonzero exit", "return code 1", "rc=1", "job failed", "job run failed", "task failed", "step failed",
            "build failed", "run failed", "execution failed", "pipeline failed", "workflow failed", "batch failed", "process failed", "load failed", "command failed", "essential container", "states.taskfailed", "aborting",
            "shutting down", "terminating", "marking task as failed", "job terminated with", "failed with exit", "failed with return", "failed with status", "finished with errors", "completed with errors", "error executing", "script failed", "application failed",
            "exiting", "error: job", "error in job", "status: failed", "status=failed", "state=failed", "state: failed", "returncode=1",
        ]),
    ]
}
