package import AWS
package import Effects
import Glibc
import HTTP
import JSON
package import Runs

package enum LogFormat: String, CaseIterable, Sendable { case text, json }

/// What people and schedulers see: lines of the run on stdout, our own warnings on stderr.
package final class Console {
    private let output: OutputQueue
    private let errors: OutputQueue
    private let format: LogFormat
    private let clock: any Clock
    private var hasReportedLoss = false
    /// What the status line says; nil for none.
    private var status: (() -> String)?
    private var statusIsShown = false
    private var clockFace = ClockFace()
    /// When readers have last taken something, or there was nothing to take.
    private var lastProgress: Instant
    private var lastPending = 0
    private var keeper: ((RunEvent) -> Void)?
    /// Of the work's log, as far as it was printed.
    private var log = (bytes: 0, lines: 0)
    package var logVolume: LogVolume { LogVolume(bytes: log.bytes, lines: log.lines) }

    package init(output: OutputQueue, errors: OutputQueue, format: LogFormat, clock: any Clock) {
        self.output = output
        self.errors = errors
        self.format = format
        self.clock = clock
        lastProgress = clock.instant
    }

    /// Descriptors that have to be writable before more can go out.
    var watched: [WatchedDescriptor] {
        [output, errors].filter { $0.pendingBytes > 0 && $0.loss == nil }.map { WatchedDescriptor($0.descriptor, .writable) }
    }

    package var pendingBytes: Int { watched.isEmpty ? 0 : output.pendingBytes + errors.pendingBytes }

    /// Nobody reads standard output any more.
    package var isLost: Bool { output.loss != nil }

    /// Readers are so far behind that nothing more should be read for them.
    package var isFull: Bool { output.loss == nil && output.pendingBytes > 1 << 20 }

    /// They have taken nothing for so long.
    func isStuck(for patience: Duration) -> Bool { isFull && clock.instant - lastProgress >= patience }

    /// How long readers may take nothing before what is left for them is given up.
    package static let patience = Duration.seconds(60)

    /// What is told besides the work's log is also given to `keeper`.
    package func keep(_ keeper: ((RunEvent) -> Void)?) { self.keeper = keeper }

    package func print(_ event: RunEvent) {
        hideStatus()
        let time = event.time ?? clock.now
        if event.kind != "log" { keeper?(RunEvent(event.kind, at: time, source: event.source, event.message)) }
        output.write(format == .text ? Self.text(event, time) : Self.json(event, time))
        noteLoss()
    }

    /// A log event: most of what is ever printed, so plain text is copied and no more.
    package func print(_ line: LogLine) {
        log.bytes += line.message.count
        log.lines += 1
        guard format == .text, Visible.isPlain(line.message) else {
            return print(RunEvent("log", at: line.time, source: line.label, String(decoding: line.message, as: UTF8.self)))
        }
        hideStatus()
        clockFace.set(line.time)
        let label = line.label.map { Array("[\(Visible.line($0))] ".utf8) } ?? []
        var rest = line.message
        if rest.last == UInt8(ascii: "\n") { rest.removeLast() }
        while let end = Self.lineFeed(in: rest) {
            output.append(clockFace.bytes, label, rest[..<end])
            log.lines += 1
            rest = rest[(end + 1)...]
        }
        output.append(clockFace.bytes, label, rest)
        noteLoss()
    }

    private static func lineFeed(in text: ArraySlice<UInt8>) -> Int? {
        text.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress, let found = memchr(start, 0x0a, bytes.count) else { return nil }
            return text.startIndex + (UnsafeRawPointer(found) - start)
        }
    }

    /// One line about the runner itself, not about the work.
    package func warn(_ message: String, next: String? = nil) { say(OperatorMessage("warning: " + message, next: next), kind: "warning") }

    /// One line on stderr.
    package func say(_ message: OperatorMessage) { say(message, kind: "message") }

    /// Others have written to stderr, and ended within a line.
    package func endForeignLine() { errors.write("\n") }

    /// A line of root-cause notes on stderr.
    package func note(_ line: String) {
        hideStatus()
        errors.write(line + "\n")
        keeper?(RunEvent("notes", at: clock.now, line))
    }

    /// A line on stderr for whoever looks for a fault (`-v`); kept nowhere.
    package func trace(_ message: String) {
        hideStatus()
        errors.write(OperatorMessage(message).line + "\n")
    }

    private func say(_ message: OperatorMessage, kind: String) {
        hideStatus()
        errors.write(message.line + "\n")
        keeper?(RunEvent(kind, at: clock.now, message.whole))
    }

    private static func text(_ event: RunEvent, _ time: Timestamp) -> String {
        let prefix = time.rfc3339 + " " + (event.source.map { "[\(Visible.line($0))] " } ?? "")
        // By bytes: a Character may hold a line feed together with a carriage return.
        var lines = event.message.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if lines.count > 1, lines.last?.isEmpty == true { lines.removeLast() }
        return lines.map { prefix + Visible.line(String(decoding: $0, as: UTF8.self)) + "\n" }.joined()
    }

    private static func json(_ event: RunEvent, _ time: Timestamp) -> String {
        var members: [JSONValue.Member] = [.init("time", JSONValue(time.rfc3339)), .init("kind", JSONValue(event.kind))]
        members.append(.init("source", JSONValue(event.source)))
        members.append(.init("message", JSONValue(event.message)))
        return JSONValue.object(members + event.fields).text + "\n"
    }

    // MARK: Status line

    package var showsStatus: Bool { status != nil && format == .text && output.isTerminal }

    package func setStatus(_ status: (() -> String)?) {
        hideStatus()
        self.status = status
    }

    package func refreshStatus() {
        guard showsStatus, output.pendingBytes == 0, let status else { return }
        let width = max(20, output.columns) - 1
        output.write("\r\u{1b}[K" + Visible.line(status()).prefix(width))
        statusIsShown = true
    }

    private func hideStatus() {
        guard statusIsShown else { return }
        statusIsShown = false
        output.write("\r\u{1b}[K")
    }

    // MARK: Delivery

    package func flush() {
        let before = output.pendingBytes
        output.flush()
        errors.flush()
        if output.pendingBytes == 0 || output.pendingBytes < before || lastPending == 0 { lastProgress = clock.instant }
        lastPending = output.pendingBytes
        noteLoss()
    }

    /// The readers get this long without progress, then the rest is dropped.
    package func drain(patience: Duration, interrupt: Int32? = nil) {
        setStatus(nil)
        output.drain(patience: patience, interrupt: interrupt)
        noteLoss()
        errors.drain(patience: patience, interrupt: interrupt)
    }

    private func noteLoss() {
        guard let loss = output.loss, !hasReportedLoss else { return }
        hasReportedLoss = true
        warn("standard output is lost (\(loss)); the run goes on without it")
    }
}
