import ArgumentParser
import Effects
import Glibc
import Redaction
import Supervision

struct RedactCommand: LightCommand {
    static let configuration = CommandConfiguration(
        commandName: "redact", _superCommandName: "awsjob",
        abstract: "Copies standard input to standard output with secrets masked: exactly what Claude would be shown.", version: Program.version)

    @OptionGroup var redaction: RedactionOptions
    @Option(help: "Configuration file (default: AWSJOB_CONFIG).")
    var config: String?

    static let layered = RedactionOptions.layered

    func run(_ program: Program) throws(Refusal) -> Ending {
        var redactor = Redactor(rules: try redaction.rules(), known: KnownValues(environment: program.environment.all))
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        var shown: [UInt8] = []
        while true {
            do throws(FileError) {
                let count = try readSome(0, into: &chunk, name: "standard input")
                if count > 0 { chunk.withUnsafeBufferPointer { redactor.append(.init(rebasing: $0[..<count]), to: &shown) } } else { redactor.finish(to: &shown) }
                try writeAll(1, shown, name: "standard output")
                if count == 0 { return .code(0) }
            } catch {
                // As any filter whose reader has seen enough.
                if error.code == EPIPE { return .signal(SIGPIPE) }
                throw Refusal("\(error)", next: "give it a log on standard input and a place to write to")
            }
            shown.removeAll(keepingCapacity: true)
        }
    }
}
