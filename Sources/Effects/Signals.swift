import CPosix
import Glibc

/// A signal as the kernel describes it (signalfd(2)): which, and who sent it.
package struct ReceivedSignal: Equatable, Sendable {
    package let number: Int32
    /// 0 when the kernel itself sent it (a key on the terminal).
    package let senderProcess: UInt32
    package let senderUser: UInt32

    package init(number: Int32, senderProcess: UInt32, senderUser: UInt32) {
        self.number = number
        self.senderProcess = senderProcess
        self.senderUser = senderUser
    }

    package var name: String {
        switch number {
        case SIGINT: "SIGINT"
        case SIGTERM: "SIGTERM"
        case SIGHUP: "SIGHUP"
        case SIGQUIT: "SIGQUIT"
        default: "signal \(number)"
        }
    }

    /// `process 4711 of user batch (uid 1001)`; the name comes from /etc/passwd alone, a directory server could hang.
    package func sender(passwd: String = "/etc/passwd") -> String {
        let user = UserAccount.inPasswdFile(uid: senderUser, path: passwd).map { "user \($0.name) (uid \(senderUser))" } ?? "uid \(senderUser)"
        return senderProcess == 0 ? "the terminal or the kernel" : "process \(senderProcess) of \(user)"
    }
}

/// SIGINT, SIGTERM, SIGHUP and SIGQUIT as a descriptor that the one wait of the program watches.
package struct SignalDescriptor {
    package let descriptor: Int32
    package static let kills = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]

    /// Lets signals act on this process as they do on any other.
    package static func unblock(_ signals: [Int32] = kills) {
        var set = set(signals)
        sigprocmask(SIG_UNBLOCK, &set, nil)
    }

    private static func set(_ signals: [Int32]) -> sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for signal in signals { sigaddset(&set, signal) }
        return set
    }

    /// Signals that a command may be sent besides, and news of its end.
    package static let ofCommands = [SIGUSR1, SIGUSR2, SIGCHLD]

    /// Blocks the signals for this process. A SIGHUP that was ignored at the start (nohup) stays ignored.
    package init(also others: [Int32] = []) {
        if awsjob_is_ignored(SIGHUP) != 0 { Self.unblock([SIGHUP]) }
        var set = Self.set(Self.kills.filter { $0 != SIGHUP || awsjob_is_ignored(SIGHUP) == 0 } + others)
        sigprocmask(SIG_BLOCK, &set, nil)
        descriptor = signalfd(-1, &set, Int32(SFD_CLOEXEC | SFD_NONBLOCK))
    }

    /// The next signal that has arrived, nil when there is none.
    package func next() -> ReceivedSignal? {
        var record = signalfd_siginfo()
        guard read(descriptor, &record, MemoryLayout<signalfd_siginfo>.size) == MemoryLayout<signalfd_siginfo>.size else { return nil }
        return ReceivedSignal(number: Int32(record.ssi_signo), senderProcess: record.ssi_pid, senderUser: record.ssi_uid)
    }
}

/// Ends the process by the signal, so that the scheduler sees a kill. Returns only where that is impossible (PID 1).
package func die(of signal: Int32) {
    awsjob_die_of(signal)
}

/// A lost reader and a file size limit are errors of a write, not the end of a run.
package func surviveFailingWrites() {
    awsjob_ignore(SIGPIPE)
    awsjob_ignore(SIGXFSZ)
}

/// The name that `ps -e` shows; at most 15 bytes.
package func nameProcess(_ name: String) {
    awsjob_name_process(name)
}

/// Keeps credentials out of core dumps and away from debuggers of the same user.
package func forbidCoreDumps() {
    awsjob_forbid_dumps()
}
