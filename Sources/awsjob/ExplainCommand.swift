import ArgumentParser
import Diagnosis
import Effects
import JSON
import Supervision

struct ExplainCommand: LightCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", _superCommandName: "awsjob",
        abstract: "Says from the log of a failed job why it failed and whether a restart is safe. Offline, unless --advice claude is given.",
        version: Program.version)

    @Option(help: "Log of the failed job: a file, or - for standard input.")
    var log: String
    @Option(name: .customLong("exit-code"), help: "Exit code of the job.")
    var exitCode: Int?
    @Option(help: "What AWS said: status reason, error, cause.")
    var reason: String?
    @Option(help: "Name of the job, for the notes.")
    var job: String?
    @Option(help: "File with further failure classes of this site.")
    var catalogue: String?
    @Option(help: "rules: offline notes; claude: Claude is asked as well, with secrets masked (default: rules).")
    var advice: AdviceMode?
    @Flag(help: "Answer in JSON.")
    var json = false
    @OptionGroup var redaction: RedactionOptions
    @OptionGroup(title: "Claude") var claude: ClaudeOptions
    @OptionGroup(title: "AWS") var common: CommonOptions

    static let layered = ["catalogue", "advice"].map { LayeredOption(name: $0) } + RedactionOptions.layered + ClaudeOptions.layered + CommonOptions.layered

    func run(_ program: Program) throws(Refusal) -> Ending {
        let catalogue = try loadCatalogue()
        if advice == .claude {
            let rules = try redaction.rules()
            let answer: FailureNotes.Answer
            do throws(FileError) {
                answer = try FailureNotes(program, .claude, claude, common, rules: rules).notes(
                    catalogue, { (take) throws(FileError) in try SystemFiles.readPieces(log, take) }, complete: complete)
            } catch { throw Self.unreadable(error) }
            if answer.isBinary { throw Self.noText(log) }
            if let warning = answer.warning { program.write(warning.line + "\n", to: 2) }
            show(answer.json, answer.lines, program)
            return .code(0)
        }
        var scan = LogScan(catalogue, mask: Unmasked())
        do throws(FileError) {
            try SystemFiles.readPieces(log) { scan.read($0) }
        } catch { throw Self.unreadable(error) }
        var evidence = Evidence(log: scan.finish())
        if evidence.log.isBinary { throw Self.noText(log) }
        complete(&evidence)
        let notes = Notes(evidence, catalogue)
        show(notes.json, notes.lines(visible: Visible.line), program)
        return .code(0)
    }

    private func complete(_ evidence: inout Evidence) {
        (evidence.exitCode, evidence.job) = (exitCode, job)
        if let reason { evidence.reasons = [reason] }
    }

    private func show(_ answer: JSONValue, _ lines: [String], _ program: Program) {
        program.write(json ? Self.withoutReordering(answer.text) + "\n" : lines.map { $0 + "\n" }.joined(), to: 1)
    }

    static func unreadable(_ error: FileError) -> Refusal { Refusal("--log: \(error)", next: "name a readable file, or - for standard input") }
    static func noText(_ log: String) -> Refusal { Refusal("--log: \(log) is no text", next: "name the log of the job; unpack it first if it is compressed") }

    private func loadCatalogue() throws(Refusal) -> Catalogue { try Catalogue(site: catalogue) }

    /// JSON text in which characters that reorder text on a screen are numbers.
    private static func withoutReordering(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            if Visible.isControl(scalar), scalar != "\n" { result += "\\u" + String(0x10000 | scalar.value, radix: 16).dropFirst() } else { result.unicodeScalars.append(scalar) }
        }
        return result
    }
}

extension Catalogue {
    /// `site`: a file with further classes; nil for none.
    init(site path: String?) throws(Refusal) {
        var site: String?
        if let path {
            do throws(FileError) {
                site = String(decoding: try SystemFiles().read(path, limit: 1 << 20), as: UTF8.self)
            } catch {
                throw Refusal("--catalogue: \(error)", next: "name a readable file")
            }
        }
        do throws(CatalogueError) {
            try self.init(site: site, path: path ?? "")
        } catch {
            throw Refusal("--catalogue: \(error.place): \(error.reason)", next: "correct that line; README, \"Failure classes of your own\"")
        }
    }
}
