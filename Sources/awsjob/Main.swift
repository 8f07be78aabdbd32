import CGuardian
import Effects
import Glibc
import Runs
import Supervision
import Workloads

/// The one entry and the one exit of the program.
@main
enum Main {
    static func main() {
        // Before anything else: the guardian has to be a copy of as little as possible.
        let guardian = launchesWork && !CommandLine.arguments.contains("--no-guardian") ? awsjob_guardian_fork(CommandLine.argc, CommandLine.unsafeArgv) : -1
        let signals = launchesWork ? SignalDescriptor() : runsCommand ? SignalDescriptor(also: SignalDescriptor.ofCommands) : nil
        if signals == nil { SignalDescriptor.unblock() }
        switch Program(arguments: Array(CommandLine.arguments.dropFirst()), guardianPipe: guardian, signals: signals).run() {
        case .code(let code):
            // Not by way of exit handlers: the clean-up of thirty libraries takes longer than ending does.
            _exit(code)
        case .signal(let number):
            die(of: number)
            _exit(ExitCodes.undying)
        }
    }

    private static var runsCommand: Bool { CommandLine.arguments.dropFirst().first == "exec" }

    /// Only commands that can leave work behind need a guardian, and take kills as orders to stop it.
    private static var launchesWork: Bool {
        CommandLine.arguments.dropFirst().first.map { $0 == "attach" || Services.named($0) != nil } ?? false
    }
}
