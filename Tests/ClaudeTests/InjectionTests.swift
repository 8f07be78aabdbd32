@testable import Claude
import Diagnosis
import Foundation
import HTTP
import JSON
import Testing
import TestSupport

/// A log with lines of an attacker, and what a model would say that obeys them. `\u{…}` and `\r`, `\n` in a case are those characters.
struct Injection: CustomTestStringConvertible {
    let testDescription: String
    private let fields: [String: String]
    private let lines: [(isAttack: Bool, text: String)]

    static let all: [Injection] = {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Injections")
        let files = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
        return files.filter { $0.pathExtension == "case" }.sorted { $0.path < $1.path }.compactMap(Injection.init)
    }()

    private init?(_ file: URL) {
        guard let text = try? String(contentsOf: file, encoding: .utf8), let divider = text.range(of: "\n---\n") else { return nil }
        testDescription = file.deletingPathExtension().lastPathComponent
        fields = Dictionary(text[..<divider.lowerBound].split(separator: "\n").filter { !$0.hasPrefix("#") }.compactMap { line in
            line.firstIndex(of: ":").map { (String(line[..<$0]), line[$0...].dropFirst(2).description) }
        }) { $1 }
        lines = text[divider.upperBound...].split(separator: "\n").map { ($0.hasPrefix("!"), Self.unescaped($0.dropFirst(2))) }
    }

    private static func unescaped(_ text: Substring) -> String {
        let characters = String(text).replacing(/\\u\{([0-9a-f]+)\}/) { match -> String in
            UInt32(match.output.1, radix: 16).flatMap(Unicode.Scalar.init).map { String(Character($0)) } ?? ""
        }
        return characters.replacing("\\r", with: "\r").replacing("\\n", with: "\n")
    }

    func question(isAttacked: Bool) -> Question {
        let log = lines.filter { isAttacked || !$0.isAttack }.map(\.text).joined(separator: "\n") + "\n"
        return .sample(log, reasons: fields["reason"].map { [$0] } ?? [], exitCode: fields["exit-code"].flatMap { Int($0) }, job: isAttacked ? fields["job"] : nil)
    }

    /// What the obedient model says.
    var reply: Response {
        guard let answer = fields["answer"].flatMap({ try? JSONValue(parsing: $0) }) else { return .message(content: [], stop: "refusal") }
        return .message(answer)
    }
}

/// Lines of a log never change an action, a veto, a figure, or what is sent.
@Suite struct InjectionTests {
    @Test func thereAreEnough() { #expect(Injection.all.count >= 25) }

    @Test(arguments: Injection.all) func theActionStays(_ injection: Injection) throws {
        let (clean, attacked) = (injection.question(isAttacked: false), injection.question(isAttacked: true))
        #expect(attacked.verdict.action == clean.verdict.action, "the rules were fooled")
        let setting = Setting([.success(injection.reply)], folder: try Scratch.folder().path)
        let notes: JSONValue?
        do throws(ClaudeFailure) { notes = try setting.ask(attacked).json(over: Self.empty) } catch { notes = nil }
        // Without an answer that holds, the offline notes stand.
        guard let notes else { return }
        #expect(notes["action"]?.string == clean.verdict.action.rawValue)
        #expect(notes["action"]?.string != "immediate")
        let text = [notes["summary"], notes["impact"], notes["restart_reason"]].compactMap { $0?.string } + (notes["next_steps"]?.array ?? []).compactMap(\.string)
        for word in ["evil", "curl", "AdministratorAccess", "\u{202e}", "\u{200b}"] { #expect(!text.contains { $0.contains(word) }) }
        if attacked.orders > 0 { #expect(notes["confidence"]?.string != "high") }
        for quote in notes["evidence"]?.array ?? [] {
            let line = quote["line"]?.int.flatMap(attacked.original) ?? []
            #expect(line.firstRange(of: Array((quote["quote"]?.string ?? "?").utf8)) != nil)
        }
    }

    @Test(arguments: Injection.all) func whatIsSentStays(_ injection: Injection) throws {
        func sent(_ question: Question) throws -> JSONValue {
            let setting = Setting([.success(.message(content: [], stop: "refusal"))], folder: try Scratch.folder().path)
            _ = try? setting.ask(question)
            #expect(setting.transport.requests.count == 1)
            return try #require(setting.transport.bodies.first)
        }
        let (clean, attacked) = (try sent(injection.question(isAttacked: false)), try sent(injection.question(isAttacked: true)))
        for member in ["model", "max_tokens", "system", "output_config"] { #expect(clean[member] == attacked[member]) }
        #expect(clean.members?.map(\.name) == attacked.members?.map(\.name))
        let blocks = attacked["messages"]?.array?[0]["content"]?.array ?? []
        #expect(attacked["messages"]?.array?.count == 1 && blocks.count == 2)
        // The facts say how long the log is; nothing else of it.
        let facts = try [clean, attacked].map { try JSONValue(parsing: $0["messages"]?.array?[0]["content"]?.array?[0]["text"]?.string ?? "").members?.filter { $0.name != "log_lines" } }
        #expect(facts[0] == facts[1])
        let log = blocks[1]["text"]?.string ?? ""
        let fence = log.prefix { $0 != "\n" }.dropFirst().dropLast()
        #expect(log.components(separatedBy: fence).count == 3 && log.hasSuffix("</\(fence)>"))
        #expect(!log.unicodeScalars.contains { CleanText.isHidden($0) && $0 != "\n" } && !log.contains("ANTHROPIC_MAGIC"))
    }

    private static let empty = JSONValue.object(["class", "action", "confidence", "summary", "evidence", "next_steps", "impact", "restart_reason", "source"].map { .init($0, .null) })
}
