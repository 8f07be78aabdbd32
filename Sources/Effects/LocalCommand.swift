import CPosix
import Glibc

/// A child that runs in our place: its output passes through, signals that only we got are passed on to it, and its end is ours.
package final class LocalCommand {
    package enum End: Equatable, Sendable {
        case exited(Int32)
        case signalled(Int32)
    }

    private enum Place { case relay(Int), file(Int), elsewhere }

    private let signals: SignalDescriptor
    private let clock: any Clock
    private let keep: WholeLines.Taker
    private var relays: [Relay] = []
    private var files: [GrowingFile] = []
    private var errorsPlace = Place.elsewhere
    /// Somebody wanted the run to end: it, or the whole process group, was sent a signal that kills.
    package private(set) var wasKilled = false
    private var pid: Int32 = 0
    private var end: End?
    /// To be sent on then, unless the child has ended by it before: it was sent to the whole process group.
    private var held: (signal: Int32, due: Instant)?

    /// `keep`: gets lines of the output on their way through pipes. `start`: starts the child with these descriptors as
    /// standard output and errors; its process number, or errno.
    package init(
        signals: SignalDescriptor, clock: any Clock, keep: @escaping WholeLines.Taker, start: (_ output: Int32, _ errors: Int32) -> Result<Int32, StartError>
    ) throws(StartError) {
        (self.signals, self.clock, self.keep) = (signals, clock, keep)
        let isOne = GrowingFile.isSame(1, 2)
        var ends: [Int32] = []
        for descriptor in [1, 2] as [Int32] {
            if isOne, descriptor == 2 {
                // One place for both: two relays would mix up their order.
                ends.append(ends[0] == 1 ? 2 : ends[0])
            } else if let relay = Relay(to: descriptor, keep: keep) {
                errorsPlace = descriptor == 2 || isOne ? .relay(relays.count) : .elsewhere
                relays.append(relay)
                ends.append(relay.childEnd)
            } else {
                if let file = GrowingFile(descriptor) {
                    errorsPlace = descriptor == 2 || isOne ? .file(files.count) : .elsewhere
                    files.append(file)
                }
                ends.append(descriptor)
            }
        }
        let started = start(ends[0], ends[1])
        for index in relays.indices { relays[index].closeChildEnd() }
        pid = try started.get()
    }

    package struct StartError: Error {
        package let code: Int32

        package init(code: Int32) {
            self.code = code
        }
    }

    /// Bytes and lines of standard output and errors; nil where they went to neither a pipe nor a file.
    package var volume: (bytes: Int, lines: Int?)? {
        guard !relays.isEmpty || !files.isEmpty else { return nil }
        let lines = files.map(\.lines) + relays.map(\.lines)
        let bytes = files.reduce(0) { $0 + $1.bytes } + relays.reduce(0) { $0 + $1.bytes }
        return (bytes, lines.contains(nil) ? nil : lines.reduce(0) { $0 + ($1 ?? 0) })
    }

    /// Standard errors end within a line, as far as they can be seen.
    package var errorsEndInsideLine: Bool {
        switch errorsPlace {
        case .relay(let index): relays[index].endsInsideLine
        case .file(let index): files[index].endsInsideLine
        case .elsewhere: false
        }
    }

    /// What went into files without passing here goes to `keep` too.
    package func readFiles() {
        var whole = WholeLines(keep)
        for file in files { file.read(into: &whole) }
    }

    /// Until the child has ended and its output has passed. What it left running in the background may hold the output open:
    /// that is waited for until nothing came for a second, ten seconds at most.
    package func run() -> End {
        var idleSince = clock.instant
        var ended: Instant?
        while true {
            for index in relays.indices where relays[index].pump() { idleSince = clock.instant }
            let now = clock.instant
            if let end {
                let limit = ended ?? now
                ended = limit
                let isPast = now - max(idleSince, limit) >= .seconds(1) && !isReaderSlow || now - limit >= .seconds(10) && !isReaderSlow
                if relays.allSatisfy(\.isOver) || isPast {
                    for index in relays.indices { relays[index].finish() }
                    return end
                }
            }
            wait()
        }
    }

    /// What the child wrote before its end is delivered however long the reader takes.
    private var isReaderSlow: Bool { relays.contains(where: \.isReaderSlow) }

    private func wait() {
        let open = relays.filter { !$0.isOver }
        var entries = [pollfd(fd: signals.descriptor, events: Int16(POLLIN), revents: 0)]
        entries += open.map { pollfd(fd: $0.awaited.descriptor, events: $0.awaited.events, revents: 0) }
        let pause: Int64 = end != nil ? 100 : held.map { max(0, ($0.due - clock.instant).milliseconds + 1) } ?? -1
        poll(&entries, nfds_t(entries.count), Int32(clamping: pause))
        while let signal = signals.next() { take(signal) }
        if let held, clock.instant >= held.due { forward(held.signal) }
    }

    private func take(_ signal: ReceivedSignal) {
        switch signal.number {
        case SIGCHLD: reap()
        case SIGUSR1, SIGUSR2: forward(signal.number)
        default:
            wasKilled = true
            // The kernel sends keys of a terminal to the whole group.
            if signal.senderProcess != 0, held == nil { held = (signal.number, clock.instant + .milliseconds(100)) }
            // Nothing is left to be ended but our waiting for output.
            if end != nil { for index in relays.indices { relays[index].end() } }
        }
    }

    private func forward(_ signal: Int32) {
        if held?.signal == signal { held = nil }
        if end == nil { kill(pid, signal) }
    }

    private func reap() {
        var status: Int32 = 0
        guard end == nil, waitpid(pid, &status, WNOHANG) == pid else { return }
        let signal = status & 0x7f
        end = signal == 0 ? .exited(status >> 8 & 0xff) : .signalled(signal)
        for index in relays.indices { relays[index].noteEndOfChild() }
    }
}
